import type { ColumnSeries, DriftChunk, PerformanceSeries } from '../../../../local-api/contract/index.ts';
import type { LineSeries } from '../../../charts/LineChart.tsx';

/** Places of the parts on the axis: when they began, where that is known of all; else 1, 2, 3 … */
export function placesOf(chunks: readonly DriftChunk[]): { x: number[]; isTime: boolean } {
  const times = chunks.flatMap(({ fromMs }) => (fromMs === null ? [] : [fromMs]));
  return times.length === chunks.length && chunks.length > 0
    ? { x: times, isTime: true }
    : { x: chunks.map((_, i) => i + 1), isTime: false };
}

/** A column and its limits, or all columns faintly when none is chosen. */
export function columnLines(columns: readonly ColumnSeries[], x: readonly number[]): LineSeries[] {
  return columns.map((column, place) => ({
    id: column.name,
    label: column.name,
    x,
    y: column.values,
    colour: place,
    showsPoints: columns.length === 1,
  }));
}

/** The limit of each part, as a line to compare with. */
export function limitLine(column: ColumnSeries, x: readonly number[]): LineSeries {
  return {
    id: 'limit',
    label: 'Limit',
    x,
    y: column.limits.map((limit, i) => (column.values[i] === null ? null : limit)),
    isGuide: true,
  };
}

/** The estimate within its band around the reference, and what came true. */
export function performanceLines(series: PerformanceSeries, x: readonly number[]): LineSeries[] {
  const known = series.realised.some((value) => value !== null);
  const reference = x.map(() => series.reference);
  return [
    {
      id: 'reference',
      label: 'Reference',
      x,
      y: reference,
      colour: 2,
      band: {
        low: series.low.map((value, i) => value ?? reference[i] ?? 0),
        high: series.high.map((value, i) => value ?? reference[i] ?? 0),
      },
      note: 'three standard errors',
    },
    { id: 'estimate', label: 'Estimated', x, y: series.estimates, colour: 0, showsPoints: true },
    ...(known
      ? [{ id: 'realised', label: 'Came true', x, y: series.realised, colour: 1, showsPoints: true }]
      : []),
  ];
}

/** Whether a part of a column lies outside its limit. */
export function isOutside(column: ColumnSeries, chunk: number): boolean {
  const value = column.values[chunk];
  return value !== null && value !== undefined && value > (column.limits[chunk] ?? 1);
}
