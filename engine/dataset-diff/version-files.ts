import { readFile } from 'node:fs/promises';
import type { Column } from '../../local-api/contract/index.ts';
import { Manifest, readChunk } from '../data/index.ts';
import type { DuckDb } from '../duckdb/index.ts';

/** A file of a version, where its rows lie in the version, and what names the values of its columns. */
export type VersionFile = {
  path: string;
  digest: string;
  rows: number;
  sizeBytes: number;
  /** Number of its first row in the version, from 0. */
  start: number;
};

export type VersionFiles = {
  id: string;
  name: string;
  columns: Pick<Column, 'name' | 'type'>[];
  rows: number;
  files: VersionFile[];
  /** Path of the manifest; null for a version in one file. */
  manifest: string | null;
};

/** By column the digests of its values in each file: two columns are the same when these are, and their files are as long. */
export async function columnDigests(
  db: DuckDb,
  { files, manifest, columns }: VersionFiles,
): Promise<string[]> {
  const byFile =
    manifest === null
      ? await Promise.all(files.map(async ({ path }) => (await readChunk(db, path)).columns))
      : Manifest.parse(JSON.parse(await readFile(manifest, 'utf8'))).chunks.map((chunk) => chunk.columns);
  return columns.map((_, column) =>
    files.map(({ rows }, file) => `${rows}:${byFile[file]?.[column] ?? ''}`).join(' '),
  );
}

/** What is left of two versions when the files that both have are taken away, each as often as both have it. */
export function withoutShared(
  base: readonly VersionFile[],
  other: readonly VersionFile[],
): { base: VersionFile[]; other: VersionFile[]; shared: VersionFile[] } {
  const count = new Map<string, number>();
  for (const { digest } of base) count.set(digest, (count.get(digest) ?? 0) + 1);
  const shared: VersionFile[] = [];
  const left = other.filter((file) => {
    const times = count.get(file.digest) ?? 0;
    if (times === 0) return true;
    count.set(file.digest, times - 1);
    shared.push(file);
    return false;
  });
  // From the end: those that are left over are the later ones on both sides.
  const kept = base.toReversed().filter((file) => {
    const times = count.get(file.digest) ?? 0;
    if (times === 0) return false;
    count.set(file.digest, times - 1);
    return true;
  });
  return { base: kept.toReversed(), other: left, shared };
}

/** Turns row numbers counted over some files of a version into row numbers of the version. */
export function rowNumbers(files: readonly VersionFile[]): (row: number) => number {
  const ends: number[] = [];
  let end = 0;
  for (const { rows } of files) {
    end += rows;
    ends.push(end);
  }
  return (row) => {
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (row < (ends[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    const file = files[low];
    return file === undefined ? row : file.start + row - ((ends[low] ?? 0) - file.rows);
  };
}
