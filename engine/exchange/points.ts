import type { RealNumber } from '../../local-api/contract/index.ts';
import type { ExchangeItem } from './exchange-item.ts';

/** Points in one item: one transaction of some milliseconds for the engine. */
const itemPoints = 4000;

/** A value as it travels: three numbers have no JSON. */
export function realNumber(value: number): RealNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** Collects the points of one run into items; call `take` after each `add`, and `rest` at the end. */
export function createPointBuffer(runId: string) {
  type Columns = { steps: number[]; timestampsMs: number[]; values: RealNumber[] };
  const byKey = new Map<string, Columns>();
  let full: ExchangeItem[] = [];

  const itemOf = (key: string, columns: Columns): ExchangeItem => ({
    type: 'points',
    runId,
    key,
    ...columns,
  });

  return {
    add(key: string, step: number, timestampMs: number, value: number): void {
      const columns = byKey.get(key) ?? { steps: [], timestampsMs: [], values: [] };
      byKey.set(key, columns);
      columns.steps.push(step);
      columns.timestampsMs.push(timestampMs);
      columns.values.push(realNumber(value));
      if (columns.steps.length < itemPoints) return;
      full.push(itemOf(key, columns));
      byKey.delete(key);
    },
    take(): ExchangeItem[] {
      const items = full;
      full = [];
      return items;
    },
    rest(): ExchangeItem[] {
      const items = [...full, ...[...byKey].map(([key, columns]) => itemOf(key, columns))];
      full = [];
      byKey.clear();
      return items;
    },
  };
}
