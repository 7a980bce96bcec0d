import type { ReadOptions } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';

/** What gathering rows needs. */
export type GatherContext = {
  read: ReadOptions;
  /** Where what is fetched or made goes; removed by the caller. */
  folder: string;
  /** For a preview: so many rows will do. Null: all. */
  headRows: number | null;
  signal?: AbortSignal | undefined;
  progress(fraction: number | null, message: string): void;
};

/** How many rows a preview needs to guess types well. */
export const PREVIEW_ROWS = 5000;

/** The most rows that are wanted: of a preview, or of an import that keeps at most so many of them, whatever they hold. */
export function mostRows({ read, headRows }: GatherContext): number | null {
  const asked = read.limit !== undefined && read.where === undefined ? read.limit : null;
  if (headRows === null) return asked;
  return asked === null ? headRows : Math.min(asked, headRows);
}

/** A choice that does not fit what is there. */
export function invalid(path: string, message: string, expected?: string): AssayError {
  return new AssayError('request/invalid', message, {
    problems: [{ path, message, ...(expected === undefined ? {} : { expected }) }],
  });
}
