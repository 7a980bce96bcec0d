import { basename } from 'node:path';
import type {
  BatchSource,
  Column,
  DatasetVersion,
  Problem,
  ReadOptions,
  Signature,
} from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';

export type SourceData = Pick<
  DataService,
  'get' | 'listVersions' | 'getVersion' | 'snapshotFiles' | 'sourceFile' | 'preview' | 'checkQuery'
>;

/** A source with everything settled that may change later: the version of a dataset, and how a file is read. */
export type ResolvedSource = {
  source: BatchSource;
  name: string;
  columns: Column[];
  /** Null where they are not counted yet. */
  rows: number | null;
};

/**
 * Looks at the rows of a source: of a file the beginning. Columns of a file that a model takes are read in the type that it
 * takes, so that a leading zero of a text is not lost to a guess.
 *
 * Errors: `datasets/*`, `uploads/not-found`, `request/invalid` for a type that a column of a file cannot have.
 */
export async function resolveSource(
  data: SourceData,
  source: BatchSource,
  signature: Signature,
): Promise<ResolvedSource> {
  if (source.kind === 'dataset' || source.kind === 'sql') {
    const version = await findVersion(data, source.dataset, source.version);
    const name = `${version.dataset} v${version.version}`;
    const settled = { ...source, version: version.version };
    if (settled.kind === 'dataset')
      return { source: settled, name, columns: version.columns, rows: version.rows };
    const columns = await data.checkQuery(version.id, settled.sql);
    return { source: settled, name: `${name} (SQL)`, columns, rows: null };
  }
  const { name } = await data.sourceFile(source);
  const guessed = await data.preview(source, source.options, 1);
  const options = { ...source.options, columns: typedColumns(guessed.options, signature) };
  const seen = await data.preview(source, options, 1);
  return { source: { ...source, options }, name: basename(name), columns: seen.columns, rows: null };
}

/** Corrections of a file's columns, with the types that the inputs of a model take where nobody said another. */
function typedColumns(
  { columns = [] }: ReadOptions,
  { inputs }: Signature,
): NonNullable<ReadOptions['columns']> {
  const wanted = new Map(inputs.map(({ name, type }) => [name, type]));
  return columns.map((column) => {
    const type = column.type ?? wanted.get(column.rename ?? column.name);
    return type === undefined || column.skip === true ? column : { ...column, type };
  });
}

/** The version of a dataset by its number, or the newest. */
export async function findVersion(
  data: Pick<DataService, 'get' | 'listVersions'>,
  name: string,
  number: number | undefined,
): Promise<DatasetVersion> {
  const found =
    number === undefined
      ? (await data.get(name)).latest
      : (await data.listVersions(name, { filter: `version = ${number}`, limit: 1 })).items[0];
  if (found) return found;
  throw new AssayError(
    'datasets/version-not-found',
    number === undefined ? `${name} has no versions.` : `There is no version ${number} of ${name}.`,
  );
}

/** What is asked to be kept and is not there. */
export function keepProblems(keep: 'all' | readonly string[], columns: readonly Column[]): Problem[] {
  if (keep === 'all') return [];
  const names = new Set(columns.map(({ name }) => name));
  return keep.flatMap((name, index) => {
    const path = `/keep/${index}`;
    if (keep.indexOf(name) < index) return [{ path, message: `"${name}" is named twice` }];
    return names.has(name) ? [] : [{ path, message: `the data has no column "${name}"` }];
  });
}
