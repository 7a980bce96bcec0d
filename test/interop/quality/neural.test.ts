/** Our networks, with every setting at its default, beside those of scikit-learn on the same folds of sets that it carries. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mlpTrainer } from '../../../engine/training/trainers/mlp/mlp.ts';
import { fitTrainer, rmse, type Sample } from '../../kit/training.ts';
import { logLoss, mean, pickRows, readFoldSet, standardError } from './fold-sets.ts';
import { pythonWith } from './python.ts';

const run = promisify(execFile);

const found = await pythonWith(['sklearn']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('networks beside scikit-learn', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-quality-'));
    const script = fileURLToPath(new URL('./neural.py', import.meta.url));
    const python = 'python' in found ? found.python : '';
    // More threads only wait for each other on a busy machine.
    await run(python, ['-W', 'ignore', script, dir], { env: { ...process.env, OMP_NUM_THREADS: '1' } });
  }, 900_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(['breast cancer', 'wine', 'digits', 'diabetes', 'friedman1'])(
    '%s: the loss is within one standard error of theirs, or below',
    { timeout: 300_000 },
    async (name) => {
      const data = await readFoldSet(dir, name);
      const classes = data.classes > 0 ? { classes: data.classes } : {};
      const ours: number[] = [];
      for (let fold = 0; fold < 5; fold++) {
        const train = pickRows(data, (row) => data.folds[row] !== fold);
        const test = pickRows(data, (row) => data.folds[row] === fold);
        const model = await fitLikeFolds(train, fold, classes);
        const answers = model.predict(test.x, test.n);
        ours.push(data.classes > 0 ? logLoss(answers, test, data.classes) : rmse(answers, test.y));
      }
      for (const [peer, losses] of Object.entries(data.losses)) {
        const allowed = mean(losses) + standardError(losses);
        console.error(
          `${name}: ${mean(ours).toFixed(4)}, ${peer} ${mean(losses).toFixed(4)} (at most ${allowed.toFixed(4)})`,
        );
        expect(mean(ours)).toBeLessThanOrEqual(allowed);
      }
    },
  );
});

/** Every eighth row says when to stop; then all rows are learnt from for as many epochs, as a cross-validated training does. */
async function fitLikeFolds(train: Sample, seed: number, classes: { classes?: number }) {
  const part = (isHeldBack: boolean) => pickRows(train, (row) => (row % 8 === 0) === isHeldBack);
  const first = await fitTrainer(mlpTrainer, part(false), { ...classes, seed, validation: part(true) });
  const settings = { epochs: Number(first.info.epochs), patience: 0 };
  return fitTrainer(mlpTrainer, train, { ...classes, seed, settings });
}
