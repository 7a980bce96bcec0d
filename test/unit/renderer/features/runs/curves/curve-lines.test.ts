import { describe, expect, test } from 'vitest';
import type { MetricSeries } from '../../../../../../local-api/contract/index.ts';
import {
  groupLines,
  indexSeries,
  runLines,
  stepsWithin,
} from '../../../../../../renderer/features/runs/curves/curve-lines.ts';

function series(runId: string, key: string, values: number[], everyMs = 1000): MetricSeries {
  return {
    runId,
    key,
    steps: values.map((_, index) => index),
    timestampsMs: values.map((_, index) => 1_000_000 + index * everyMs),
    values,
    total: values.length,
  };
}

const plain = { kind: 'ema', amount: 0 } as const;
const index = indexSeries([
  series('a', 'loss', [4, 2, 1]),
  series('b', 'loss', [6, 4, 3], 2000),
  series('a', 'epoch', [0, 0.5, 1]),
]);
const runs = [
  { id: 'a', label: 'run a', colour: 0 },
  { id: 'b', label: 'run b', colour: '#123456' },
];

test('runs have a line each in their colours; one without the metric has none', () => {
  const lines = runLines({ shown: index, whole: index, axis: 'step' }, runs, ['loss'], plain);
  expect(lines.map(({ id, colour, y }) => ({ id, colour, y }))).toEqual([
    { id: 'a', colour: 0, y: [4, 2, 1] },
    { id: 'b', colour: '#123456', y: [6, 4, 3] },
  ]);
  expect(runLines({ shown: index, whole: index, axis: 'step' }, runs, ['epoch'], plain)).toHaveLength(1);
});

test('a smoothed line keeps the curve as it was behind it', () => {
  const [line] = runLines({ shown: index, whole: index, axis: 'step' }, runs, ['loss'], {
    kind: 'average',
    amount: 1,
  });
  expect(line?.y).toEqual([3, 7 / 3, 1.5]);
  expect(line?.raw?.y).toEqual([4, 2, 1]);
});

test('a group is a mean with its band', () => {
  const groups = [{ id: 'g', label: 'both', colour: 1, runIds: ['a', 'b'] }];
  const options = { smoothing: plain, band: 'range', isLogX: false } as const;
  const [line] = groupLines({ shown: index, whole: index, axis: 'step' }, groups, 'loss', options);
  expect(line).toMatchObject({
    y: [5, 3, 2],
    band: { low: [4, 2, 1], high: [6, 4, 3] },
    note: 'mean of 2 runs',
  });
});

describe('a stretch that is looked at closer', () => {
  test('on steps asks for them, with one to spare', () => {
    expect(stepsWithin({ whole: index, axis: 'step' }, ['a'], ['loss'], { min: 3.2, max: 7.9 })).toEqual({
      fromStep: 2,
      toStep: 9,
    });
  });
  test('on time asks for the steps that fall in it, of the slowest run too', () => {
    const within = stepsWithin({ whole: index, axis: 'relative' }, ['a', 'b'], ['loss'], {
      min: 0.9,
      max: 1.1,
    });
    expect(within).toEqual({ fromStep: 0, toStep: 2 });
  });
  test('where no curve is, asks for nothing', () => {
    expect(stepsWithin({ whole: index, axis: 'relative' }, ['a'], ['loss'], { min: 50, max: 60 })).toBeNull();
  });
  test('starts its time where the whole curve does', () => {
    const part = indexSeries([{ ...series('a', 'loss', [1]), steps: [2], timestampsMs: [1_002_000] }]);
    const [line] = runLines({ shown: part, whole: index, axis: 'relative' }, runs, ['loss'], plain);
    expect(line?.x).toEqual([2]);
  });
});

test('along another metric a point stands where that metric was at its step', () => {
  const [line] = runLines({ shown: index, whole: index, axis: { metric: 'epoch' } }, runs, ['loss'], plain);
  expect(line).toMatchObject({ id: 'a', x: [0, 0.5, 1], y: [4, 2, 1] });
});
