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

/** One column as a file has it. */
export type SourceColumn = {
  name: string;
  /** The DuckDB type it is read as. */
  nativeType: string;
  /** What it becomes although it is read as something else; null where the type read is the type meant. */
  becomes: Becoming | null;
};

/** A file that DuckDB can read as a table. */
export type Relation = {
  format: FileFormat;
  /** What stands after FROM. */
  from: string;
  columns: SourceColumn[];
  /** How the file is read, for people to correct: given options and guesses. */
  options: ReadOptions;
  warnings: string[];
  /** Rows set aside before DuckDB saw them. */
  setAside: { count: number; first: BadRow[] };
  /** Reads what DuckDB has set aside in the scans so far; null when it never does. */
  rejects: RejectsReader | null;
};

export type RejectsReader = {
  count(): Promise<number>;
  /** How many of them are no UTF-8 text. */
  undecodable(): Promise<number>;
  first(most: number): Promise<BadRow[]>;
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
/** Of lines set aside before DuckDB sees them, for those who keep every bad row. */
export const MOST_LINES_SET_ASIDE = 10_000;
