import { formatNumber } from '../../app/format.ts';
import { compareValues } from './grouping.ts';

/** A cell of a map: the mean of the values that fall in it, and how many. */
export type SurfaceCell = { mean: number; count: number };

export type Surface = {
  columnLabels: string[];
  rowLabels: string[];
  /** Rows from the highest to the lowest, as a picture has them; null where nothing falls. */
  cells: (SurfaceCell | null)[][];
};

type Point = { x: number | string; y: number | string; value: number };
type Side = { labels: string[]; binOf: (value: number | string) => number };

const MOST_VALUES = 12;
const BINS = 8;

/**
 * The mean of a value over two others. Up to 12 different values of a side stand for themselves; more numbers fall into 8
 * bins, of equal width, or of equal factors where they reach over more than a factor of 100.
 */
export function surfaceOf(points: readonly Point[]): Surface {
  const columns = sideOf(points.map((point) => point.x));
  const rows = sideOf(points.map((point) => point.y));
  const sums = rows.labels.map(() => columns.labels.map(() => ({ sum: 0, count: 0 })));
  for (const { x, y, value } of points) {
    const cell = sums[rows.binOf(y)]?.[columns.binOf(x)];
    if (!cell) continue;
    cell.sum += value;
    cell.count += 1;
  }
  const cells = sums.map((row) =>
    row.map(({ sum, count }) => (count === 0 ? null : { mean: sum / count, count })),
  );
  return { columnLabels: columns.labels, rowLabels: [...rows.labels].reverse(), cells: cells.reverse() };
}

function sideOf(values: readonly (number | string)[]): Side {
  const distinct = [...new Set(values.map(String))].sort(compareValues);
  const isNumeric = values.every((value) => typeof value === 'number');
  if (distinct.length <= MOST_VALUES || !isNumeric) {
    return { labels: distinct, binOf: (value) => distinct.indexOf(String(value)) };
  }
  const numbers = distinct.map(Number);
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  const isLog = min > 0 && max / min > 100;
  const edge = (index: number) =>
    isLog ? min * (max / min) ** (index / BINS) : min + ((max - min) * index) / BINS;
  return {
    labels: Array.from(
      { length: BINS },
      (_, index) => `${formatNumber(edge(index), 3)} – ${formatNumber(edge(index + 1), 3)}`,
    ),
    binOf: (value) => {
      const number = Number(value);
      const share = isLog ? Math.log(number / min) / Math.log(max / min) : (number - min) / (max - min);
      return Math.min(BINS - 1, Math.floor(share * BINS));
    },
  };
}
