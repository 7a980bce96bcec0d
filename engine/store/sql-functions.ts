import type BetterSqlite3 from 'better-sqlite3';

/** A number written out in full: 6, -0.5, 1e-3. Not "", "0x10", "Infinity" or " 1". */
const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text states, or null. Params and tags compare by it when a filter gives a number. */
export function numberOfText(text: string): number | null {
  if (!numberPattern.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** What the filter language needs beyond the functions of SQLite. */
export function registerFunctions(sqlite: BetterSqlite3.Database): void {
  const options = { deterministic: true, directOnly: true };
  sqlite.function('assay_number', options, (text: unknown) =>
    typeof text === 'string' ? numberOfText(text) : typeof text === 'number' ? text : null,
  );
  // LIKE of SQLite ignores case in ASCII only.
  sqlite.function('assay_fold', options, (text: unknown) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  );
}
