import { z } from 'zod';
import {
  type Leaderboard,
  type LeaderboardEntry,
  type Run,
  type RunRow,
  StudyReport,
  TrialState,
  TrialValues,
  ValidationReport,
} from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import { AssayError } from '../../errors.ts';
import { quoteText } from '../../store/index.ts';
import type { TrackingService } from '../../tracking/index.ts';
import { nestedTag } from '../nested-runs.ts';
import { validationFiles } from '../validation/validation-files.ts';
import { objectivesOf, type ResolvedObjective } from './objectives.ts';
import { trialStateTag, trialValuesTag } from './trial-files.ts';

type Rooms = { tracking: TrackingService; artifacts: Pick<ArtifactStore, 'read'> };

/** A number of the last rung, or one that is no mean over folds. */
const facts = new Set(['fit_seconds', 'latency_ms', 'model_bytes']);

/** Trials or folds of a run, the best first. One listing of the runs below it. Errors: runs/not-found. */
export async function readLeaderboard(rooms: Rooms, runId: string): Promise<Omit<Leaderboard, 'importance'>> {
  const run = await rooms.tracking.getRun(runId);
  const rows = await runsBelow(rooms.tracking, runId);
  const study = StudyReport.safeParse(await jsonOf(rooms, runId, validationFiles.study)).data ?? null;
  const validation =
    ValidationReport.safeParse(await jsonOf(rooms, runId, validationFiles.report)).data ?? null;
  const objectives = study?.objectives ?? objectivesOfRun(run);
  const trials = rows.filter(({ tags }) => tags?.[trialStateTag] !== undefined);
  const isSearch = trials.length > 0;
  const entries = (isSearch ? trials : rows).map((row) => entryOf(row, study));
  entries.sort(
    (a, b) => rankOf(a) - rankOf(b) || lossOf(a, objectives) - lossOf(b, objectives) || byKey(a, b),
  );
  const [first] = entries;
  if (isSearch && study === null && first?.state === 'complete') first.isBest = true;
  const kind = isSearch ? 'trials' : entries.length > 0 ? 'folds' : 'none';
  return { runId, kind, objectives, entries, study, validation };
}

async function runsBelow(tracking: TrackingService, runId: string): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await tracking.listRuns({
      filter: `parentRunId = ${quoteText(runId)} and tags.${nestedTag} is not null`,
      fields: `name,status,metrics,tags.${nestedTag},tags.${trialStateTag},tags.${trialValuesTag}`,
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

function entryOf(
  { id, name, status, metrics = {}, tags = {} }: RunRow,
  study: StudyReport | null,
): LeaderboardEntry {
  const key = tags[nestedTag] ?? '';
  const last = Object.entries(metrics).flatMap(([metric, { last: value }]): [string, number][] =>
    typeof value === 'number' ? [[metric, value]] : [],
  );
  const isError = (metric: string) => metric.endsWith('_se') && metrics[metric.slice(0, -3)] !== undefined;
  const isMean = (metric: string) =>
    !isError(metric) && !facts.has(metric) && !/^(fold|train|validation)_/.test(metric);
  const fact = (metric: string) => last.find(([known]) => known === metric)?.[1] ?? null;
  const trial = Number(/^trial (\d+)$/.exec(key)?.[1] ?? Number.NaN) - 1;
  return {
    runId: id,
    name: name ?? '',
    key,
    status: status ?? 'running',
    state: TrialState.safeParse(tags[trialStateTag]).data ?? null,
    isBest: study?.best === trial,
    isOnFront: study?.front.includes(trial) ?? false,
    values: valuesOf(tags[trialValuesTag]),
    metrics: Object.fromEntries(last.filter(([metric]) => isMean(metric))),
    errors: Object.fromEntries(
      last.flatMap(([metric, value]) => (isError(metric) ? [[metric.slice(0, -3), value]] : [])),
    ),
    fitSeconds: fact('fit_seconds'),
    latencyMs: fact('latency_ms'),
    modelBytes: fact('model_bytes'),
  };
}

function valuesOf(text: string | undefined): Record<string, string> {
  const values = TrialValues.safeParse(parsed(text ?? null)).data ?? {};
  return Object.fromEntries(
    Object.entries(values).map(([path, value]) => [
      path,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

const Objectives = z.array(
  z.object({ metric: z.string(), direction: z.enum(['higher', 'lower']).optional() }),
);

/** Those that the params of a search name. */
function objectivesOfRun({ params }: Run): ResolvedObjective[] {
  const asked = Objectives.safeParse(parsed(params['tuning.objectives'] ?? null)).data ?? [];
  const task = params.task === 'regression' ? 'regression' : 'classification';
  return objectivesOf({ objectives: asked }, { task });
}

const order: readonly (TrialState | null)[] = ['complete', null, 'running', 'pruned', 'cut', 'failed'];

function rankOf({ state, key }: LeaderboardEntry): number {
  // Trials of outer folds after those of the search itself.
  return order.indexOf(state) + (key.startsWith('outer') ? order.length : 0);
}

function lossOf(
  { metrics, fitSeconds, latencyMs, modelBytes }: LeaderboardEntry,
  [first]: readonly ResolvedObjective[],
): number {
  const all: Record<string, number | null> = {
    ...metrics,
    fit_seconds: fitSeconds,
    latency_ms: latencyMs,
    model_bytes: modelBytes,
  };
  const value = all[first?.metric ?? ''] ?? null;
  // Far, but a number: differences of infinities are none.
  if (value === null) return Number.MAX_VALUE;
  return first?.direction === 'higher' ? -value : value;
}

function byKey(a: LeaderboardEntry, b: LeaderboardEntry): number {
  return a.key.localeCompare(b.key, 'en', { numeric: true });
}

async function jsonOf({ tracking, artifacts }: Rooms, runId: string, path: string): Promise<unknown> {
  try {
    const { digest } = await tracking.findArtifact(runId, path);
    return parsed((await artifacts.read(digest)).toString('utf8'));
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'artifacts/not-found') return null;
    throw thrown;
  }
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
