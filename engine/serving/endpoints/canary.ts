import type { CanaryProgress, EndpointRoute } from '../../../local-api/contract/index.ts';
import { addLatency, type Latencies, latencyQuantile, newLatencies } from './latencies.ts';

type CanaryRoute = Extract<EndpointRoute, { kind: 'canary' }>;

/** A canary between two looks, as it is stored. Counts are those of the step. */
export type CanaryState = Omit<CanaryProgress, 'p95Ms'> & { latencies: Latencies };

/** Loss of an arm since the canary began. */
export type Loss = { truths: number; loss: number };

export type CanaryVerdict =
  | { what: 'stay' }
  | { what: 'advance'; reason: string }
  | { what: 'promote'; reason: string }
  | { what: 'rollback'; reason: string };

export function newCanary(nowMs: number): CanaryState {
  return {
    phase: 'running',
    step: 0,
    startedAtMs: nowMs,
    stepStartedAtMs: nowMs,
    requests: 0,
    errors: 0,
    latencies: newLatencies(),
  };
}

/** The next step begins with fresh counts: what was seen at 1 % must not hide what happens at 50 %. */
export function nextStep(state: CanaryState, nowMs: number): CanaryState {
  return {
    ...state,
    step: state.step + 1,
    stepStartedAtMs: nowMs,
    requests: 0,
    errors: 0,
    latencies: newLatencies(),
  };
}

export function progressOf({ latencies, ...state }: CanaryState): CanaryProgress {
  return { ...state, p95Ms: latencyQuantile(latencies, 0.95) };
}

/** Notes an answer of the canary, or that it failed where the stable version answered. */
export function noteAnswer(state: CanaryState, milliseconds: number, ok: boolean): void {
  state.requests += 1;
  if (ok) addLatency(state.latencies, milliseconds);
  else state.errors += 1;
}

/**
 * What to do with a canary now. Limits come before progress; a held canary goes nowhere but back.
 * Pure: the same state and time give the same verdict. Cost: constant.
 */
export function judgeCanary(
  route: CanaryRoute,
  state: CanaryState,
  quality: { stable: Loss; canary: Loss } | null,
  nowMs: number,
): CanaryVerdict {
  const broken = brokenLimit(route, state, quality);
  if (broken !== null) return { what: 'rollback', reason: broken };
  const step = route.steps[state.step];
  if (state.phase === 'held' || step === undefined) return { what: 'stay' };
  if (step.minRequests !== undefined && state.requests < step.minRequests) return { what: 'stay' };
  if (step.minMinutes !== undefined && nowMs - state.stepStartedAtMs < step.minMinutes * 60_000)
    return { what: 'stay' };
  const next = route.steps[state.step + 1];
  return next === undefined
    ? { what: 'promote', reason: `The canary kept its limits through all ${route.steps.length} steps.` }
    : { what: 'advance', reason: `On to ${next.percent} % of the requests.` };
}

function brokenLimit(
  { limits }: CanaryRoute,
  state: CanaryState,
  quality: { stable: Loss; canary: Loss } | null,
): string | null {
  const { requests, errors } = state;
  // Before there are enough requests to judge a rate: more errors than those would allow are too many already.
  if (errors > limits.errorRate * Math.max(requests, limits.minRequests))
    return `${errors} of ${requests} answers of the canary failed; ${percent(limits.errorRate)} may.`;
  const p95 = latencyQuantile(state.latencies, 0.95);
  if (limits.p95Ms !== undefined && requests >= limits.minRequests && p95 !== null && p95 > limits.p95Ms)
    return `95 % of the answers of the canary came within ${p95.toPrecision(3)} ms; ${limits.p95Ms} ms are allowed.`;
  if (limits.quality === undefined || quality === null) return null;
  const { stable, canary } = quality;
  if (Math.min(stable.truths, canary.truths) < limits.quality.minTruths) return null;
  const increase = canary.loss - stable.loss;
  if (increase <= limits.quality.maxLossIncrease) return null;
  return `The loss of the canary is ${canary.loss.toPrecision(3)} over ${canary.truths} true values, that of the stable version ${stable.loss.toPrecision(3)}: ${increase.toPrecision(3)} more, and ${limits.quality.maxLossIncrease} may be.`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
