/** Our trees beside those of scikit-learn and LightGBM, cross-validated on the same folds of sets that scikit-learn carries. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { gbdtTrainer } from '../../../engine/training/trainers/gbdt/gbdt.ts';
import { fitTrainer } from '../../kit/training.ts';
import { classesOf, expectAsGood, lossesOfFolds, readFoldSet } from './fold-sets.ts';
import { pythonWith, runProgram } from './python.ts';

const shape = { learningRate: 0.1, leaves: 31, minLeafRows: 20, earlyStoppingRounds: 0 };

const found = await pythonWith(['lightgbm', 'sklearn']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('trees beside scikit-learn and LightGBM', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-quality-'));
    await runProgram(found, 'trees.py', dir, String(shape.learningRate));
  }, 900_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(['breast cancer', 'wine', 'iris', 'digits', 'diabetes', 'friedman1'])(
    '%s: the loss is within one standard error of theirs, or below',
    { timeout: 300_000 },
    async (name) => {
      const data = await readFoldSet(dir, name);
      const { trees } = JSON.parse(await readFile(join(dir, `${name}.json`), 'utf8')) as { trees: number };
      const options = { ...classesOf(data), settings: { ...shape, trees } };
      const ours = await lossesOfFolds(data, (train, held) =>
        fitTrainer(gbdtTrainer, train, { ...options, validation: held }),
      );
      expectAsGood(name, ours, data.losses);
    },
  );
});
