/** Our forests beside those of scikit-learn, on the same folds of sets that it carries. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forestTrainer } from '../../../engine/training/trainers/forest/forest.ts';
import { fitTrainer, maxDifference, rmse, type Sample } from '../../kit/training.ts';
import { classesOf, type FoldSet, mean, pickRows, readFoldSet, standardError } from './fold-sets.ts';
import { pythonWith, runProgram } from './python.ts';

const trees = 100;
const seeds = 4;
const sets = ['iris', 'wine', 'breast cancer', 'digits', 'diabetes', 'friedman1'];

const found = await pythonWith(['sklearn']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('forests beside scikit-learn', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-quality-'));
    await runProgram(found, 'forests.py', dir, String(trees), String(seeds));
  }, 1_800_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(
    sets.flatMap((name) => [{ name, method: 'random' } as const, { name, method: 'extra' } as const]),
  )(
    '$name, $method: no worse than theirs by two standard deviations over seeds',
    { timeout: 600_000 },
    async ({ name, method }) => {
      const data = await readFoldSet(dir, name);
      const ours: number[] = [];
      for (let seed = 0; seed < seeds; seed++) ours.push(await lossOfSeed(data, method, seed));
      const theirs = data.losses[method] ?? [];
      const deviation = standardError(theirs) * Math.sqrt(theirs.length);
      // A set of few rows moves by whole rows.
      const allowed = mean(theirs) + 2 * deviation + (data.classes > 0 ? 1 / data.n : 0);
      console.error(
        `${name}, ${method}: ${mean(ours).toFixed(4)}, scikit-learn ${mean(theirs).toFixed(4)} (at most ${allowed.toFixed(4)})`,
      );
      expect(mean(ours)).toBeLessThanOrEqual(allowed);
    },
  );

  test('a single tree on all rows and columns is the one of scikit-learn', async () => {
    const all = JSON.parse(await readFile(join(dir, 'trees.json'), 'utf8')) as {
      name: string;
      criterion: string;
      answers: number[];
    }[];
    for (const { name, criterion, answers } of all) {
      const data = await readFoldSet(dir, name);
      const rows = pickRows(data, (row) => row < 250);
      const model = await fitTrainer(forestTrainer, rows, {
        ...classesOf(data),
        settings: {
          trees: 1,
          maxDepth: 3,
          bootstrap: 'off',
          maxFeatures: 'share',
          ...(data.classes > 0 ? { criterion } : {}),
        },
      });
      expect(maxDifference(model.predict(rows.x, rows.n), answers)).toBeLessThan(1e-5);
    }
  }, 60_000);
});

/** The mean over the folds of the share of wrong rows, or of the RMSE. */
async function lossOfSeed(data: FoldSet, method: 'random' | 'extra', seed: number): Promise<number> {
  const losses: number[] = [];
  for (let fold = 0; fold < 5; fold++) {
    const train = pickRows(data, (row) => data.folds[row] !== fold);
    const held = pickRows(data, (row) => data.folds[row] === fold);
    const model = await fitTrainer(forestTrainer, train, {
      ...classesOf(data),
      seed,
      settings: { method, trees },
      validation: { ...held, n: 0 },
    });
    const answers = model.predict(held.x, held.n);
    losses.push(data.classes > 0 ? wrongShare(answers, held, data.classes) : rmse(answers, held.y));
  }
  return mean(losses);
}

function wrongShare(answers: Float32Array, { y, n }: Sample, classes: number): number {
  const wrong = y.filter((truth, row) => {
    const shares = answers.subarray(row * classes, (row + 1) * classes);
    return shares.indexOf(Math.max(...shares)) !== truth;
  });
  return wrong.length / n;
}
