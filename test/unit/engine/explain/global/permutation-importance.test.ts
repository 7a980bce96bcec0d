import { expect, it } from 'vitest';
import { permutationImportance } from '../../../../../engine/explain/global/permutation-importance.ts';
import type { RowSet } from '../../../../../engine/explain/model/row-set.ts';
import type { RowMetric, Signature } from '../../../../../local-api/contract/index.ts';
import { smallRows } from '../../../../kit/explain/models.ts';

const inputs: Signature['inputs'] = ['a', 'b'].map((name) => ({
  name,
  type: 'float',
  nullable: true,
  examples: [],
}));
const rows = smallRows(400, 1);
const a = Float64Array.from({ length: rows.n }, (_, row) => Number(rows.feeds.a?.data[row]));

function importance(
  signature: Signature,
  truth: Int32Array | Float64Array,
  metric: RowMetric,
  of: (a: number) => number[],
) {
  return permutationImportance({
    signature,
    rows,
    truth,
    metric,
    repeats: 5,
    seed: 0,
    answers: async ({ n, feeds }: RowSet) =>
      Float64Array.from(Array.from({ length: n }, (_, row) => of(Number(feeds.a?.data[row]))).flat()),
    progress: () => {},
  });
}

it('of an input that the model does not use is nothing, and that of the one it uses is shown beyond doubt', async () => {
  const signature: Signature = { task: 'regression', inputs, target: 'y', classes: null, positive: null };
  const found = await importance(signature, a, 'rmse', (x) => [x]);
  expect(found).toMatchObject({ metric: 'rmse', higherIsBetter: false, repeats: 5, rows: 400 });
  expect(found?.baseline).toBeCloseTo(0, 6);
  const [first, second] = found?.features ?? [];
  // Uniform numbers against a shuffle of themselves: the mean square of the difference is 1/6.
  expect(first?.name).toBe('a');
  expect(first?.mean).toBeCloseTo(Math.sqrt(1 / 6), 1);
  expect(first?.low).toBeGreaterThan(0);
  expect(first?.pValue).toBeLessThan(1e-4);
  expect(second).toEqual({ name: 'b', mean: 0, low: 0, high: 0, pValue: 1 });
});

it('is harm for metrics where more is better too', async () => {
  const signature: Signature = {
    task: 'classification',
    inputs,
    target: 'y',
    classes: ['no', 'yes'],
    positive: 'yes',
  };
  const truth = Int32Array.from(a, (x) => Number(x > 0.5));
  const found = await importance(signature, truth, 'accuracy', (x) => [1 - x, x]);
  expect(found).toMatchObject({ baseline: 1, higherIsBetter: true });
  expect(found?.features[0]?.mean).toBeGreaterThan(0.3);
});

it('is not told by a metric of another task', async () => {
  const signature: Signature = { task: 'regression', inputs, target: 'y', classes: null, positive: null };
  expect(await importance(signature, a, 'accuracy', (x) => [x])).toBeNull();
});
