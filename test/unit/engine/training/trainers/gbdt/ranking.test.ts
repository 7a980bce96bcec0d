import { describe, expect, test } from 'vitest';
import { gbdtTrainer } from '../../../../../../engine/training/trainers/gbdt/gbdt.ts';
import { rankingObjective } from '../../../../../../engine/training/trainers/gbdt/ranking-objective.ts';
import {
  fitTrainer,
  maxDifference,
  parkMiller,
  runModel,
  type Sample,
  sampleOf,
} from '../../../../../kit/training.ts';

/** Rows of 12 a query; the grade is how the sum of two features, with noise, stands within fixed bounds. */
function searches(queries: number, seed: number): Sample & { queries: Int32Array } {
  const sample = sampleOf(queries * 12, 4, seed, ([a = 0, b = 0], [noise = 0]) => {
    const worth = a + b + 0.4 * noise;
    return worth > 1.75 ? 3 : worth > 1.5 ? 2 : worth > 1.2 ? 1 : 0;
  });
  // Queries are not beside each other.
  return { ...sample, queries: Int32Array.from({ length: sample.n }, (_, row) => row % queries) };
}

/** Gradients and hessians by their definition (Burges 2010): every pair, the change of NDCG by swapping it in fact. */
function plainPull(grades: readonly number[], scores: readonly number[], depth: number) {
  const n = grades.length;
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const gain = (at: readonly number[], places: number) =>
    at
      .slice(0, places)
      .reduce((sum, row, place) => sum + (2 ** (grades[row] ?? 0) - 1) / Math.log2(place + 2), 0);
  const ideal = gain(
    [...grades.keys()].sort((a, b) => (grades[b] ?? 0) - (grades[a] ?? 0)),
    depth,
  );
  const isSpread = Math.max(...scores) !== Math.min(...scores);
  const [slopes, bends] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  let total = 0;
  for (let better = 0; better < n; better++) {
    for (let worse = 0; worse < n; worse++) {
      if ((grades[better] ?? 0) <= (grades[worse] ?? 0)) continue;
      const places = [order.indexOf(better), order.indexOf(worse)];
      if (Math.min(...places) >= depth) continue;
      const swapped = order.map((row) => (row === better ? worse : row === worse ? better : row));
      const gap = (scores[better] ?? 0) - (scores[worse] ?? 0);
      const change =
        Math.abs(gain(swapped, n) - gain(order, n)) / ideal / (isSpread ? 0.01 + Math.abs(gap) : 1);
      const p = 1 / (1 + Math.exp(gap));
      slopes[better] = (slopes[better] ?? 0) - p * change;
      slopes[worse] = (slopes[worse] ?? 0) + p * change;
      for (const row of [better, worse]) bends[row] = (bends[row] ?? 0) + p * (1 - p) * change;
      total += 2 * p * change;
    }
  }
  const factor = total > 0 ? Math.log2(1 + total) / total : 1;
  return { slopes: slopes.map((slope) => slope * factor), bends: bends.map((bend) => bend * factor) };
}

describe.each([1, 4, 30])('to depth %i', (rankingDepth) => {
  test.each(['as drawn', 'all the same'])('pairs pull as their swaps change NDCG, scores %s', (how) => {
    const { y, n, queries, weights } = searches(5, 3);
    const u = parkMiller(n, 17);
    const scores = how === 'as drawn' ? u.map((value) => 3 * value) : new Float64Array(n);
    const [gradients, hessians] = [new Float32Array(n), new Float32Array(n)];
    rankingObjective({ y, n, queries, weights }, { rankingDepth }).derivatives(
      scores,
      [gradients],
      [hessians],
    );
    for (let query = 0; query < 5; query++) {
      const rows = [...y.keys()].filter((row) => queries[row] === query);
      const of = (values: ArrayLike<number>) => rows.map((row) => values[row] ?? Number.NaN);
      const { slopes, bends } = plainPull(of(y), of(scores), rankingDepth);
      expect(maxDifference(of(gradients), slopes)).toBeLessThan(1e-6);
      expect(maxDifference(of(hessians), bends)).toBeLessThan(1e-6);
    }
  });
});

test('learns an order: far above chance on queries never seen, and ONNX Runtime gives the same scores', async () => {
  const train = searches(60, 5);
  const held = searches(40, 6);
  const curve: number[] = [];
  const model = await fitTrainer(gbdtTrainer, train, {
    settings: { trees: 40, leaves: 8, minLeafRows: 10 },
    validation: held,
    onProgress: ({ metrics }) => {
      if (metrics.validation_ndcg !== undefined) curve.push(metrics.validation_ndcg);
    },
  });
  const scores = model.predict(held.x, held.n);
  const { loss } = rankingObjective(held, { rankingDepth: 30 });
  const ndcg = (of: ArrayLike<number>) => 1 - loss(Float64Array.from(of), held);
  expect(ndcg(new Float64Array(held.n))).toBeLessThan(0.65);
  expect(ndcg(scores)).toBeGreaterThan(0.88);
  expect(ndcg(scores)).toBeCloseTo(Math.max(...curve), 6);
  expect(maxDifference(scores, await runModel(model, held.x, held.n))).toBeLessThan(1e-5);
});

test('the same rows give the same trees', async () => {
  const learn = () =>
    fitTrainer(gbdtTrainer, searches(20, 8), { settings: { trees: 10, rowSample: 0.7 }, seed: 4 });
  const probe = searches(10, 9);
  const [first, second] = [await learn(), await learn()];
  expect(first.predict(probe.x, probe.n)).toEqual(second.predict(probe.x, probe.n));
});

test('a fit without a judged validation row does not stop early', async () => {
  const validation = searches(5, 6);
  const model = await fitTrainer(gbdtTrainer, searches(20, 5), {
    settings: { trees: 25, earlyStoppingRounds: 2 },
    validation: { ...validation, y: new Float64Array(validation.n) },
  });
  expect(model.info).toMatchObject({ rounds: 25, stoppedEarly: false });
});

test.each([
  ['a grade that is no whole number', [0.5, 0, 1, 0], 'whole numbers'],
  ['a negative grade', [-1, 0, 1, 0], 'whole numbers'],
  ['a grade beyond 30', [31, 0, 1, 0], 'whole numbers'],
  ['one grade in each query', [1, 0, 1, 0], 'nothing to put in order'],
])('refuses %s', (_, y, message) => {
  const rows = { y: Float64Array.from(y), n: 4, weights: null, queries: Int32Array.of(1, 2, 1, 2) };
  expect(() => rankingObjective(rows, { rankingDepth: 30 })).toThrow(
    expect.objectContaining({ code: 'training/bad-target', message: expect.stringContaining(message) }),
  );
});
