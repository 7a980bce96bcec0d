import type { DuckDBValue } from '@duckdb/node-api';
import type { ReadOptions } from '../../local-api/contract/index.ts';
import { type DuckDb, duckDbError, quoteIdentifier, withDuckDb } from '../duckdb/index.ts';
import { type AssayError, messageOf } from '../errors.ts';
import { misfitFlags, misfitOf } from './column-types.ts';
import { countFailures } from './failed-rows.ts';
import { listItems } from './list-items.ts';
import { type OpenedSource, openSource } from './open-relation.ts';
import type { OpenOptions, Relation, Reread } from './relation.ts';
import { detectFormat, partsOf, type SourceFile } from './source.ts';
import { COLUMNS_AT_ONCE } from './wide-relation.ts';

/** A guess may fail for this share of the rows: they are set aside. Beyond it the guess was wrong. */
export const TOLERATED_MISFITS = 0.01;
/** A column changes at most from integer to float to text; the rest is room for line ends. */
const MOST_ATTEMPTS = 6;
/** Rows looked at, in a preview, for more columns like the one that stopped it. */
const PREVIEW_SURVEY_ROWS = 50_000;

export type Change = { column: string; reread: Reread; note: string | null };
export type Attempt<T> = { value: T } | { changes: Change[] };

export type ReadingOptions = {
  read: ReadOptions;
  folder: string;
  memoryMb: number;
  headOnly: boolean;
  /** The bytes of what is written do not matter: large files may be read by two threads. */
  isDraft?: boolean;
  signal?: AbortSignal | undefined;
};

/**
 * Reads a file again and again until its guessed types hold. `work` reads it once; it may find that guesses were
 * wrong and ask for changes. Each attempt has a DuckDB of its own, with one thread or (`threadsFor`) two.
 */
export async function settleReading<T>(
  file: SourceFile,
  options: ReadingOptions,
  work: (db: DuckDb, opened: OpenedSource, isLast: boolean) => Promise<Attempt<T>>,
): Promise<{ value: T; notes: string[] }> {
  const { read, folder, headOnly, memoryMb, signal } = options;
  const rereads = new Map<string, Reread>();
  const notes: string[] = [];
  let mixedLineEnds = false;
  let threads = await threadsFor(file, options);
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= MOST_ATTEMPTS;
    const open: OpenOptions = { read, workFolder: folder, headOnly, rereads, mixedLineEnds, signal };
    const database = {
      readable: partsOf(file).map(({ path }) => path),
      folders: [folder],
      memoryMb,
      threads,
      ...(signal ? { signal } : {}),
    };
    const outcome = await withDuckDb(
      database,
      async (db): Promise<Attempt<T> | 'mixed line ends' | 'not side by side'> => {
        const opened = await openSource(db, file, open);
        try {
          return await work(db, opened, isLast);
        } catch (thrown) {
          if (!mixedLineEnds && isLineEndFault(thrown)) return 'mixed line ends';
          const changes = isLast ? [] : await changesAfterMisfit(db, opened.relation, thrown, options);
          if (changes.length > 0) return { changes };
          if (threads === 1 || signal?.aborted === true) throw thrown;
          return 'not side by side';
        }
      },
    );
    if (outcome === 'mixed line ends') {
      mixedLineEnds = true;
      notes.push('The file mixes kinds of line ends; all were read as one');
    } else if (outcome === 'not side by side') {
      threads = 1;
    } else if ('value' in outcome) {
      return { value: outcome.value, notes };
    } else {
      for (const { column, reread, note } of outcome.changes) {
        rereads.set(column, reread);
        if (note !== null) notes.push(note);
      }
    }
  }
}

/** From so many bytes on a second thread is worth its memory. */
const LARGE_BYTES = 64 * 1024 ** 2;

/**
 * Two threads read a large CSV or Parquet file that is read to its end: rows, their order and the bad ones are the same
 * then. Of a part of a file rows read ahead would show up among the bad rows now and then. Where the pieces of a CSV cannot
 * be told apart, DuckDB says so, and one thread reads it.
 */
async function threadsFor(file: SourceFile, { read, isDraft = false }: ReadingOptions): Promise<1 | 2> {
  const [first = file] = partsOf(file);
  if (!isDraft || read.limit !== undefined || file.sizeBytes < LARGE_BYTES) return 1;
  const format = first.staged === undefined ? await detectFormat(first, read.format) : 'csv';
  return format === 'csv' || format === 'tsv' || format === 'parquet' ? 2 : 1;
}

/** DuckDB gives up on a CSV whose lines do not all end alike. */
function isLineEndFault(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.includes('state machine reached an invalid state');
}

/** The column at which reading stopped, and all others for which it would stop too. */
async function changesAfterMisfit(
  db: DuckDb,
  relation: Relation,
  thrown: unknown,
  { read, headOnly }: ReadingOptions,
): Promise<Change[]> {
  const misfit = misfitOf(thrown);
  if (misfit === null) return [];
  const declared = declaredColumns(read);
  const changes = new Map<string, Change>();
  changes.set(misfit.column, changeFor(misfit.column, misfit.kind, misfit.example, declared));
  const guarded = relation.columns.filter((column) => column.becomes?.onMisfit === 'abort');
  const rows = headOnly ? `(SELECT * FROM ${relation.from} LIMIT ${PREVIEW_SURVEY_ROWS})` : relation.from;
  const flags = guarded.map(({ name, becomes }) =>
    misfitFlags(quoteIdentifier(name), becomes?.type === 'date' ? 'date' : 'integer'),
  );
  const found: DuckDBValue[] = [];
  for (let start = 0; start < flags.length; start += COLUMNS_AT_ONCE) {
    const some = flags.slice(start, start + COLUMNS_AT_ONCE);
    const [row = []] = await db.rows(`SELECT ${some.join(', ')} FROM ${rows}`);
    found.push(...row);
  }
  for (const [index, { name, becomes }] of guarded.entries()) {
    const [first, isLarge] = listItems(found[index]);
    const example = name === misfit.column ? misfit.example : null;
    if (first === true) {
      const kind = becomes?.type === 'date' ? 'time' : 'fraction';
      changes.set(name, changeFor(name, kind, example, declared));
    } else if (isLarge === true) changes.set(name, changeFor(name, 'large', example, declared));
  }
  return [...changes.values()];
}

function changeFor(
  column: string,
  kind: 'fraction' | 'large' | 'time',
  example: string | null,
  declared: ReadonlySet<string>,
): Change {
  // Exact, or row by row as asked for: as text nothing is lost.
  if (kind === 'large' || declared.has(column)) {
    return { column, reread: { type: 'integer', asText: true }, note: null };
  }
  const type = kind === 'time' ? 'datetime' : 'float';
  const such = example === null ? '' : ` such as ${example}`;
  const what = kind === 'time' ? 'times of day' : 'fractions';
  return {
    column,
    reread: { type, asText: false },
    note: `Column "${column}" is read as ${type}: further on it has ${what}${such}`,
  };
}

function declaredColumns(read: ReadOptions): Set<string> {
  return new Set((read.columns ?? []).flatMap((column) => (column.type === undefined ? [] : [column.name])));
}

/**
 * Columns that become text, since more than 1 % of their values are nothing like the guessed type. To be asked
 * after all rows were read.
 */
export async function guessesToGiveUp(
  db: DuckDb,
  opened: OpenedSource,
  read: ReadOptions,
  rows: number,
): Promise<Change[]> {
  const { relation } = opened;
  const declared = declaredColumns(read);
  const found = new Map<string, { count: number; example: string | null }>();
  for (const { column, count, example } of (await relation.rejects?.misfits()) ?? [])
    found.set(column, { count, example });
  const isGuess = (name: string) => !declared.has(name);
  const guessesAsText = opened.columns.some((column) => column.fails !== null && isGuess(column.source.name));
  if (guessesAsText) {
    for (const [column, count] of (await countFailures(db, opened)).byColumn)
      found.set(column, { count, example: null });
  }
  const changes: Change[] = [];
  for (const [column, { count, example }] of found) {
    if (!isGuess(column) || count <= TOLERATED_MISFITS * (rows + count)) continue;
    const such = example === null ? '' : ` such as ${JSON.stringify(example)}`;
    const note = `Column "${column}" is read as string: ${count} values${such} did not fit the first guess`;
    changes.push({ column, reread: { type: 'string', asText: true }, note });
  }
  return changes;
}

/** What a failure of reading means: the condition cannot be computed on some value, or the file is damaged. */
export function readError(thrown: unknown, file: SourceFile, read: ReadOptions): AssayError {
  const blamesCondition =
    read.where !== undefined && /^(Conversion|Out of Range|Invalid Input) Error/.test(messageOf(thrown));
  return blamesCondition
    ? duckDbError(thrown, 'datasets/bad-expression', read.where ?? '')
    : duckDbError(thrown, 'datasets/unreadable', `${file.name} cannot be read`);
}
