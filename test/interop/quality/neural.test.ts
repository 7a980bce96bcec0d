/** Our networks, with every setting at its default, beside those of scikit-learn on the same folds of sets that it carries. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { mlpTrainer } from '../../../engine/training/trainers/mlp/mlp.ts';
import { fitTrainer, type Sample } from '../../kit/training.ts';
import { classesOf, expectAsGood, lossesOfFolds, pickRows, readFoldSet } from './fold-sets.ts';
import { pythonWith, runProgram } from './python.ts';

const found = await pythonWith(['sklearn']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('networks beside scikit-learn', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-quality-'));
    await runProgram(found, 'neural.py', dir);
  }, 900_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(['breast cancer', 'wine', 'digits', 'diabetes', 'friedman1'])(
    '%s: the loss is within one standard error of theirs, or below',
    { timeout: 300_000 },
    async (name) => {
      const data = await readFoldSet(dir, name);
      const ours = await lossesOfFolds(data, (train, _, fold) => fitLikeFolds(train, fold, classesOf(data)));
      expectAsGood(name, ours, data.losses);
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
