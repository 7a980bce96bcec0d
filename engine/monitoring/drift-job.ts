import type {
  ColumnDrift,
  DriftSection,
  DriftSections,
  WindowFacts,
} from '../../local-api/contract/index.ts';
import { type DuckDb, withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { type UpstreamPlan, upstreamFiles } from './causes/plan-upstream.ts';
import { type ColumnSettings, compareColumns } from './compare-columns.ts';
import { nothingToCompare } from './compare-snapshots.ts';
import { findListColumns, type ListColumn } from './embeddings/find-vectors.ts';
import { learnThresholds } from './learn-thresholds.ts';
import { windowOf } from './read-windows.ts';
import { makeSections } from './sections/make-sections.ts';
import type { ScoringModel } from './sections/score-window.ts';
import { type OpenWindow, openWindow } from './windows/open-window.ts';
import type { PlannedWindow } from './windows/window-source.ts';

export type DriftJobInput = ColumnSettings & {
  reference: PlannedWindow;
  current: PlannedWindow;
  model: ScoringModel | null;
  modelNote: string;
  target: string | null;
  /** What lies behind the versions of both windows. */
  upstream: UpstreamPlan;
  sections: readonly DriftSection[];
  seed: number;
  /** For DuckDB; the values compared come on top. */
  memoryMb: number;
};

export type DriftJobOutput = {
  columns: ColumnDrift[];
  skipped: { name: string; reason: string }[];
  reference: WindowFacts;
  current: WindowFacts;
  /** churn/1.2.0: whose answers the parts are about. */
  model: string | null;
  sections: DriftSections | null;
  seconds: number;
};

/** What the columns of the data take of the time, by and large. */
const COLUMNS_SHARE = 0.5;

/**
 * Compares two windows: the columns of the data, and the parts of the report that were asked for.
 * Errors: `drift-reports/too-few-rows` when no column has five values on both sides; `datasets/bad-expression` for a slice.
 */
export async function run(context: JobContext<DriftJobInput>): Promise<DriftJobOutput> {
  const { input, signal, tmpDir, progress } = context;
  const start = performance.now();
  const readable = [
    ...readableFiles(input.reference),
    ...readableFiles(input.current),
    ...upstreamFiles(input.upstream),
  ];
  return withDuckDb({ readable, folders: [tmpDir], memoryMb: input.memoryMb, signal }, async (db) => {
    progress(0, 'Reading the windows');
    const windows = await openBoth(db, input, tmpDir);
    const known = withoutAbsent(input, windows);
    const lists = await findListColumns(db, windows, known.plan.columns);
    const settings = await withLearntThresholds(db, withoutVectors(known, lists, input.sections), windows);
    const share = input.sections.length > 0 ? COLUMNS_SHARE : 1;
    const pair = { reference: windowOf(windows.reference), current: windowOf(windows.current) };
    for (const { every, rows } of Object.values(pair)) {
      if (every > 1) context.log(`${rows} rows are compared, one of every ${every}`);
    }
    const { columns, skipped } = await compareColumns(db, pair, settings, (done, name) => {
      signal.throwIfAborted();
      progress((share * done) / settings.plan.columns.length, `Comparing ${name}`);
    });
    if (columns.length === 0 && lists.length === 0) throw nothingToCompare(skipped);
    const sections =
      input.sections.length === 0
        ? null
        : await makeSections(db, {
            windows,
            columns,
            settings,
            lists,
            upstream: input.upstream,
            model: input.model,
            modelNote: input.modelNote,
            target: input.target,
            wanted: input.sections,
            seed: input.seed,
            folder: tmpDir,
            signal,
            progress: (done, message) => {
              signal.throwIfAborted();
              progress(share + (1 - share) * done, message);
            },
          });
    return {
      columns,
      skipped,
      reference: windows.reference.facts,
      current: windows.current.facts,
      model: input.model?.ref ?? null,
      sections,
      seconds: (performance.now() - start) / 1000,
    };
  });
}

export type OpenPair = { reference: OpenWindow; current: OpenWindow };

/** Files that the rows of a window are read from. */
export function readableFiles({ source }: PlannedWindow): readonly string[] {
  if (source.kind === 'files') return source.files;
  return source.kind === 'requests' ? [source.path] : [];
}

export async function openBoth(
  db: DuckDb,
  { reference, current }: Pick<DriftJobInput, 'reference' | 'current'>,
  folder: string,
): Promise<OpenPair> {
  return {
    reference: await openWindow(db, reference, { folder, side: 'reference' }),
    current: await openWindow(db, current, { folder, side: 'current' }),
  };
}

/** The preset of NannyML learns its thresholds, unless they are given. */
async function withLearntThresholds(
  db: DuckDb,
  settings: ColumnSettings,
  { reference, current }: OpenPair,
): Promise<ColumnSettings> {
  if (settings.preset !== 'nannyml' || settings.thresholds['nannyml-js'] !== undefined) return settings;
  const learnt = await learnThresholds(
    db,
    reference,
    current.rows,
    settings.plan.columns.filter(({ name }) => settings.methods[name] === undefined),
  );
  reference.facts.notes.push(
    `Thresholds are the mean and three standard deviations of the distances between ${learnt.parts} parts of it and the whole.`,
  );
  return { ...settings, columnThresholds: { ...learnt.byColumn, ...settings.columnThresholds } };
}

/** Vectors are no labels: they have a part of their own. */
function withoutVectors(
  settings: ColumnSettings,
  lists: readonly ListColumn[],
  sections: readonly DriftSection[],
): ColumnSettings {
  const { columns, skipped } = settings.plan;
  const names = new Set(lists.map(({ name }) => name));
  const reason = ({ width }: ListColumn) => `vectors of ${width} numbers: the part "embedding" compares them`;
  const left = sections.includes('embedding') ? [] : lists;
  return {
    ...settings,
    plan: {
      columns: columns.filter(({ name }) => !names.has(name)),
      skipped: [...skipped, ...left.map((list) => ({ name: list.name, reason: reason(list) }))],
    },
  };
}

/** Columns that the log of requests does not keep are known only once it is read. */
function withoutAbsent(input: DriftJobInput, { reference, current }: OpenPair): ColumnSettings {
  const has = (window: OpenWindow, name: string) => window.columns.some((column) => column.name === name);
  const columns = input.plan.columns.filter(({ name }) => has(reference, name) && has(current, name));
  const gone = input.plan.columns.filter((column) => !columns.includes(column));
  return {
    ...input,
    plan: {
      columns,
      skipped: [
        ...input.plan.skipped,
        ...gone.map(({ name }) => ({ name, reason: 'the log does not keep it' })),
      ],
    },
  };
}
