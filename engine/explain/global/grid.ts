import type { Cell, FeatureEffect, Signature } from '../../../local-api/contract/index.ts';
import type { TensorData } from '../../onnx/index.ts';
import { cellOf, type RowSet } from '../model/row-set.ts';

type Input = Signature['inputs'][number];

/** Points at which the effect of an input is looked at. Each is a row of the set that holds the value. */
export type Grid = {
  kind: FeatureEffect['kind'];
  /** Rows whose cells are the points; ascending, or the most frequent first. */
  rows: Int32Array;
  cells: Cell[];
  /** Share of the rows nearest to each point. */
  share: number[];
};

const mostPoints = 20;
const mostCategories = 12;

/**
 * Points of an input: its distinct values when they are few, else quantiles of numbers and times (the ends included) and the
 * most frequent categories. Null when all rows lack it.
 */
export function gridOf(input: Input, rows: RowSet, points = mostPoints): Grid | null {
  const feed = rows.feeds[input.name];
  if (feed === undefined) return null;
  const known = Array.from({ length: rows.n }, (_, row) => row).filter(
    (row) => cellOf(input, feed, row) !== null,
  );
  if (known.length === 0) return null;
  const isCategory = input.type === 'string' || input.type === 'boolean';
  const kind = isCategory
    ? 'category'
    : input.type === 'date' || input.type === 'datetime'
      ? 'time'
      : 'number';
  const chosen = isCategory ? mostFrequent(known, feed.data) : quantiles(known, feed.data, points);
  return {
    kind,
    rows: Int32Array.from(chosen, ({ row }) => row),
    cells: chosen.map(({ row }) => cellOf(input, feed, row)),
    share: chosen.map(({ count }) => count / known.length),
  };
}

type Point = { row: number; count: number };

function mostFrequent(known: readonly number[], data: TensorData): Point[] {
  const counts = new Map<unknown, Point>();
  for (const row of known) {
    const point = counts.get(data[row]);
    if (point === undefined) counts.set(data[row], { row, count: 1 });
    else point.count += 1;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, mostCategories);
}

function quantiles(known: readonly number[], data: TensorData, points: number): Point[] {
  const value = (row: number) => Number(data[row]);
  const sorted = [...known].sort((a, b) => value(a) - value(b));
  const distinct = sorted.filter((row, i) => i === 0 || value(row) !== value(sorted[i - 1] as number));
  const chosen =
    distinct.length <= points
      ? distinct
      : Array.from(
          { length: points },
          (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (points - 1))] as number,
        ).filter((row, i, all) => i === 0 || value(row) !== value(all[i - 1] as number));
  const counts = chosen.map((row): Point => ({ row, count: 0 }));
  let at = 0;
  for (const row of sorted) {
    const next = () => chosen[at + 1];
    while (next() !== undefined && value(row) > (value(chosen[at] as number) + value(next() as number)) / 2)
      at += 1;
    (counts[at] as Point).count += 1;
  }
  return counts;
}
