import { z } from 'zod';
import {
  AutoReport,
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
import { trialStateTag, trialTitleTag, trialValuesTag } from './trial-files.ts';

type Rooms = { tracking: TrackingService; artifacts: Pick<ArtifactStore, 'read'> };

/** A number of the last rung, or one that is no mean over folds. */
const facts = new Set(['fit_seconds', 'latency_ms', 'batch_ms', 'model_bytes']);

/** Trials, models or folds of a run, the best first. One listing of the runs below it. Errors: runs/not-found. */
export async function readLeaderboard(rooms: Rooms, runId: string): Promise<Omit<Leaderboard, 'importance'>> {
  const run = await rooms.tracking.getRun(runId);
  const rows = await runsBelow(rooms.tracking, runId);
  const study = StudyReport.safeParse(await jsonOf(rooms, runId, validationFiles.study)).data ?? null;
  const validation =
    ValidationReport.safeParse(await jsonOf(rooms, runId, validationFiles.report)).data ?? null;
  const auto = AutoReport.safeParse(await jsonOf(rooms, runId, validationFiles.auto)).data ?? null;
  const objectives = study?.objectives ?? (auto === null ? null : [auto.objective]) ?? objectivesOfRun(run);
  const trials = rows.filter(({ tags }) => tags?.[trialStateTag] !== undefined);
  const isSearch = trials.length > 0;
  const isAuto = trials.some(({ tags }) => tags?.[trialTitleTag] !== undefined);
  const entries = (isSearch ? trials : rows).map((row) => withAuto(entryOf(row, study), auto));
  entries.sort(
    (a, b) => rankOf(a) - rankOf(b) || lossOf(a, objectives) - lossOf(b, objectives) || byKey(a, b),
  );
  const [first] = entries;
  if (isSearch && !isAuto && study === null && first?.state === 'complete') first.isBest = true;
  const whole = auto === null ? null : ensembleEntry(run, auto);
  if (whole !== null) entries.unshift(whole);
  const kind = isAuto ? 'models' : isSearch ? 'trials' : entries.length > 0 ? 'folds' : 'none';
  return { runId, kind, objectives, entries, study, auto, validation };
}

/** What the report of an automatic choice says of one of its models. */
function withAuto(entry: LeaderboardEntry, auto: AutoReport | null): LeaderboardEntry {
  if (auto === null) return entry;
  const number = trialNumber(entry.key);
  const comparison = auto.comparisons.find(({ trial }) => trial === number);
  const member = auto.members.find(({ trial }) => trial === number);
  return {
    ...entry,
    isBest: auto.chosen === 'single' && member !== undefined,
    interval: comparison?.interval ?? null,
    difference: comparison?.difference ?? null,
    isLikeBest: comparison?.isLikeBest ?? null,
    weight: member?.weight ?? null,
    isMember: member !== undefined,
  };
}

/** Several models together, as one more line; null where a single one is the best. */
function ensembleEntry({ id, name, status }: Run, auto: AutoReport): LeaderboardEntry | null {
  if (auto.chosen === 'single') return null;
  const figures = Object.entries(auto.metrics);
  return {
    ...noFacts,
    runId: id,
    name,
    key: 'ensemble',
    title: auto.chosen === 'stack' ? `Stack of ${auto.members.length}` : `Mean of ${auto.members.length}`,
    trainer: null,
    status,
    state: auto.isDone ? 'complete' : 'running',
    isBest: true,
    isOnFront: true,
    values: {},
    metrics: Object.fromEntries(figures.map(([key, { mean }]) => [key, mean])),
    errors: Object.fromEntries(figures.flatMap(([key, { se }]) => (se === null ? [] : [[key, se]]))),
    latencyMs: auto.latencyMs,
    batchMs: auto.batchMs,
    modelBytes: auto.modelBytes,
    interval: auto.interval,
    isMember: true,
  };
}

/** Of a line of which nothing more is known. */
const noFacts = {
  title: null,
  trainer: null,
  fitSeconds: null,
  latencyMs: null,
  batchMs: null,
  modelBytes: null,
  interval: null,
  difference: null,
  isLikeBest: null,
  weight: null,
  isMember: false,
};

async function runsBelow(tracking: TrackingService, runId: string): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await tracking.listRuns({
      filter: `parentRunId = ${quoteText(runId)} and tags.${nestedTag} is not null`,
      fields: ['name', 'status', 'metrics', 'params.trainer']
        .concat([nestedTag, trialStateTag, trialValuesTag, trialTitleTag].map((tag) => `tags.${tag}`))
        .join(','),
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

function entryOf(
  { id, name, status, metrics = {}, params = {}, tags = {} }: RunRow,
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
  const trial = trialNumber(key);
  const title = tags[trialTitleTag] ?? null;
  return {
    ...noFacts,
    runId: id,
    name: name ?? '',
    key,
    title,
    trainer: title === null ? null : (params.trainer ?? null),
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
    batchMs: fact('batch_ms'),
    modelBytes: fact('model_bytes'),
  };
}

/** From 0; NaN for what is no trial of the run itself. */
function trialNumber(key: string): number {
  return Number(/^trial (\d+)$/.exec(key)?.[1] ?? Number.NaN) - 1;
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
  const metric = params['auto.metric'];
  const asked =
    metric === undefined
      ? (Objectives.safeParse(parsed(params['tuning.objectives'] ?? null)).data ?? [])
      : [{ metric }];
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
