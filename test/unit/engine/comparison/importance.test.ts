import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createComparison } from '../../../../engine/comparison/index.ts';
import { seededRandom } from '../../../../engine/statistics/index.ts';
import { Importance, ImportanceRequest } from '../../../../local-api/contract/index.ts';
import { tempTracking } from '../../../kit/tracking.ts';

type Row = { params: Record<string, string>; score: number };

async function importanceOf(rows: readonly Row[], request: Record<string, unknown> = {}) {
  const { tracking } = await tempTracking();
  await Promise.all(
    rows.map(async ({ params, score }) => {
      const run = await tracking.createRun({
        experimentId: '0',
        source: 'api',
        notes: '',
        tags: {},
        inputs: [],
        status: 'finished',
        params,
      });
      await tracking.log(run.id, {
        metrics: [{ key: 'score', value: score, step: 0 }],
        params: {},
        tags: {},
      });
    }),
  );
  const comparison = createComparison({ tracking, artifacts: noArtifacts, tmpDir: tmpdir() });
  const parsed = ImportanceRequest.parse({ filter: '', metric: 'score', ...request });
  return Importance.parse(await comparison.importance(parsed));
}

const noArtifacts = { copyTo: () => Promise.reject(new Error('no artifacts here')) };

/** Runs whose score follows the logarithm of lr most, the optimizer second, and dropout not at all. */
function search(count: number): Row[] {
  const random = seededRandom(2, 'search');
  return Array.from({ length: count }, (_, i) => {
    const lr = 10 ** (-4 + 3 * random.next());
    const optimizer = ['adam', 'sgd', 'lion'][random.integer(3)] ?? '';
    const dropout = random.next();
    const score = -Math.abs(Math.log10(lr) + 2) + (optimizer === 'sgd' ? -0.4 : 0) + 0.05 * random.normal();
    return {
      params: { lr: String(lr), optimizer, dropout: String(dropout), fixed: '1', tag: `text ${i}` },
      score,
    };
  });
}

describe('importance', () => {
  it('ranks params by what they explain, a bend in the middle and categories included', async () => {
    const result = await importanceOf(search(150));
    expect(result.params.map(({ param }) => param)).toEqual(['lr', 'optimizer', 'dropout']);
    const [lr, optimizer, dropout] = result.params;
    expect(lr?.importance).toBeGreaterThan(0.6);
    expect(optimizer?.importance).toBeGreaterThan(0.05);
    expect(dropout?.importance).toBeLessThan(0.03);
    expect(result.params.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 12);
    expect([lr?.kind, optimizer?.kind, dropout?.kind]).toEqual(['log-number', 'category', 'number']);
    expect(result.r2).toBeGreaterThan(0.7);
    expect(result).toMatchObject({ trustworthy: true, caveat: null, runs: 150 });
  });

  it('names what it left out, and why', async () => {
    const { leftOut } = await importanceOf(search(30));
    expect(leftOut).toEqual([
      { param: 'fixed', reason: 'is the same in all runs' },
      { param: 'tag', reason: 'is a text that is different in nearly every run' },
    ]);
  });

  it('gives the same answer for the same runs', async () => {
    expect(await importanceOf(search(40))).toEqual(await importanceOf(search(40)));
  });

  it('is not to be trusted when params explain nothing, and says so', async () => {
    const random = seededRandom(9, 'noise');
    const rows = Array.from({ length: 60 }, () => ({
      params: { a: String(random.next()), b: String(random.next()) },
      score: random.normal(),
    }));
    const result = await importanceOf(rows);
    expect(result.r2).toBeLessThanOrEqual(0);
    expect(result.trustworthy).toBe(false);
    expect(result.caveat).toContain('R² ≤ 0');
  });

  it('is not to be trusted with fewer than 20 runs', async () => {
    const result = await importanceOf(search(12));
    expect(result).toMatchObject({ trustworthy: false, runs: 12 });
    expect(result.caveat).toContain('12 runs are too few');
  });

  it('tells that nothing varies', async () => {
    const still = await importanceOf([
      { params: { a: '1' }, score: 1 },
      { params: { a: '1' }, score: 2 },
    ]);
    expect(still).toMatchObject({ params: [], r2: null, caveat: 'No param varies between these runs.' });
    const flat = await importanceOf(search(30).map(({ params }) => ({ params, score: 1 })));
    expect(flat.caveat).toBe('The metric is the same in all runs.');
  });

  it('counts being without a param as a value of it', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      params: i % 2 === 0 ? { warmup: '100' } : {},
      score: i % 2 === 0 ? 1 : 0,
    }));
    const [warmup] = (await importanceOf(rows)).params;
    expect(warmup).toMatchObject({ param: 'warmup', importance: 1, n: 20, distinct: 1 });
  });

  it('looks only at the params that were named', async () => {
    const { params } = await importanceOf(search(30), { params: ['dropout'] });
    expect(params.map(({ param }) => param)).toEqual(['dropout']);
  });
});
