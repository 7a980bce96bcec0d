import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createComparison } from '../../../../engine/comparison/index.ts';
import { seededRandom } from '../../../../engine/statistics/index.ts';
import { CompareGroups, GroupsCompared } from '../../../../local-api/contract/index.ts';
import { tempTracking } from '../../../kit/tracking.ts';

type Logged = {
  params?: Record<string, string>;
  metrics?: Record<string, number | 'NaN'>;
  status?: 'running' | 'finished';
};

async function comparisonOf(runs: readonly Logged[]) {
  const { tracking } = await tempTracking();
  const ids: string[] = [];
  for (const { params = {}, metrics = {}, status = 'finished' } of runs) {
    const run = await tracking.createRun({
      experimentId: '0',
      source: 'api',
      notes: '',
      tags: {},
      inputs: [],
      status,
      params,
    });
    const points = Object.entries(metrics).map(([key, value]) => ({ key, value, step: 0 }));
    await tracking.log(run.id, { metrics: points, params: {}, tags: {} });
    ids.push(run.id);
  }
  const comparison = createComparison({
    tracking,
    artifacts: { copyTo: () => Promise.reject(new Error('unused')) },
    tmpDir: tmpdir(),
  });
  const compare = async (request: Record<string, unknown>) =>
    GroupsCompared.parse(
      await comparison.compareGroups(
        CompareGroups.parse({ filter: '', groupBy: 'params.trainer', metrics: ['auc'], ...request }),
      ),
    );
  return { compare, ids };
}

function grid(values: Record<string, readonly number[]>, by = 'seed'): Logged[] {
  return Object.entries(values).flatMap(([trainer, aucs]) =>
    aucs.map((auc, seed) => ({ params: { trainer, [by]: String(seed) }, metrics: { auc } })),
  );
}

const linear = [0.801, 0.812, 0.795, 0.82, 0.808];
const gbdt = [0.813, 0.819, 0.81, 0.821, 0.817];

describe('compareGroups', () => {
  it('finds by pairs of seeds what the spread between seeds hides', async () => {
    const { compare } = await comparisonOf(grid({ linear, gbdt }));
    const paired = (await compare({ pairBy: 'params.seed' })).metrics[0];
    expect(paired?.verdict).toBe(
      'gbdt is better than linear: +0.0088 auc (95 % CI 0.0022 … 0.0154), paired t-test over 5 seeds, p = 0.021.',
    );
    expect(paired?.comparisons[0]).toMatchObject({ a: 'linear', b: 'gbdt', outcome: 'b-better', pairs: 5 });
    const unpaired = (await compare({})).metrics[0]?.comparisons[0];
    expect(unpaired?.method?.id).toBe('welch-t');
    expect(unpaired?.pValue).toBeGreaterThan(paired?.comparisons[0]?.pValue ?? 1);
  });

  it('says how large a difference would have been seen where none can be shown', async () => {
    const { compare } = await comparisonOf(grid({ a: [0.8, 0.82, 0.81], b: [0.81, 0.83, 0.79] }));
    const result = (await compare({})).metrics[0]?.comparisons[0];
    expect(result?.outcome).toBe('not-shown');
    expect(result?.sentence).toMatch(
      /^No difference can be shown .* With 3 and 3 runs that vary like these, a difference of at least 0\.0\d+ auc would have been seen with 80 % power\.$/,
    );
  });

  it('takes lower values for better where the name of the metric says so', async () => {
    const runs = grid({ linear, gbdt }).map(({ params, metrics }) => ({
      params: params ?? {},
      metrics: { log_loss: metrics?.auc ?? 0 },
    }));
    const { compare } = await comparisonOf(runs);
    const result = (await compare({ metrics: ['log_loss'], pairBy: 'params.seed' })).metrics[0];
    expect(result?.direction).toBe('lower');
    expect(result?.verdict).toMatch(
      /^linear is better than gbdt: −0\.0088 log_loss \(95 % CI −0\.0154 … −0\.0022\)/,
    );
  });

  it('corrects the test for folds, which share training rows', async () => {
    const { compare } = await comparisonOf(grid({ linear, gbdt }, 'fold'));
    const seeds = (await compare({ pairBy: 'params.fold', pairsAre: 'seeds' })).metrics[0]?.comparisons[0];
    const folds = (await compare({ pairBy: 'params.fold' })).metrics[0]?.comparisons[0];
    expect(folds?.method?.id).toBe('corrected-resampled-t');
    // Five folds: test parts of 1/5, a quarter of the training part; √(9/4) times the error.
    expect((seeds?.statistic ?? 0) / (folds?.statistic ?? 1)).toBeCloseTo(1.5, 10);
    expect(folds?.outcome).toBe('not-shown');
  });

  it('says that one run a group says nothing about chance', async () => {
    const { compare } = await comparisonOf(grid({ linear: [0.8], gbdt: [0.9] }));
    const result = (await compare({})).metrics[0];
    expect(result?.comparisons[0]?.outcome).toBe('too-few');
    expect(result?.comparisons[0]?.pValue).toBeNull();
    expect(result?.verdict).toContain('One run a group says nothing about chance');
  });

  it('calls groups the same whose values are, and judges no chance from constants that differ', async () => {
    const same = await comparisonOf(grid({ a: [0.8, 0.8, 0.8], b: [0.8, 0.8, 0.8] }));
    expect((await same.compare({})).metrics[0]?.comparisons[0]?.outcome).toBe('identical');
    const apart = await comparisonOf(grid({ a: [0.8, 0.8, 0.8], b: [0.9, 0.9, 0.9] }));
    const result = (await apart.compare({})).metrics[0]?.comparisons[0];
    expect(result).toMatchObject({ outcome: 'too-few', method: null });
    expect(result?.sentence).toContain('do not vary');
  });

  it('takes differences that only rounding tells apart for the same', async () => {
    const aucs = [0.801, 0.812, 0.795, 0.82, 0.808];
    const shifted = aucs.map((auc) => auc + 0.009);
    const { compare } = await comparisonOf(grid({ a: aucs, b: shifted }));
    const result = (await compare({ pairBy: 'params.seed' })).metrics[0]?.comparisons[0];
    expect(result).toMatchObject({ outcome: 'too-few', effect: null });
    expect(result?.sentence).toContain('do not vary (+0.0090 auc)');
  });

  it('counts out constants by ranks where there are enough of them', async () => {
    const { compare } = await comparisonOf(grid({ a: Array(6).fill(0.8), b: Array(6).fill(0.9) }));
    const result = (await compare({})).metrics[0]?.comparisons[0];
    expect(result?.method?.id).toBe('mann-whitney');
    // 2 / C(12, 6)
    expect(result?.pValue).toBeCloseTo(2 / 924, 12);
    expect(result?.outcome).toBe('b-better');
  });

  it('leaves out runs whose metric is missing or not finite, with the reason', async () => {
    const { compare, ids } = await comparisonOf([
      ...grid({ linear, gbdt }),
      { params: { trainer: 'gbdt' }, metrics: { auc: 'NaN' } },
      { params: { trainer: 'gbdt' } },
    ]);
    const result = (await compare({})).metrics[0];
    expect(result?.leftOut).toEqual([
      { runId: ids[10], reason: 'auc is NaN' },
      { runId: ids[11], reason: 'has no auc' },
    ]);
    expect(result?.groups.find(({ value }) => value === 'gbdt')?.n).toBe(5);
  });

  it('names the runs without a partner', async () => {
    const { compare, ids } = await comparisonOf(grid({ linear, gbdt: gbdt.slice(0, 4) }));
    const result = (await compare({ pairBy: 'params.seed' })).metrics[0]?.comparisons[0];
    expect(result).toMatchObject({ pairs: 4, leftOut: [ids[4]] });
    expect(result?.sentence).toContain('One run without a partner was left out.');
  });

  it('does not pair where no run has a partner, and says so', async () => {
    const { compare } = await comparisonOf(grid({ linear, gbdt }));
    const result = (await compare({ pairBy: 'params.nothing' })).metrics[0]?.comparisons[0];
    expect(result?.method?.id).toBe('welch-t');
    expect(result?.method?.reason).toContain('no run has a partner');
  });

  it('takes ranks where a value lies far from the rest', async () => {
    const a = [0.8, 0.81, 0.79, 0.805, 0.795, 0.802, 0.798, 0.803, 0.797, 0.801];
    const b = [...a.map((value) => value + 0.01).slice(0, 9), 0.2];
    const { compare } = await comparisonOf(grid({ a, b }));
    const result = (await compare({})).metrics[0]?.comparisons[0];
    expect(result).toMatchObject({ differenceOf: 'medians', method: { id: 'mann-whitney' } });
    // The mean of b is pulled below that of a.
    expect(result?.sentence).toMatch(/^b is better than a: \+0\.009\d* auc/);
    const paired = (await compare({ pairBy: 'params.seed' })).metrics[0]?.comparisons[0];
    expect(paired?.method?.id).toBe('wilcoxon-signed-rank');
  });

  it('corrects several comparisons after Holm and sums them up from the best group', async () => {
    const { compare } = await comparisonOf(grid({ prior: [0.5, 0.51, 0.49], linear, gbdt }));
    const result = (await compare({})).metrics[0];
    expect(result?.comparisons).toHaveLength(3);
    expect(result?.correction).toContain('3 comparisons after Holm');
    for (const { pValue, adjustedPValue } of result?.comparisons ?? [])
      expect(adjustedPValue ?? 0).toBeGreaterThanOrEqual(pValue ?? 1);
    expect(result?.verdict).toMatch(
      /^gbdt has the best mean auc: it is better than prior; no difference can be shown from linear/,
    );
  });

  it('compares each group with the baseline alone', async () => {
    const { compare } = await comparisonOf(grid({ prior: [0.5, 0.51, 0.49], linear, gbdt }));
    const result = (await compare({ baseline: 'linear' })).metrics[0];
    expect(result?.comparisons.map(({ a, b }) => [a, b])).toEqual([
      ['linear', 'gbdt'],
      ['linear', 'prior'],
    ]);
  });

  it('puts runs without the key in a group of their own', async () => {
    const { compare } = await comparisonOf([
      ...grid({ linear }),
      { metrics: { auc: 0.7 } },
      { metrics: { auc: 0.72 } },
    ]);
    const result = (await compare({})).metrics[0];
    expect(result?.groups.map(({ value, n }) => [value, n])).toEqual([
      ['linear', 5],
      [null, 2],
    ]);
    expect(result?.verdict).toContain('runs without params.trainer');
  });

  it('bootstraps the mean of twenty runs and more', async () => {
    const { compare } = await comparisonOf(
      grid({ a: Array.from({ length: 20 }, (_, i) => 0.8 + i / 1000), b: linear }),
    );
    const groups = (await compare({})).metrics[0]?.groups ?? [];
    expect(groups.map(({ bootstrapInterval }) => bootstrapInterval !== null)).toEqual([true, false]);
  });

  it('warns of runs that have not ended', async () => {
    const { compare } = await comparisonOf([
      ...grid({ linear }),
      { params: { trainer: 'gbdt' }, metrics: { auc: 1 }, status: 'running' },
    ]);
    expect((await compare({})).notes).toEqual(['1 run has not ended: the values may still change.']);
  });

  it('refuses what runs cannot be grouped by, a baseline that is no group, and runs that are not there', async () => {
    const { compare } = await comparisonOf(grid({ linear }));
    await expect(compare({ groupBy: 'metrics.auc' })).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(compare({ baseline: 'svm' })).rejects.toMatchObject({
      problems: [{ path: '/baseline', expected: 'linear' }],
    });
    await expect(compare({ filter: undefined, runIds: ['ab', 'cd'] })).rejects.toMatchObject({
      code: 'runs/not-found',
      problems: [{ path: '/runIds' }, { path: '/runIds' }],
    });
  });

  it('raises false alarms in at most 5 % of comparisons of what does not differ', async () => {
    const random = seededRandom(11, 'false alarms');
    const trials = 150;
    const metrics: string[] = Array.from({ length: 20 }, (_, i) => `m${i}`);
    let alarms = 0;
    let comparisons = 0;
    for (let trial = 0; trial < trials / 10; trial++) {
      const runs = ['a', 'b', 'c'].flatMap((trainer) =>
        Array.from({ length: 5 }, (_, seed) => ({
          params: { trainer, seed: String(seed) },
          metrics: Object.fromEntries(metrics.map((metric) => [metric, random.normal()])),
        })),
      );
      const { compare } = await comparisonOf(runs);
      for (const pairBy of [undefined, 'params.seed']) {
        for (const { comparisons: found } of (await compare({ metrics, pairBy })).metrics) {
          comparisons += 1;
          // The chance of even one alarm among the three comparisons of a metric.
          if (found.some(({ outcome }) => outcome !== 'not-shown')) alarms += 1;
        }
      }
    }
    expect(comparisons).toBe(600);
    // 5 % and two standard errors of 600 trials.
    expect(alarms / comparisons).toBeLessThan(0.068);
    expect(alarms).toBeGreaterThan(5);
  });
});
