import type { Column, DataSchema } from '../../../local-api/contract/index.ts';

/** What a check needs besides a DuckDB that may read the files. All of it travels to a job process. */
export type CheckInput = {
  /** The rows: Parquet files in their order. */
  files: readonly string[];
  columns: readonly Column[];
  rows: number;
  /** As it is in the environment that is checked. */
  schema: DataSchema;
  /** The moment that "fresh" is measured from. */
  atMs: number;
  /** The version before, or null for the first. */
  previous: { rows: number; name: string } | null;
  /** Other data that rules name, by `ruleId`. */
  others: Record<string, OtherData>;
};

export type OtherData =
  | { name: string; files: readonly string[]; columns: readonly Column[]; rows: number }
  /** Why it is not there; `isFine` where it need not be. */
  | { missing: string; isFine?: boolean };

export function isThere(other: OtherData | undefined): other is Exclude<OtherData, { missing: string }> {
  return other !== undefined && !('missing' in other);
}
