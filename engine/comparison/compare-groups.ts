import {
  betterDirection,
  type ComparedGroup,
  type CompareGroups,
  type GroupsCompared,
  type MetricComparison,
  type RunRow,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import {
  bootstrapMeanInterval,
  holm,
  meanInterval,
  meanOf,
  medianOf,
  sampleVariance,
} from '../statistics/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { type Breather, breather } from './breather.ts';
import { type Pairs, pairUp, type ValuedRun } from './pairing.ts';
import { metricField, metricValue, type RunKey, readRuns, runKey } from './run-values.ts';
import { testGroups, testPairs } from './sample-test.ts';
import { judge, type Setting, type Tested, verdictOf } from './verdict.ts';
import { counted } from './words.ts';

const MOST_GROUPS = 200;
/** Every pair of so many groups is compared; more only with a baseline. */
const MOST_IN_PAIRS = 12;
const BOOTSTRAP_FROM = 20;
const BOOTSTRAP_TO = 500;
const BOOTSTRAP_SEED = 1;

type Group = { value: string | null; runs: ValuedRun[] };

/** See `ComparisonService.compareGroups`. */
export async function compareGroups(
  tracking: Pick<TrackingService, 'listRuns'>,
  request: CompareGroups,
): Promise<GroupsCompared> {
  const groupBy = runKey(request.groupBy, '/groupBy');
  const pairBy = request.pairBy === undefined ? null : runKey(request.pairBy, '/pairBy');
  const keys = [groupBy.text, ...(pairBy === null ? [] : [pairBy.text])];
  const runs = await readRuns(tracking, request, [...keys, ...request.metrics.map(metricField)]);
  const values = new Set(runs.map((run) => groupBy.read(run)));
  if (values.size > MOST_GROUPS) {
    throw new AssayError(
      'comparison/too-many-groups',
      `${groupBy.text} has ${values.size} values in these runs.`,
    );
  }
  if (request.baseline !== undefined && !values.has(request.baseline))
    throw noBaseline(request.baseline, values);
  const pause = breather();
  const metrics: MetricComparison[] = [];
  for (const metric of request.metrics) {
    metrics.push(await compareMetric(runs, metric, { request, groupBy, pairBy, pause }));
  }
  return {
    runs: runs.length,
    groupBy: groupBy.text,
    pairBy: pairBy?.text ?? null,
    confidence: request.confidence,
    metrics,
    notes: notesOn(runs, request, values.size),
  };
}

function noBaseline(baseline: string | null, values: ReadonlySet<string | null>): AssayError {
  const message =
    baseline === null ? 'every run has the key' : `no run of the selection has the value "${baseline}"`;
  const known = [...values].filter((value) => value !== null).slice(0, 10);
  return new AssayError('request/invalid', `The baseline is not among the groups: ${message}.`, {
    problems: [{ path: '/baseline', message, ...(known.length > 0 ? { expected: known.join(', ') } : {}) }],
  });
}

type Plan = { request: CompareGroups; groupBy: RunKey; pairBy: RunKey | null; pause: Breather };

async function compareMetric(runs: readonly RunRow[], metric: string, plan: Plan): Promise<MetricComparison> {
  const { request, groupBy } = plan;
  const guessed = betterDirection(metric);
  const setting: Setting = {
    metric,
    direction: request.direction ?? guessed ?? 'higher',
    confidence: request.confidence,
    label: (value) => labelOf(value, groupBy),
  };
  const { groups, leftOut } = groupRuns(runs, metric, plan);
  const described: ComparedGroup[] = [];
  for (const group of groups) {
    await plan.pause();
    described.push(describe(group, request.confidence));
  }
  const sign = setting.direction === 'higher' ? -1 : 1;
  described.sort((x, y) => sign * ((x.mean ?? 0) - (y.mean ?? 0)));
  const ordered = described.flatMap(({ value }) => groups.filter((group) => group.value === value));
  const tested: Omit<Tested, 'adjustedPValue' | 'isCorrected'>[] = [];
  for (const [a, b] of pairsOf(ordered, request.baseline)) {
    await plan.pause();
    tested.push(testTwo(a, b, plan));
  }
  const withP = tested.filter(({ test }) => test.state === 'tested');
  const adjusted = holm(withP.map(({ test }) => test.pValue ?? 1));
  const comparisons = tested.map((one) => {
    const place = withP.indexOf(one);
    const adjustedPValue = place < 0 ? one.test.pValue : (adjusted[place] ?? 1);
    return judge({ ...one, adjustedPValue, isCorrected: withP.length > 1 }, setting);
  });
  return {
    metric,
    direction: setting.direction,
    directionReason: directionReason(metric, request.direction, guessed),
    groups: described,
    comparisons,
    correction:
      withP.length > 1
        ? `p-values are corrected for ${withP.length} comparisons after Holm; intervals are not`
        : null,
    leftOut,
    verdict: verdictOf(described[0], described.length, comparisons, setting),
  };
}

function directionReason(metric: string, asked: string | undefined, guessed: string | null): string {
  if (asked !== undefined) return 'as asked for';
  if (guessed === null) return `the name "${metric}" does not tell; higher values are taken to be better`;
  return `told from the name "${metric}"`;
}

function labelOf(value: string | null, groupBy: RunKey): string {
  if (value === null) return `runs without ${groupBy.text}`;
  // A bare number reads badly in a sentence.
  return /^[\p{L}][\p{L}\p{N}_./-]*$/u.test(value) ? value : `${groupBy.name} ${value === '' ? '""' : value}`;
}

function groupRuns(runs: readonly RunRow[], metric: string, { request, groupBy, pairBy }: Plan) {
  const groups = new Map<string | null, Group>();
  const leftOut: MetricComparison['leftOut'] = [];
  for (const run of runs) {
    const value = metricValue(run, metric, request.summary);
    if (value === null || !Number.isFinite(value)) {
      leftOut.push({ runId: run.id, reason: value === null ? `has no ${metric}` : `${metric} is ${value}` });
      continue;
    }
    const key = groupBy.read(run);
    const group = groups.get(key) ?? { value: key, runs: [] };
    group.runs.push({ runId: run.id, value, pair: pairBy?.read(run) ?? null });
    groups.set(key, group);
  }
  return { groups: [...groups.values()], leftOut };
}

function describe({ value, runs }: Group, confidence: number): ComparedGroup {
  const values = runs.map((run) => run.value);
  const n = values.length;
  const isBootstrapped = n >= BOOTSTRAP_FROM && n <= BOOTSTRAP_TO;
  return {
    value,
    runIds: runs.map(({ runId }) => runId),
    values,
    n,
    mean: meanOf(values),
    std: n > 1 ? Math.sqrt(sampleVariance(values)) : null,
    interval: n > 1 ? meanInterval(values, confidence) : null,
    bootstrapInterval: isBootstrapped ? bootstrapMeanInterval(values, confidence, BOOTSTRAP_SEED) : null,
    median: medianOf(values),
    min: Math.min(...values),
    max: Math.max(...values),
  };
}

/** Each better group against each worse one below it, as (worse, better); or each against the baseline. */
function pairsOf(groups: readonly Group[], baseline: string | null | undefined): [Group, Group][] {
  if (baseline !== undefined) {
    const base = groups.find(({ value }) => value === baseline);
    return base === undefined ? [] : groups.filter((group) => group !== base).map((group) => [base, group]);
  }
  if (groups.length > MOST_IN_PAIRS) return [];
  return groups.flatMap((better, place) =>
    groups.slice(place + 1).map((worse): [Group, Group] => [worse, better]),
  );
}

function testTwo(
  a: Group,
  b: Group,
  { request, pairBy }: Plan,
): Omit<Tested, 'adjustedPValue' | 'isCorrected'> {
  const common = { a: a.value, b: b.value, sizes: { a: a.runs.length, b: b.runs.length } };
  const pairs = pairBy === null ? null : pairUp(a.runs, b.runs);
  if (pairs === null || pairBy === null || pairs.keys.length < 2) {
    const [x, y] = [a, b].map(({ runs }) => runs.map(({ value }) => value));
    const test = testGroups(x ?? [], y ?? [], request.confidence);
    return { ...common, test: pairs === null ? test : sayUnpaired(test, pairs, pairBy), pairs: null };
  }
  const isFolds = areFolds(request, pairBy);
  const test = testPairs(pairs.differences, request.confidence, isFolds ? overlapOf(pairs, request) : null);
  const name = isFolds ? 'folds' : /seed/i.test(pairBy.name) ? 'seeds' : 'pairs';
  return { ...common, test, pairs: { count: pairs.keys.length, name, leftOut: pairs.leftOut } };
}

function sayUnpaired(test: Tested['test'], pairs: Pairs, pairBy: RunKey | null): Tested['test'] {
  if (test.method === null) return test;
  const found = pairs.keys.length === 0 ? 'no run has a partner' : 'only one run has a partner';
  return {
    ...test,
    method: {
      ...test.method,
      reason: `${test.method.reason} By ${pairBy?.text} ${found} in the other group.`,
    },
  };
}

function areFolds({ pairsAre }: CompareGroups, pairBy: RunKey): boolean {
  return pairsAre === undefined
    ? /(^|[^a-z])(fold|split)s?([^a-z]|$)/i.test(pairBy.name)
    : pairsAre === 'folds';
}

/** Test rows divided by training rows of a fold. */
function overlapOf(pairs: Pairs, { testShare }: CompareGroups): number {
  const share = testShare ?? 1 / pairs.keys.length;
  return share / (1 - share);
}

function notesOn(runs: readonly RunRow[], request: CompareGroups, groups: number): string[] {
  const unfinished = runs.filter(({ status }) => status === 'running' || status === 'scheduled').length;
  const failed = runs.filter(({ status }) => status === 'failed' || status === 'killed').length;
  const notes: string[] = [];
  if (runs.length === 0) notes.push('No run matches.');
  if (unfinished > 0)
    notes.push(`${counted(unfinished, 'run has', 'runs have')} not ended: the values may still change.`);
  if (failed > 0)
    notes.push(
      `${counted(failed, 'run', 'runs')} failed or ${failed === 1 ? 'was' : 'were'} stopped; the values may be of an unfinished training.`,
    );
  if (request.summary !== 'last')
    notes.push(
      `The ${request.summary === 'max' ? 'highest' : 'lowest'} value of a history flatters runs that were measured more often.`,
    );
  if (request.baseline === undefined && groups > MOST_IN_PAIRS)
    notes.push(
      `${groups} groups are too many to compare every pair: name a baseline to compare each with it.`,
    );
  return notes;
}
