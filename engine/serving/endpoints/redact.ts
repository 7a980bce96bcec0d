import { createHash } from 'node:crypto';
import type { Cell, EndpointPredictRequest, RequestLogSettings } from '../../../local-api/contract/index.ts';

/** A larger request is kept without what was sent. */
const maxInputBytes = 64 * 1024;
/** Rows whose answers are kept. */
export const maxAnswers = 1000;

type How = RequestLogSettings['redact'][number]['how'];

function cleanedCell(how: How | undefined, cell: Cell, salt: string): Cell {
  if (how === undefined || cell === null) return cell;
  if (how === 'drop') return null;
  if (how === 'mask') return '***';
  return createHash('sha256').update(salt).update('\0').update(String(cell)).digest('hex').slice(0, 16);
}

/** One cell as the log would keep it; null for a column that it drops. */
export function redactedCell(
  column: string,
  cell: Cell,
  rules: RequestLogSettings['redact'],
  salt: string,
): Cell {
  return cleanedCell(rules.find((rule) => rule.column === column)?.how, cell, salt);
}

/**
 * A request as it may be written: redacted, as JSON; null when it is too large. `salt` keeps digests of one endpoint from
 * being looked up in another.
 */
export function redactedInput(
  { rows, columns }: EndpointPredictRequest,
  rules: RequestLogSettings['redact'],
  salt: string,
): string | null {
  if ((rows?.length ?? 0) > maxAnswers) return null;
  const byColumn = new Map(rules.map(({ column, how }) => [column, how]));
  const cleaned = (column: string, cell: Cell): Cell => cleanedCell(byColumn.get(column), cell, salt);
  const kept = <T>(record: Readonly<Record<string, T>>, map: (column: string, value: T) => unknown) =>
    Object.fromEntries(
      Object.entries(record)
        .filter(([column]) => byColumn.get(column) !== 'drop')
        .map(([column, value]) => [column, map(column, value)]),
    );
  if (Object.values(columns ?? {}).some((cells) => cells.length > maxAnswers)) return null;
  const input =
    rows === undefined
      ? { columns: kept(columns ?? {}, (name, cells) => cells.map((cell) => cleaned(name, cell))) }
      : { rows: rows.map((row) => kept(row, cleaned)) };
  const redacted = [...byColumn.keys()].filter(
    (column) => Object.hasOwn(columns ?? {}, column) || rows?.some((row) => Object.hasOwn(row, column)),
  );
  // Said for those who replay the request: these columns are not what was sent.
  const text = JSON.stringify(redacted.length === 0 ? input : { ...input, redacted });
  return Buffer.byteLength(text) > maxInputBytes ? null : text;
}
