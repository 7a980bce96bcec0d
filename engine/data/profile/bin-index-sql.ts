import type { Bins } from '../../statistics/index.ts';

/** SQL for the place of a value among the bins, from 0; what rounding puts outside goes to the bin at that end. */
export function binIndexSql(value: string, bins: Bins): string {
  const first = bins.lowEdge === null ? 0 : -1;
  const last = bins.highEdge === null ? bins.count - 1 : bins.count;
  const place = `floor((${value} - (${bins.start})) / ${bins.step})`;
  return `CAST(greatest(${first}, least(${last}, ${place})) AS INTEGER) - (${first})`;
}
