import { expect, test } from 'vitest';
import { surfaceOf } from '../../../../../renderer/features/compare/surface.ts';

test('a cell is the mean of what falls in it, the highest row on top', () => {
  const surface = surfaceOf([
    { x: 1, y: 10, value: 2 },
    { x: 1, y: 10, value: 4 },
    { x: 2, y: 9, value: 7 },
  ]);
  expect(surface.columnLabels).toEqual(['1', '2']);
  expect(surface.rowLabels).toEqual(['10', '9']);
  expect(surface.cells).toEqual([
    [{ mean: 3, count: 2 }, null],
    [null, { mean: 7, count: 1 }],
  ]);
});

test('many different numbers fall into bins, none is lost', () => {
  const surface = surfaceOf(
    Array.from({ length: 50 }, (_, index) => ({ x: index, y: 10 ** (index / 10), value: 1 })),
  );
  expect(surface.columnLabels).toHaveLength(8);
  const counts = surface.cells.flat().map((cell) => cell?.count ?? 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50);
});
