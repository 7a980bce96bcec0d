import type { ChunkRule, ColumnSeries, DriftSeries } from '../../local-api/contract/index.ts';
import { type DuckDb, withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { openBoth, readableFiles } from './drift-job.ts';
import type { DriftPlan } from './drift-plan.ts';
import { readWindowFrame } from './sections/read-frames.ts';
import { type ScoringModel, scoreWindow } from './sections/score-window.ts';
import { columnSeries } from './series/column-series.ts';
import { type CutWindow, cutWindow } from './series/cut-window.ts';
import { performanceSeries } from './series/performance-series.ts';
import { columnOf } from './windows/frame.ts';
import type { OpenWindow } from './windows/open-window.ts';
import type { PlannedWindow } from './windows/window-source.ts';

export type SeriesJobInput = {
  reference: PlannedWindow;
  current: PlannedWindow;
  by: ChunkRule;
  plan: DriftPlan;
  model: ScoringModel | null;
  modelNote: string;
  seed: number;
  memoryMb: number;
};

export type SeriesJobOutput = Omit<DriftSeries, 'id' | 'createdAtMs'>;

/** Parts that the reference is cut into: enough to know how much they differ from each other. */
const FEWEST_PARTS = 6;
const MOST_PARTS = 40;
const MOST_SCORED = 50_000;
/** Name that no column of data has. */
const partColumn = 'assay.part';

/**
 * Compares each part of a window with the reference, column by column, and estimates how good the model should be on each.
 * Errors: request/invalid for a cut that cannot be made, drift-reports/too-few-rows for an empty window.
 */
export async function run(context: JobContext<SeriesJobInput>): Promise<SeriesJobOutput> {
  const { input, signal, tmpDir, progress } = context;
  const start = performance.now();
  const readable = [...readableFiles(input.reference), ...readableFiles(input.current)];
  return withDuckDb({ readable, folders: [tmpDir], memoryMb: input.memoryMb, signal }, async (db) => {
    progress(0, 'Reading the windows');
    const { reference, current } = await openBoth(db, input, tmpDir);
    if (Math.min(reference.rows, current.rows) === 0) {
      const side = reference.rows === 0 ? 'reference' : 'current window';
      throw new AssayError('drift-reports/too-few-rows', `There are no rows in the ${side}`);
    }
    const cut = await cutWindow(db, current, input.by);
    const columns = await allColumns(db, { reference, current, cut }, context);
    progress(0.8, 'Estimating the performance');
    const performanceFound = await performanceOf(db, { reference, current, cut }, context);
    const last = cut.chunks.length - 1;
    const outside = (column: ColumnSeries, i: number) => {
      const value = column.values[i];
      return value !== null && value !== undefined && value > (column.limits[i] ?? 1);
    };
    const driftedColumns = columns.filter((column) => outside(column, last)).length;
    const firsts = columns.flatMap(({ firstAlert }) => (firstAlert === null ? [] : [firstAlert]));
    return {
      referenceName: reference.facts.name,
      currentName: current.facts.name,
      by: input.by,
      every: cut.every,
      drifted: driftedColumns > 0,
      driftedColumns,
      totalColumns: columns.length,
      firstAlert: firsts.length === 0 ? null : Math.min(...firsts),
      chunks: cut.chunks,
      columns,
      shares: cut.chunks.map((_, i) => {
        const alarming = columns.filter((column) => outside(column, i)).length;
        return columns.length === 0 ? 0 : alarming / columns.length;
      }),
      performance: typeof performanceFound === 'string' ? [] : performanceFound,
      performanceNote: typeof performanceFound === 'string' ? performanceFound : null,
      reference: reference.facts,
      current: current.facts,
      seconds: (performance.now() - start) / 1000,
    };
  });
}

type Cut = { reference: OpenWindow; current: OpenWindow; cut: CutWindow };

async function allColumns(
  db: DuckDb,
  { reference, current, cut }: Cut,
  { input, signal, progress }: JobContext<SeriesJobInput>,
): Promise<ColumnSeries[]> {
  const sizes = cut.chunks.map(({ rows }) => rows).sort((a, b) => a - b);
  const middle = sizes[sizes.length >> 1] ?? reference.rows;
  const parts = Math.min(
    MOST_PARTS,
    Math.max(FEWEST_PARTS, Math.floor(reference.rows / Math.max(1, middle))),
  );
  const referenceCut = await cutWindow(db, reference, {
    kind: 'count',
    rows: Math.max(1, Math.ceil(reference.rows / parts)),
  });
  const has = (window: OpenWindow, name: string) => window.columns.some((column) => column.name === name);
  const compared = input.plan.columns.filter(({ name }) => has(reference, name) && has(current, name));
  const found: ColumnSeries[] = [];
  for (const [done, column] of compared.entries()) {
    signal.throwIfAborted();
    progress(0.1 + (0.7 * done) / compared.length, `Comparing ${column.name}`);
    found.push(await columnSeries(db, { reference, cut, referenceCut }, column));
  }
  // A column that is nearly always somewhere else (an id, free text) has nothing to compare.
  return found
    .filter(({ reference: known }) => known.length === 0 || Math.min(...known) < 0.5)
    .sort((a, b) => b.alerts - a.alerts || (a.name < b.name ? -1 : 1));
}

async function performanceOf(
  db: DuckDb,
  { reference, current, cut }: Cut,
  { input, signal }: JobContext<SeriesJobInput>,
): ReturnType<typeof performanceSeries> {
  const { model, modelNote, seed } = input;
  if (model === null) return modelNote;
  if (model.signature.task === 'ranking') return 'Rankings are not measured here.';
  const options = { limit: MOST_SCORED, seed };
  const before = await readWindowFrame(db, reference, [], model.signature, options);
  const part = { name: partColumn, type: 'integer', nullable: true, role: 'number' } as const;
  const after = await readWindowFrame(db, current, [], model.signature, options, {
    ...part,
    sql: cut.part,
  });
  const scored = {
    reference: await scoreWindow(before, model, signal),
    current: await scoreWindow(after, model, signal),
  };
  if (typeof scored.reference === 'string') return `In the reference ${scored.reference}.`;
  if (typeof scored.current === 'string') return `In the current data ${scored.current}.`;
  const parts = columnOf(after, partColumn);
  if (parts === undefined || parts.role === 'category') throw new Error('the parts were not read');
  return performanceSeries(
    { frame: before, scored: scored.reference },
    { frame: after, scored: scored.current },
    {
      parts: Int32Array.from(parts.values, (place) => (Number.isNaN(place) ? -1 : place)),
      chunks: cut.chunks.length,
      inputs: model.signature.inputs.map(({ name }) => name),
      seed,
      signal,
    },
  );
}
