import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WindowFacts } from '../../../local-api/contract/index.ts';
import { checkSyntax } from '../../data/index.ts';
import { type DuckDb, duckDbError, parquetTable, quoteIdentifier, quoteText } from '../../duckdb/index.ts';
import { flattenRequests } from './flatten-requests.ts';
import { type PlannedWindow, type WindowColumn, windowColumns } from './window-source.ts';

/** A window whose rows can be read: Parquet files, all of them its own rows. */
export type OpenWindow = {
  files: readonly string[];
  rows: number;
  /** Columns of the data. */
  columns: readonly WindowColumn[];
  /** Which of `windowColumns` the files have, by name. */
  extras: ReadonlySet<string>;
  /** SQL of the truth over the files; null when it is not known. */
  truthSql: string | null;
  /** Whether the truth is a number, and not a class. */
  truthIsNumber: boolean;
  /** Cells that could not be read as the type of their column. */
  unreadable: Readonly<Record<string, number>>;
  facts: WindowFacts;
};

/**
 * Makes the rows of a window readable: takes a slice of them, unpacks kept predictions, turns logged requests into columns. What
 * is written goes into `folder`.
 * Errors: `datasets/bad-expression` when the slice is no condition over the columns.
 */
export async function openWindow(
  db: DuckDb,
  planned: PlannedWindow,
  { folder, side }: { folder: string; side: 'reference' | 'current' },
): Promise<OpenWindow> {
  const { source, window } = planned;
  const path = (name: string) => join(folder, `${side}-${name}.parquet`);
  let files: readonly string[];
  let unreadable: Record<string, number> = {};
  const notes = [...planned.notes];
  let columns = planned.columns;
  if (source.kind === 'files') files = source.files;
  else if (source.kind === 'predictions') {
    await writeFile(path('kept'), source.file);
    files = [path('kept')];
  } else {
    const flat = await flattenRequests(db, source, { folder, path: path('requests') });
    files = [path('requests')];
    unreadable = flat.unreadable;
    notes.push(...flat.notes);
    columns = columns.filter(({ name }) => !flat.hidden.includes(name));
  }
  let wholeRows: number | null = null;
  if (window.slice !== undefined) {
    const whole = parquetTable(files);
    const [count] = await db.rows(`SELECT count(*)::DOUBLE FROM ${whole}`);
    wholeRows = Number(count?.[0]);
    files = [path('slice')];
    await sliced(db, whole, window.slice, files[0] ?? '');
  }
  const own = new Set((await db.describe(`SELECT * FROM ${parquetTable(files)}`)).map(({ name }) => name));
  const extras = new Set([...own].filter((name) => name.startsWith('assay.')));
  const truthSql =
    source.kind === 'files'
      ? source.targetSql
      : extras.has(windowColumns.truth)
        ? quoteIdentifier(windowColumns.truth)
        : null;
  const [counts] = await db.rows(
    `SELECT count(*)::DOUBLE, ${truthSql === null ? '0::DOUBLE' : `count(${truthSql})::DOUBLE`}, ${
      extras.has(windowColumns.at)
        ? `epoch_ms(min("assay.at"))::DOUBLE, epoch_ms(max("assay.at"))::DOUBLE`
        : 'NULL, NULL'
    } FROM ${parquetTable(files)}`,
  );
  const [rows, truths, fromMs, toMs] = (counts ?? []).map((value) => (value === null ? null : Number(value)));
  const { name, versionId, model } = planned;
  return {
    files,
    rows: rows ?? 0,
    columns: columns.filter((column) => own.has(column.name)),
    extras,
    truthSql,
    truthIsNumber: source.isNumber,
    unreadable,
    facts: {
      ...{ window, name, versionId, model, notes },
      rows: rows ?? 0,
      wholeRows,
      truths: truths ?? 0,
      fromMs: fromMs ?? null,
      toMs: toMs ?? null,
    },
  };
}

async function sliced(db: DuckDb, table: string, slice: string, path: string): Promise<void> {
  // That of a dataset version was checked when it was asked for; requests have columns of their own, known only now.
  const columns = (await db.describe(`SELECT * FROM ${table}`)).map(({ name }) => name);
  await checkSyntax(db, slice, columns);
  try {
    await db.run(`COPY (SELECT * FROM ${table} WHERE (${slice}\n)) TO ${quoteText(path)} (FORMAT parquet)`);
  } catch (thrown) {
    throw duckDbError(thrown, 'datasets/bad-expression', 'The slice cannot be taken');
  }
}
