import type { BadRow, ColumnType, FileFormat, ReadOptions } from '../../local-api/contract/index.ts';

/** One column as a file has it. */
export type SourceColumn = {
  name: string;
  /** The DuckDB type it is read as. */
  nativeType: string;
  /** What it is to become although it is read as something else: a guess from text. */
  guess: { type: ColumnType; formats: readonly string[] } | null;
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
  /** Values that did not fit a guessed type, by column: how many, how many of them are numbers, and one of them. */
  misfits(): Promise<{ column: string; count: number; numbers: number; integers: number; example: string }[]>;
};

/** What to open, and how carefully. */
export type OpenOptions = {
  read: ReadOptions;
  /** A folder for copies that DuckDB can read, when the file itself is not plain UTF-8. */
  workFolder: string;
  /** Looks at the beginning only: for a preview. */
  headOnly: boolean;
  /** Columns (by name in the source) whose guess did not hold, and what they are read as instead. */
  widened: ReadonlyMap<string, ColumnType>;
  /** CRLF, CR and LF are mixed in the file: it is copied with LF only. */
  mixedLineEnds: boolean;
  signal?: AbortSignal | undefined;
};

export const MOST_BAD_ROWS_SHOWN = 20;
