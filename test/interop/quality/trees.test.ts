/** Our trees beside those of scikit-learn and LightGBM, cross-validated on the same folds of sets that scikit-learn carries. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gbdtTrainer } from '../../../engine/training/trainers/gbdt/gbdt.ts';
import { fitTrainer, rmse, type Sample } from '../../kit/training.ts';
import { pythonWith } from './python.ts';

const run = promisify(execFile);
const shape = { learningRate: 0.1, leaves: 31, minLeafRows: 20, earlyStoppingRounds: 0 };
const sets = ['breast cancer', 'wine', 'iris', 'digits', 'diabetes', 'friedman1'];

const found = await pythonWith(['lightgbm', 'sklearn']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('trees beside scikit-learn and LightGBM', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-quality-'));
    const script = fileURLToPath(new URL('./trees.py', import.meta.url));
    const python = 'python' in found ? found.python : '';
    const args = [script, dir, String(shape.learningRate)];
    // More threads wait for each other longer than such small sets take.
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    await run(python, ['-W', 'ignore', ...args], { env });
  }, 900_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(sets)(
    '%s: the loss is within one standard error of theirs, or below',
    { timeout: 300_000 },
    async (name) => {
      const data = await readSet(dir, name);
      const ours: number[] = [];
      const settings = { ...shape, trees: data.trees };
      for (let fold = 0; fold < 5; fold++) {
        const [train, test] = [false, true].map((isTest) =>
          pick(data, (row) => (data.folds[row] === fold) === isTest),
        );
        if (!train || !test) throw new Error('no parts');
        const classes = data.classes > 0 ? { classes: data.classes } : {};
        const model = await fitTrainer(gbdtTrainer, train, { settings, ...classes, validation: test });
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

type QualitySet = Sample & {
  folds: Uint8Array;
  classes: number;
  trees: number;
  losses: Record<string, number[]>;
};

async function readSet(dir: string, name: string): Promise<QualitySet> {
  const bytes = async (ending: string) => new Uint8Array(await readFile(join(dir, `${name}.${ending}`)));
  const facts = JSON.parse(await readFile(join(dir, `${name}.json`), 'utf8')) as {
    width: number;
    classes: number;
    trees: number;
    losses: Record<string, number[]>;
  };
  const y = new Float64Array((await bytes('y.f64')).buffer);
  const x = new Float32Array((await bytes('x.f32')).buffer);
  return { ...facts, x, y, n: y.length, weights: null, folds: await bytes('fold.u8') };
}

function pick({ x, y, width }: Sample, keep: (row: number) => boolean): Sample {
  const rows = [...y.keys()].filter(keep);
  return {
    x: Float32Array.from(rows.flatMap((row) => [...x.subarray(row * width, (row + 1) * width)])),
    y: Float64Array.from(rows, (row) => y[row] ?? 0),
    n: rows.length,
    width,
    weights: null,
  };
}

function logLoss(answers: Float32Array, { y, n }: Sample, classes: number): number {
  // As scikit-learn, which keeps shares of float32 this far from zero.
  const shareOf = (row: number) => Math.max(answers[row * classes + (y[row] ?? 0)] ?? 0, 1.2e-7);
  return mean(Array.from({ length: n }, (_, row) => -Math.log(shareOf(row))));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
