import type { ColumnType, FeatureRole, Signature } from '../../../local-api/contract/index.ts';
import type { DuckDb } from '../../duckdb/index.ts';
import { type Frame, type FrameColumn, readFrame } from '../windows/frame.ts';
import type { OpenWindow } from '../windows/open-window.ts';
import { type WindowColumn, windowColumns } from '../windows/window-source.ts';

const roles: Record<ColumnType, FeatureRole> = {
  integer: 'number',
  float: 'number',
  boolean: 'boolean',
  string: 'category',
  datetime: 'datetime',
  date: 'datetime',
};

/** Reads the rows of a window that the parts of a report look at: columns of the data, the truth, and answers that were kept. */
export function readWindowFrame(
  db: DuckDb,
  window: OpenWindow,
  columns: readonly WindowColumn[],
  signature: Signature | null,
  options: { limit: number; seed: number },
  more?: FrameColumn,
): Promise<Frame> {
  const wanted = frameColumns(window, columns, signature);
  return readFrame(db, window, more === undefined ? wanted : [...wanted, more], options);
}

function frameColumns(
  window: OpenWindow,
  columns: readonly WindowColumn[],
  signature: Signature | null,
): FrameColumn[] {
  const there = new Set(window.columns.map(({ name }) => name));
  const wanted = new Map<string, FrameColumn>();
  // The type that the model asks for wins.
  for (const { name, type } of [...(signature?.inputs ?? []), ...columns]) {
    if (there.has(name) && !wanted.has(name)) {
      wanted.set(name, { name, type, nullable: true, role: roles[type] });
    }
  }
  const text = (name: string): FrameColumn => ({ name, type: 'string', nullable: true, role: 'category' });
  const number = (name: string): FrameColumn => ({ name, type: 'float', nullable: true, role: 'number' });
  const beside: FrameColumn[] = [];
  if (window.truthSql !== null) {
    const { truth } = windowColumns;
    beside.push({ ...(window.truthIsNumber ? number(truth) : text(truth)), sql: window.truthSql });
  }
  if (window.extras.has(windowColumns.label)) beside.push(text(windowColumns.label));
  if (window.extras.has(windowColumns.value)) beside.push(number(windowColumns.value));
  for (const name of signature?.classes ?? []) {
    const probability = windowColumns.probability(name);
    if (window.extras.has(probability)) beside.push(number(probability));
  }
  if (window.extras.has(windowColumns.at)) {
    beside.push({ name: windowColumns.at, type: 'datetime', nullable: true, role: 'datetime' });
  }
  return [...wanted.values(), ...beside];
}
