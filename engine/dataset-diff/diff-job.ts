import type {
  ColumnDrift,
  DatasetDiff,
  DatasetDiffColumn,
  DiffRow,
  DiffRowKind,
  DriftSettings,
} from '../../local-api/contract/index.ts';
import { type DuckDb, duckDbError, withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { compareColumns, planDrift } from '../monitoring/index.ts';
import { type ComparedRows, commonColumns, matchRows } from './compare-rows.ts';
import { columnsMoved, type PairedColumn, pairColumns } from './compare-schemas.ts';
import { findKey } from './find-key.ts';
import { sampleRows } from './sample-rows.ts';
import { columnDigests, rowNumbers, type VersionFiles, withoutShared } from './version-files.ts';

export type DiffJobInput = {
  base: VersionFiles;
  other: VersionFiles;
  /** Given by name; else the first of `candidates` that names the rows of both. */
  key: string[] | null;
  candidates: string[];
  drift: DriftSettings;
  memoryMb: number;
};

export type DiffJobOutput = {
  diff: Omit<
    DatasetDiff,
    'id' | 'baseVersionId' | 'otherVersionId' | 'baseName' | 'otherName' | 'createdAtMs'
  >;
  rows: Record<DiffRowKind, DiffRow[]>;
};

/** Distributions of more rows than these would look the same. */
const DRIFT_ROWS = 200_000;

type Context = JobContext<DiffJobInput>;

/**
 * Compares two versions: columns, rows, cells, distributions. Files that both versions have hold the same rows and are not read
 * to compare rows; columns with the same digests in all files are not compared at all.
 *
 * Cost: of the rows in files of one version only, a scan and a hash join; of the distributions, 200,000 rows a side and column
 * that changed.
 */
export async function run(context: Context): Promise<DiffJobOutput> {
  const { input, tmpDir, signal } = context;
  const started = performance.now();
  const readable = [...input.base.files, ...input.other.files].map(({ path }) => path);
  try {
    return await withDuckDb({ readable, folders: [tmpDir], memoryMb: input.memoryMb, signal }, async (db) => {
      const output = await compare(context, db);
      return { ...output, diff: { ...output.diff, seconds: (performance.now() - started) / 1000 } };
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw duckDbError(thrown, 'internal', 'The versions could not be compared');
  }
}

async function compare({ input, progress, signal }: Context, db: DuckDb): Promise<DiffJobOutput> {
  const { base, other } = input;
  progress(0, 'Comparing the columns');
  const digests = { base: await columnDigests(db, base), other: await columnDigests(db, other) };
  const isSame = (before: number, after: number) => digests.base[before] === digests.other[after];
  const pairs = pairColumns(base.columns, other.columns, isSame);

  const left = withoutShared(base.files, other.files);
  progress(0.1, 'Looking for a key');
  const key = await chooseKey(db, input, left.shared.length);
  progress(0.2, 'Comparing the rows');
  const common = commonColumns(pairs);
  const keyColumns = common.filter(({ after }) => key.columns.includes(after));
  const pick = (pruned: VersionFiles['files'], all: VersionFiles['files']) => (key.isUnique ? pruned : all);
  const used = { base: pick(left.base, base.files), other: pick(left.other, other.files) };
  const files = {
    base: used.base.map(({ path }) => path),
    other: used.other.map(({ path }) => path),
  };
  const found = await matchRows(db, files, common, keyColumns);
  signal.throwIfAborted();
  progress(0.6, 'Reading the rows that differ');
  const numbers = { base: rowNumbers(used.base), other: rowNumbers(used.other) };
  const sides = { base: base.columns, other: other.columns, pairs };
  const rows = await sampleRows(db, files, sides, found, numbers);
  const drift = await compareDistributions(db, input, pairs, isSame, (done) =>
    progress(0.7 + 0.3 * done, 'Comparing the distributions'),
  );
  const sum = (list: readonly { sizeBytes: number }[]) =>
    list.reduce((total, file) => total + file.sizeBytes, 0);
  const { added, removed, changed } = found;
  const byName = new Map(common.map(({ after }, index) => [after, found.changedCells?.[index] ?? null]));
  return {
    diff: {
      key: { columns: key.columns, how: key.how, repeats: found.repeats },
      rows: {
        base: base.rows,
        other: other.rows,
        added,
        removed,
        changed,
        same: other.rows - added - (changed ?? 0),
      },
      columns: pairs.map((pair) => describeColumn(pair, input, { ...found, byName }, isSame, drift)),
      columnsMoved: columnsMoved(base.columns, pairs),
      files: {
        base: base.files.length,
        other: other.files.length,
        shared: left.shared.length,
        sharedBytes: sum(left.shared),
        otherBytes: sum(other.files),
      },
      kept: { added: rows.added.length, removed: rows.removed.length, changed: rows.changed.length },
      driftEvery: drift.every,
      seconds: 0,
    },
    rows,
  };
}

type Key = { columns: string[]; how: DatasetDiff['key']['how']; isUnique: boolean };

/** A key whose values repeat can not be looked for in a part of the files: the n-th of all is held against the n-th. */
async function chooseKey(db: DuckDb, input: DiffJobInput, shared: number): Promise<Key> {
  const sides = [input.base, input.other].map(({ files, rows }) => ({
    files: files.map(({ path }) => path),
    rows,
  }));
  if (input.key === null) {
    const guessed = await findKey(db, input.candidates, sides);
    return guessed === null
      ? { columns: [], how: 'none', isUnique: true }
      : { columns: [guessed], how: 'guessed', isUnique: true };
  }
  const [only] = input.key;
  const isUnique =
    shared === 0 ||
    (input.key.length === 1 && only !== undefined && (await findKey(db, [only], sides)) !== null);
  return { columns: input.key, how: 'given', isUnique };
}

type Distributions = { drift: Map<string, ColumnDrift>; notes: Map<string, string>; every: number };

/** Of the columns that both have under the same name and that are not the same. */
async function compareDistributions(
  db: DuckDb,
  { base, other, drift }: DiffJobInput,
  pairs: readonly PairedColumn[],
  isSame: (before: number, after: number) => boolean,
  onProgress: (done: number) => void,
): Promise<Distributions> {
  const changed = new Set(
    pairs.flatMap(({ before, after }) =>
      before !== null &&
      before.name === after?.name &&
      !isSame(base.columns.indexOf(before), other.columns.indexOf(after))
        ? [before.name]
        : [],
    ),
  );
  const found: Distributions = { drift: new Map(), notes: new Map(), every: 1 };
  if (changed.size === 0) return found;
  const columnsOf = ({ columns }: VersionFiles) => columns.filter(({ name }) => changed.has(name));
  const plan = planOf(columnsOf(base), columnsOf(other), drift);
  if (plan === null) {
    for (const name of changed) found.notes.set(name, 'its type changed, or it is a time');
    return found;
  }
  found.every = Math.max(1, Math.ceil(Math.max(base.rows, other.rows) / DRIFT_ROWS));
  const windowOf = ({ files, rows }: VersionFiles) => ({
    files: files.map(({ path }) => path),
    rows: Math.ceil(rows / found.every),
    every: found.every,
  });
  const windows = { reference: windowOf(base), current: windowOf(other) };
  let done = 0;
  const { columns, skipped } = await compareColumns(db, windows, { ...drift, plan }, () =>
    onProgress(++done / changed.size),
  );
  for (const column of columns) found.drift.set(column.name, column);
  for (const { name, reason } of skipped) found.notes.set(name, reason);
  return found;
}

/** Null when no column can be compared. */
function planOf(base: VersionFiles['columns'], other: VersionFiles['columns'], drift: DriftSettings) {
  try {
    return planDrift(base, other, drift);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'drift-reports/no-common-columns') return null;
    throw thrown;
  }
}

function describeColumn(
  { before, after }: PairedColumn,
  { base, other }: DiffJobInput,
  {
    added,
    removed,
    byName,
  }: Pick<ComparedRows, 'added' | 'removed'> & { byName: Map<string, number | null> },
  isSame: (before: number, after: number) => boolean,
  { drift, notes }: Distributions,
): DatasetDiffColumn {
  const name = after?.name ?? before?.name ?? '';
  const isInBoth = before !== null && after !== null;
  const changedCells = isInBoth ? (byName.get(name) ?? null) : null;
  const hasAllRows = added + removed === 0;
  return {
    name,
    before: before?.type ?? null,
    after: after?.type ?? null,
    renamedFrom: isInBoth && before.name !== after.name ? before.name : null,
    isSame:
      isInBoth &&
      ((hasAllRows && changedCells === 0) ||
        isSame(base.columns.indexOf(before), other.columns.indexOf(after))),
    changedCells,
    drift: drift.get(name) ?? null,
    note: notes.get(name) ?? '',
  };
}
