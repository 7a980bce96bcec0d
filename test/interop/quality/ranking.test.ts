/** Our orders beside those of LightGBM's ranker, on the same folds of whole queries. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderMeasures } from '../../../engine/training/ranking/order-measures.ts';
import { queriesOf } from '../../../engine/training/ranking/queries.ts';
import { gbdtTrainer } from '../../../engine/training/trainers/gbdt/gbdt.ts';
import { fitTrainer } from '../../kit/training.ts';
import { mean, pickRows, readFoldSet, standardError } from './fold-sets.ts';
import { pythonWith } from './python.ts';

const run = promisify(execFile);
const learningRate = 0.1;

const found = await pythonWith(['lightgbm', 'sklearn']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('orders beside LightGBM', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-quality-'));
    const script = fileURLToPath(new URL('./ranking.py', import.meta.url));
    const python = 'python' in found ? found.python : '';
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    await run(python, ['-W', 'ignore', script, dir, String(learningRate)], { env });
  }, 900_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('NDCG is within one standard error of theirs, or above', { timeout: 300_000 }, async () => {
    const data = await readFoldSet(dir, 'ranking');
    const facts = JSON.parse(await readFile(join(dir, 'ranking.json'), 'utf8')) as Record<
      'ndcg' | 'ndcg_10',
      number[]
    > & { trees: number };
    const queries = new Int32Array(new Uint8Array(await readFile(join(dir, 'ranking.query.i32'))).buffer);
    const ours: Record<'ndcg' | 'ndcg_10', number[]> = { ndcg: [], ndcg_10: [] };
    for (let fold = 0; fold < 5; fold++) {
      const [train, held] = [false, true].map((isHeld) => {
        const keep = (row: number) => (data.folds[row] === fold) === isHeld;
        return { ...pickRows(data, keep), queries: queries.filter((_, row) => keep(row)) };
      });
      if (!train || !held) throw new Error('no parts');
      const settings = { trees: facts.trees, learningRate, earlyStoppingRounds: 0 };
      const model = await fitTrainer(gbdtTrainer, train, { settings, validation: held });
      const scores = model.predict(held.x, held.n);
      const { ndcg, ndcgAt } = orderMeasures(queriesOf(held.queries), held.y, scores, [10]);
      const defined = (values: Float64Array) => mean([...values].filter(Number.isFinite));
      ours.ndcg.push(defined(ndcg));
      ours.ndcg_10.push(defined(ndcgAt[0]?.values ?? ndcg));
    }
    for (const name of ['ndcg', 'ndcg_10'] as const) {
      const least = mean(facts[name]) - standardError(facts[name]);
      console.error(`${name}: ${mean(ours[name]).toFixed(4)}, LightGBM ${mean(facts[name]).toFixed(4)}`);
      expect(mean(ours[name])).toBeGreaterThanOrEqual(least);
    }
  });
});
