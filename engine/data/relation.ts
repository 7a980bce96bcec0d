import type { BadRow, ColumnType, FileFormat, ReadOptions } from '../../local-api/contract/index.ts';

/**
 * - `set-aside`: rows whose value has no reading in the type are set aside, as for a type that a person asked for.
 * - `abort`: reading stops with a `misfit` error at the first value that would lose something, a fraction or a time
 *   of day; the column is then read
 *   as something else. DuckDB's own casts would round and cut such values in silence.
 * - `convert`: what the type cannot hold is dropped on purpose.
 */
export type Becoming = {
  type: ColumnType;
  formats: readonly string[];
  onMisfit: 'set-aside' | 'abort' | 'convert';
};

/** Times are read with their offset: as plain TIMESTAMP it would be dropped, not applied. */
export const TIME = 'TIMESTAMP WITH TIME ZONE';

/** One column as a file has it. */
export type SourceColumn = {
  name: string;
  /** The DuckDB type it is read as. */
  nativeType: string;
  /** What it becomes although it is read as something else; null where the type read is the type meant. */
  becomes: Becoming | null;
};

/** What DuckDB can read as a table: one file, or several of one kind. */
export type Relation = {
  /** Null: rows that came from a table of a database. */
  format: FileFormat | null;
  /** What stands after FROM. */
  from: string;
  columns: SourceColumn[];
  /** How the file is read, for people to correct: given options and guesses. */
  options: ReadOptions;
  warnings: string[];
  /** Rows set aside before DuckDB saw them; `path` is a file with all of them, one JSON object a line. */
  setAside: { count: number; path: string | null };
  /** Reads what DuckDB has set aside in the scans so far; null when it never does. */
  rejects: RejectsReader | null;
  /** Finds the places of rows by their number, from 1, ascending; null where rows have no lines. */
  places: ((rows: readonly number[]) => Promise<Place[]>) | null;
};

/** Where a row stands; `line` null when that cannot be told. */
export type Place = { line: number | null; file?: string };

export type RejectsReader = {
  count(): Promise<number>;
  /** How many of them are no UTF-8 text. */
  undecodable(): Promise<number>;
  /** In the order of the source. */
  rows(): AsyncIterable<BadRow>;
  /** Values that are nothing like the type of their column: how many by column, and one of them. */
  misfits(): Promise<{ column: string; count: number; example: string }[]>;
};

/** `asText`: read as text and converted value by value, where nothing is lost unseen. */
export type Reread = { type: ColumnType; asText: boolean };

/** What to open, and how carefully. */
export type OpenOptions = {
  read: ReadOptions;
  /** A folder for copies that DuckDB can read, when the file itself is not plain UTF-8. */
  workFolder: string;
  /** Looks at the beginning only: for a preview. */
  headOnly: boolean;
  /** Columns (by name in the source) whose first reading did not hold, and how they are read instead. */
  rereads: ReadonlyMap<string, Reread>;
  /** CRLF, CR and LF are mixed in the file: it is copied with LF only. */
  mixedLineEnds: boolean;
  signal?: AbortSignal | undefined;
};

export const MOST_BAD_ROWS_SHOWN = 20;
/** Of the text of a bad row so many characters are kept. */
export const BAD_ROW_TEXT = 500;
