import { describe, expect, test } from 'vitest';
import type { ShapleySummary } from '../../../../../local-api/contract/index.ts';
import {
  numbersOfCells,
  strongestInputs,
  swarmOf,
} from '../../../../../renderer/features/explanations/points.ts';

const shapley: ShapleySummary = {
  method: 'linear',
  scale: 'value',
  inputs: ['distance', 'origin'],
  cells: [
    [10, 30, null, 20],
    ['ATL', 'ORD', 'ATL', null],
  ],
  outputs: [
    {
      output: null,
      base: 0,
      meanAbs: [0.1, 2],
      contributions: [
        [1, 1, 1, 5],
        [0, 0, 0, 0],
      ],
    },
  ],
  largestError: null,
  modelCalls: 0,
};
const [output] = shapley.outputs;

describe('numbers of cells', () => {
  test('are the numbers, times in milliseconds, and places of categories by how frequent they are', () => {
    expect(numbersOfCells([1, null, 3])).toEqual({ values: [1, null, 3], categories: null });
    expect(numbersOfCells(['1970-01-02', null]).values).toEqual([86_400_000, null]);
    expect(numbersOfCells(['x', 'y', 'y', true])).toEqual({
      values: [1, 0, 0, 2],
      categories: ['y', 'x', 'true'],
    });
  });
});

test('the strongest inputs come first', () => {
  expect(output && strongestInputs(output, 2)).toEqual([1, 0]);
});

describe('a swarm', () => {
  const swarms = output === undefined ? [] : swarmOf(shapley, output, [0, 1]);

  test('puts equal contributions above and below each other, within its line', () => {
    expect(swarms[0]?.points.map(({ x }) => x)).toEqual([1, 1, 1, 5]);
    const offsets = swarms[0]?.points.slice(0, 3).map(({ offset }) => offset) ?? [];
    expect(new Set(offsets).size).toBe(3);
    for (const { offset } of swarms.flatMap(({ points }) => points))
      expect(Math.abs(offset)).toBeLessThanOrEqual(0.5);
  });

  test('shades numbers by rank, and neither categories nor what is missing', () => {
    expect(swarms[0]?.points.map(({ shade }) => shade)).toEqual([0, 1, null, 0.5]);
    expect(swarms[1]?.points.map(({ shade }) => shade)).toEqual([null, null, null, null]);
  });
});
