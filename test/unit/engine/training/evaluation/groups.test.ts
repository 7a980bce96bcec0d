import { describe, expect, test } from 'vitest';
import { partsOf } from '../../../../../engine/training/evaluation/column-parts.ts';
import { analyseErrors } from '../../../../../engine/training/evaluation/errors.ts';
import { fairnessOf } from '../../../../../engine/training/evaluation/fairness.ts';
import type { ScoredRows } from '../../../../../engine/training/evaluation/scored-rows.ts';
import { type SliceOptions, sliceFigures } from '../../../../../engine/training/evaluation/slices.ts';
import { parkMiller } from '../../../../kit/training.ts';
import { numbers, tableOf, texts } from './tables.ts';

const n = 600;
const u = parkMiller(4 * n, 17);
const at = (block: number, i: number) => u[block * n + i] ?? 0;
const sex = Array.from({ length: n }, (_, i) => (i < 20 ? 'x' : at(0, i) < 0.5 ? 'f' : 'm'));
const age = Array.from({ length: n }, (_, i) => (i % 50 === 0 ? Number.NaN : 20 + 60 * at(1, i)));
const truth = Int32Array.from(sex, (_, i) => (at(2, i) < 0.4 ? 1 : 0));
// Men are told yes more often; above 60 every answer is wrong.
const labels = Int32Array.from(sex, (one, i) => {
  const right = truth[i] ?? 0;
  if ((age[i] ?? 0) > 60) return 1 - right;
  return one === 'm' && at(3, i) < 0.3 ? 1 : right;
});
const scored: ScoredRows & { task: 'classification' } = {
  task: 'classification',
  classes: ['no', 'yes'],
  positive: 'yes',
  truth,
  labels,
  probabilities: Float32Array.from({ length: 2 * n }, (_, i) =>
    (labels[i >> 1] ?? 0) === i % 2 ? 0.9 : 0.1,
  ),
};
const table = tableOf([texts('sex', sex), numbers('age', age)], truth);
const rows = Int32Array.from({ length: n }, (_, row) => row);
const options: SliceOptions = {
  confidence: 0.95,
  resamples: 200,
  seed: 1,
  pause: async () => {},
  table,
  rows,
  scored,
  weights: null,
  smallGroup: 50,
};

test('numbers are cut into five parts of equal size, few values and texts are told one by one, missing ones too', () => {
  const [bySex, byAge] = table.columns.map((column) => partsOf(column, rows));
  expect(bySex?.map(({ name }) => name).sort()).toEqual(['f', 'm', 'x']);
  expect(byAge).toHaveLength(6);
  const sizes = byAge?.filter(({ name }) => name !== 'missing').map((part) => part.rows.length) ?? [];
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2);
  expect(partsOf(numbers('few', [1, 2, 1]), Int32Array.of(0, 1, 2)).map(({ name }) => name)).toEqual([
    '1',
    '2',
  ]);
});

describe('slices', () => {
  test('hold the figures of their rows, largest first, with small ones marked', async () => {
    const [bySex] = await sliceFigures(['sex'], options);
    const slices = bySex?.slices ?? [];
    expect(slices.map(({ rows: size }) => size)).toEqual(
      [...slices.map(({ rows: size }) => size)].sort((a, b) => b - a),
    );
    for (const slice of slices) {
      const members = [...rows].filter((row) => sex[row] === slice.name);
      const right = members.filter((row) => truth[row] === labels[row]).length;
      expect(slice.metrics.accuracy).toBeCloseTo(right / members.length, 12);
      expect(slice.intervals.accuracy?.low).toBeLessThan(right / members.length);
      expect(slice.isSmall).toBe(slice.name === 'x');
    }
  });

  test('many values are told as the largest and the rest', async () => {
    const ids = Array.from({ length: n }, (_, i) => `id ${i % 40}`);
    const [byId] = await sliceFigures(['id'], {
      ...options,
      resamples: 0,
      table: tableOf([texts('id', ids)], truth),
    });
    expect(byId?.slices).toHaveLength(25);
    expect(byId?.slices.at(-1)?.name).toBe('16 other values');
    expect(byId?.slices.reduce((sum, slice) => sum + slice.rows, 0)).toBe(n);
  });
});

describe('fairness', () => {
  test('gives rates by group, and differences between the groups that are large enough', async () => {
    const [bySex] = await fairnessOf(['sex'], scored, options);
    const rate = (group: string) => {
      const members = [...rows].filter((row) => sex[row] === group);
      return members.filter((row) => labels[row] === 1).length / members.length;
    };
    for (const group of bySex?.groups ?? [])
      expect(group.selectionRate.value).toBeCloseTo(rate(group.name), 12);
    const difference = bySex?.demographicParityDifference;
    expect(difference?.value).toBeCloseTo(Math.abs(rate('m') - rate('f')), 12);
    expect(difference?.low ?? 1).toBeLessThan(difference?.value ?? 0);
    expect(difference?.high ?? 0).toBeGreaterThan(difference?.value ?? 1);
    const rates = [rate('m'), rate('f')];
    expect(bySex?.demographicParityRatio?.value).toBeCloseTo(Math.min(...rates) / Math.max(...rates), 12);
    expect(bySex?.warnings).toEqual(['Fewer than 50 test rows: "x". The differences leave them out.']);
  });

  test('equalised odds are the larger of the differences of true and false positive rates', async () => {
    const [bySex] = await fairnessOf(['sex'], scored, options);
    const groups = bySex?.groups.filter(({ isSmall }) => !isSmall) ?? [];
    const spread = (pick: (group: (typeof groups)[number]) => number) =>
      Math.max(...groups.map(pick)) - Math.min(...groups.map(pick));
    expect(bySex?.equalisedOddsDifference?.value).toBeCloseTo(
      Math.max(
        spread((group) => group.truePositiveRate?.value ?? 0),
        spread((group) => group.falsePositiveRate?.value ?? 0),
      ),
      12,
    );
  });

  test('says so when there is one group only', async () => {
    const one = tableOf(
      [
        texts(
          'sex',
          sex.map(() => 'f'),
        ),
      ],
      truth,
    );
    const [bySex] = await fairnessOf(['sex'], scored, { ...options, table: one });
    expect(bySex?.warnings[0]).toContain('nothing to compare');
    expect(bySex?.demographicParityRatio).toBeNull();
  });
});

describe('error analysis', () => {
  test('finds the part of the data where the answers are wrong', () => {
    const { segments, meanLoss } = analyseErrors(table, rows, scored);
    expect(segments[0]?.conditions[0]).toMatch(/^age from (59|60|61)/);
    expect(segments[0]?.errorRate).toBeGreaterThan(0.9);
    expect(segments[0]?.loss).toBeGreaterThan(2 * meanLoss);
    const old = age.filter((value) => value > 60).length;
    expect(Math.abs((segments[0]?.rows ?? 0) - old)).toBeLessThan(0.05 * n);
  });

  test('lists the rows of highest loss with where they stand in the data', () => {
    const { worst } = analyseErrors(table, rows, scored);
    expect(worst).toHaveLength(50);
    expect(worst[0]).toMatchObject({
      probability: expect.closeTo(0.1, 6),
      loss: expect.closeTo(-Math.log(0.1), 6),
    });
    expect(worst[0]?.row).toBe(1000 + (worst[0]?.place ?? 0));
    expect(worst.every((row, i) => row.loss <= (worst[i - 1]?.loss ?? Number.POSITIVE_INFINITY))).toBe(true);
  });

  test('has nothing to tell of answers that are all equally good', () => {
    const right = {
      ...scored,
      labels: truth,
      probabilities: scored.probabilities.map((_, i) => ((truth[i >> 1] ?? 0) === i % 2 ? 1 : 0)),
    };
    expect(analyseErrors(table, rows, right).segments).toEqual([]);
  });
});
