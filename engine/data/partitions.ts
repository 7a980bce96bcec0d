import { dirname } from 'node:path';
import { quoteIdentifier } from '../duckdb/index.ts';
import type { SourceColumn } from './relation.ts';
import { partsOf, type SourceFile, type SourcePart } from './source.ts';

/** Columns that stand in the folders of the files: `year=2026/month=11/rows.parquet`. */
export type Partitions = {
  columns: SourceColumn[];
  /** What DuckDB's readers are told. */
  options: readonly string[];
};

const NONE: Partitions = { columns: [], options: ['hive_partitioning = false'] };
const MISSING = '__HIVE_DEFAULT_PARTITION__';

/**
 * The partitions of several files, where every one of them has the same; of a single file, and where they are not wanted,
 * none. A key whose values are all integers or all dates is read as such, others as text.
 */
export function partitionsOf(file: SourceFile, wanted: boolean | undefined): Partitions {
  const parts = partsOf(file);
  if (wanted === false || file.parts === undefined) return NONE;
  const values = new Map<string, Set<string>>();
  let keys: string | null = null;
  for (const part of parts) {
    const found = pairsOf(part);
    const own = found.map(([key]) => key).join('/');
    keys ??= own;
    if (own !== keys || part.staged !== undefined) return NONE;
    for (const [key, value] of found) values.set(key, (values.get(key) ?? new Set()).add(value));
  }
  const lower = new Set([...values.keys()].map((key) => key.toLowerCase()));
  if (values.size === 0 || lower.size < values.size) return NONE;
  const columns = [...values].map(([name, texts]): SourceColumn => {
    return { name, nativeType: typeOf([...texts].filter((text) => text !== MISSING)), becomes: null };
  });
  const types = columns.map(({ name, nativeType }) => `${quoteIdentifier(name)}: ${nativeType}`);
  return { columns, options: ['hive_partitioning = true', `hive_types = {${types.join(', ')}}`] };
}

/** The folders `key=value` on the way to a file, for a copy of it. */
export function partitionFolders(part: SourcePart): string[] {
  return pairsOf(part).map(([key, value]) => `${key}=${value}`);
}

function pairsOf({ path }: SourcePart): [key: string, value: string][] {
  return dirname(path)
    .split(/[\\/]/)
    .flatMap((folder): [string, string][] => {
      const at = folder.indexOf('=');
      return at < 1 || folder.indexOf('=', at + 1) !== -1
        ? []
        : [[folder.slice(0, at), folder.slice(at + 1)]];
    });
}

function typeOf(texts: readonly string[]): 'BIGINT' | 'DATE' | 'VARCHAR' {
  if (texts.length > 0 && texts.every((text) => /^-?\d{1,18}$/.test(text))) return 'BIGINT';
  return texts.length > 0 && texts.every(isDay) ? 'DATE' : 'VARCHAR';
}

function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(text) : null;
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Columns of files with those of their folders: what is in both is that of the folder. */
export function withPartitions(
  columns: readonly SourceColumn[],
  { columns: own }: Partitions,
): SourceColumn[] {
  const byName = new Map(own.map((column) => [column.name.toLowerCase(), column]));
  const kept = columns.map((column) => {
    const twin = byName.get(column.name.toLowerCase());
    byName.delete(column.name.toLowerCase());
    return twin === undefined ? column : { ...twin, name: column.name };
  });
  return [...kept, ...byName.values()];
}
