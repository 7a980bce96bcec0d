import {
  type BodyInput,
  EndpointName,
  type ServingEndpoint,
  type servingEndpointsApi,
  stableRefOf,
} from '../../../local-api/contract/index.ts';

export type RouteInput = BodyInput<typeof servingEndpointsApi.create>['route'];

export type DeployKind = 'single' | 'canary' | 'ab' | 'shadow' | 'ensemble';

export type DeployForm = {
  name: string;
  ref: string;
  kind: DeployKind;
  /** Canary: the share of its first step. A/B: that of the new version. */
  percent: number;
  minRequests: number;
  errorPercent: number;
  /** Text, so that it can be empty: no limit. */
  p95Ms: string;
  /** A/B: by true values, or by outcomes of which more or less is better. */
  judgedBy: 'loss' | 'more' | 'less';
  minEffect: number;
  /** Of an ensemble. */
  combine: 'mean' | 'vote';
  reason: string;
};

/** Shares of a canary after its first. */
const laterSteps = [50, 100];

/** The shares of a canary whose first step is this one. */
export function stepsFrom(percent: number): number[] {
  return [percent, ...laterSteps.filter((later) => later > percent)];
}

/** The route that a form asks for. `stable` is what answers now; without it the model is served at once. */
export function routeOf(form: DeployForm, stable: string | null): RouteInput {
  if (stable === null || form.kind === 'single') return { kind: 'single', ref: form.ref };
  if (form.kind === 'shadow')
    return { kind: 'shadow', live: stable, shadows: [{ name: 'shadow', ref: form.ref }] };
  if (form.kind === 'ensemble')
    return {
      kind: 'ensemble',
      members: [
        { name: 'a', ref: stable },
        { name: 'b', ref: form.ref },
      ],
      combine: form.combine,
    };
  if (form.kind === 'ab')
    return {
      kind: 'ab',
      arms: [
        { name: 'a', ref: stable, weight: 100 - form.percent },
        { name: 'b', ref: form.ref, weight: form.percent },
      ],
      test: {
        measure: form.judgedBy === 'loss' ? 'loss' : 'outcome',
        goal: form.judgedBy === 'less' ? 'lower' : 'higher',
        minEffect: form.minEffect,
      },
    };
  return {
    kind: 'canary',
    stable,
    canary: form.ref,
    steps: stepsFrom(form.percent).map((percent) => ({ percent, minRequests: form.minRequests })),
    limits: {
      errorRate: form.errorPercent / 100,
      ...(form.p95Ms.trim() === '' ? {} : { p95Ms: Number(form.p95Ms) }),
    },
  };
}

/** What keeps a form from being sent, by field. */
export function faultsOf(form: DeployForm): { name: string | null; p95Ms: string | null } {
  const limit = Number(form.p95Ms);
  return {
    name: form.name === '' ? null : (EndpointName.safeParse(form.name).error?.issues[0]?.message ?? null),
    p95Ms: form.p95Ms.trim() === '' || limit > 0 ? null : 'a number of milliseconds above 0, or nothing',
  };
}

export function newForm(endpoint: ServingEndpoint | null): DeployForm {
  return {
    name: endpoint?.name ?? '',
    ref: '',
    kind: endpoint !== null && stableRefOf(endpoint.route) !== null ? 'canary' : 'single',
    percent: 10,
    minRequests: 100,
    errorPercent: 1,
    p95Ms: '',
    judgedBy: 'loss',
    minEffect: 0.02,
    combine: 'mean',
    reason: '',
  };
}
