/** What Assay chooses by itself, beside the best single model of its own and the usual models of scikit-learn. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TrainingWorkspace, trainingWorkspace } from '../../kit/training-workspace.ts';
import { pythonWith, runProgram } from './python.ts';

const sets = ['iris', 'wine', 'breast_cancer', 'diabetes', 'digits'] as const;
/** Models a set: enough for every kind, few enough for a slow machine. */
const models = 20;

const found = await pythonWith(['sklearn']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('the automatic choice', () => {
  let dir = '';
  let workspace: TrainingWorkspace;
  let references: Record<string, { loss: number; se: number }> = {};
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-quality-'));
    workspace = await trainingWorkspace();
    await runProgram(found, 'auto.py', dir);
    references = JSON.parse(await readFile(join(dir, 'references.json'), 'utf8')) as typeof references;
  }, 1_800_000);
  afterAll(async () => {
    await workspace.close();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(sets)(
    '%s: no worse than its best single model, nor than the best usual model of scikit-learn by two standard errors',
    { timeout: 1_800_000 },
    async (name) => {
      const source = { kind: 'path', path: join(dir, `${name}.csv`) } as const;
      const dataset = await workspace.importData({ dataset: name, source });
      const { job, run } = await workspace.train({
        recipe: {
          task: name === 'diabetes' ? 'regression' : 'classification',
          dataset,
          target: { column: 'target' },
          // Nearly all rows take part in the folds, as in the reference.
          split: { kind: 'random', test: 0.02 },
          validation: { kind: 'kfold', folds: 5 },
          auto: { budgetSeconds: 1200, models },
        },
      });
      expect(job.error).toBeNull();
      const { entries, objectives, auto } = await workspace.training.leaderboard(run.id);
      const metric = objectives[0]?.metric ?? '';
      const chosen = entries.find(({ isBest }) => isBest)?.metrics[metric] ?? Number.NaN;
      const singles = entries.flatMap(({ key, metrics }) =>
        key === 'ensemble' ? [] : (metrics[metric] ?? []),
      );
      const { loss = 0, se = 0 } = references[name] ?? {};
      const members = auto?.members.map(({ name: member }) => member).join(', ');
      console.error(
        `${name}: ${metric} ${chosen.toFixed(4)} (${auto?.chosen}: ${members}), best single ${Math.min(...singles).toFixed(4)}, scikit-learn ${loss.toFixed(4)} ± ${se.toFixed(4)}`,
      );
      expect(chosen).toBeLessThanOrEqual(Math.min(...singles) * (1 + 1e-9));
      expect(chosen).toBeLessThanOrEqual(loss + 2 * se);
    },
  );
});
