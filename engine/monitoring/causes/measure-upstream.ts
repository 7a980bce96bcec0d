import {
  type ColumnDrift,
  type DriftCauses,
  DriftSettings,
  type UpstreamChange,
} from '../../../local-api/contract/index.ts';
import type { DuckDb } from '../../duckdb/index.ts';
import { AssayError } from '../../errors.ts';
import { compareColumns } from '../compare-columns.ts';
import { planDrift } from '../drift-plan.ts';
import type { WindowFile } from '../read-windows.ts';
import type { PlannedChange, UpstreamPlan, VersionRows } from './plan-upstream.ts';

type Done = Extract<DriftCauses, { status: 'done' }>;
export type UpstreamFound = Pick<Done, 'upstream' | 'sinceVersion'>;

/** Rows of a version that are looked at; the report itself compares all. */
const MOST_ROWS = 100_000;
const MOST_COLUMNS = 60;
const MOST_NAMED = 20;
/** The most changed columns are followed through the versions in between. */
const MOST_FOLLOWED = 3;

/**
 * How far the inputs drifted that a window came of, and the first version in between from which on its drifted columns are as they
 * are now. By up to 100,000 rows of a version, at equal distances. Cost: a comparison of up to 60 columns for each changed input, of
 * up to three for each version in between.
 */
export async function measureUpstream(
  db: DuckDb,
  { changes, between, current }: UpstreamPlan,
  reference: Omit<WindowFile, 'every'>,
  columns: readonly ColumnDrift[],
  signal: AbortSignal,
): Promise<UpstreamFound> {
  const upstream: UpstreamChange[] = [];
  for (const { pair, ...change } of changes) {
    signal.throwIfAborted();
    upstream.push({ ...change, drift: pair === null ? null : await driftOf(db, pair) });
  }
  return { upstream, sinceVersion: await sinceVersion(db, between, reference, columns, current, signal) };
}

async function driftOf(
  db: DuckDb,
  { reference, current }: NonNullable<PlannedChange['pair']>,
): Promise<UpstreamChange['drift']> {
  const settings = DriftSettings.parse({});
  try {
    const plan = planDrift(reference.columns, current.columns, { ...settings, columns: undefined });
    plan.columns = plan.columns.slice(0, MOST_COLUMNS);
    const pair = { reference: someOf(reference), current: someOf(current) };
    const { columns } = await compareColumns(db, pair, { ...settings, plan }, () => undefined);
    return { columns: columns.length, drifted: mostDrifted(columns).slice(0, MOST_NAMED) };
  } catch (thrown) {
    // Nothing in common, or a file that is gone: told as not compared.
    if (thrown instanceof AssayError) return null;
    throw thrown;
  }
}

async function sinceVersion(
  db: DuckDb,
  between: readonly VersionRows[],
  reference: Omit<WindowFile, 'every'>,
  columns: readonly ColumnDrift[],
  current: VersionRows | null,
  signal: AbortSignal,
): Promise<Done['sinceVersion']> {
  const followed = mostDrifted(columns).slice(0, MOST_FOLLOWED);
  if (between.length === 0 || followed.length === 0 || current === null) return null;
  const settings = DriftSettings.parse({});
  const drifted: Set<string>[] = [];
  for (const version of between) {
    signal.throwIfAborted();
    const known = new Map(version.columns.map(({ name, type }) => [name, type]));
    const there = columns.filter(({ name }) => followed.includes(name) && known.has(name));
    const plan = {
      columns: there.map(({ name, type, kind }) => ({ name, type, kind, isNamed: true })),
      skipped: [],
    };
    if (plan.columns.length === 0) {
      drifted.push(new Set());
      continue;
    }
    const pair = { reference: someOf(reference), current: someOf(version) };
    const compared = await compareColumns(db, pair, { ...settings, plan }, () => undefined);
    drifted.push(new Set(mostDrifted(compared.columns)));
  }
  const all = [...between, current];
  const starts = followed.map((column) => {
    const first = drifted.findIndex((_, i) => drifted.slice(i).every((names) => names.has(column)));
    return { column, at: first === -1 ? between.length : first };
  });
  const [start] = starts.sort((a, b) => a.at - b.at);
  const version = all[start?.at ?? -1];
  if (start === undefined || version === undefined) return null;
  const { versionId, dataset, version: number, createdAtMs } = version;
  return { versionId, dataset, version: number, createdAtMs, column: start.column, of: all.length };
}

function mostDrifted(columns: readonly ColumnDrift[]): string[] {
  const size = ({ effect, score }: ColumnDrift) => effect?.value ?? score;
  return columns
    .filter((column) => column.drifted)
    .toSorted((a, b) => size(b) - size(a))
    .map(({ name }) => name);
}

function someOf({ files, rows }: { files: readonly string[]; rows: number }): WindowFile {
  const every = Math.max(1, Math.ceil(rows / MOST_ROWS));
  return { files, rows: Math.ceil(rows / every), every };
}
