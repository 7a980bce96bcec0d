import {
  type BodyInput,
  EndpointName,
  EndpointRoute,
  type ServingEndpoint,
  type servingEndpointsApi,
  stableRefOf,
} from '../../../local-api/contract/index.ts';

export type RouteInput = BodyInput<typeof servingEndpointsApi.create>['route'];

export type DeployKind = 'single' | 'canary' | 'ab' | 'shadow' | 'ensemble' | 'blueGreen';

/** '' while the field is empty. */
type MaybeNumber = number | '';

/** A step of a canary; one that is left empty does not count. */
export type StepForm = { percent: number; minRequests: MaybeNumber; minMinutes: MaybeNumber };

/** A version beside the new one and the one that answers now. */
export type OtherForm = {
  ref: string;
  /** Its share in an A/B test. */
  percent: number;
  /** In a weighted ensemble. */
  weight: number;
};

export type DeployForm = {
  name: string;
  ref: string;
  kind: DeployKind;
  /** Canary: the share of its first step. A/B: that of the new version. */
  percent: number;
  minRequests: number;
  /** The steps of a canary where they are not those that follow from its first share. */
  steps: StepForm[] | null;
  errorPercent: number;
  /** Text, so that it can be empty: no limit. */
  p95Ms: string;
  /** Answers of a canary before its rates are judged. */
  judgedFrom: number;
  /** How much more loss a canary may have; '' for any. */
  maxLossIncrease: MaybeNumber;
  minTruths: number;
  /** Of an A/B test or a canary: what decides who answers. */
  stickyFrom: 'none' | 'header' | 'column';
  stickyName: string;
  /** A/B: by true values, or by outcomes of which more or less is better. */
  judgedBy: 'loss' | 'more' | 'less';
  minEffect: number;
  /** A/B: chance of a false alarm, in percent. */
  alphaPercent: number;
  /** Further versions of an A/B test, a shadow or an ensemble; those without a reference do not count. */
  others: OtherForm[];
  /** Of an ensemble. */
  combine: 'mean' | 'weighted' | 'vote';
  stableWeight: number;
  weight: number;
  /** Blue/green: which of the two answers first. */
  active: 'stable' | 'new';
  reason: string;
};

/** Shares of a canary after its first. */
const laterSteps = [50, 100];

/** The shares of a canary whose first step is this one. */
export function stepsFrom(percent: number): number[] {
  return [percent, ...laterSteps.filter((later) => later > percent)];
}

/** What an A/B test leaves to the version that answers now; below 0 when the others are given too much. */
export function stableShare(form: DeployForm): number {
  return othersOf(form).reduce((rest, { percent }) => rest - percent, 100 - form.percent);
}

function othersOf({ others }: DeployForm): OtherForm[] {
  return others.map((other) => ({ ...other, ref: other.ref.trim() })).filter(({ ref }) => ref !== '');
}

/** Names of arms in their order: a, b, c, … */
function armName(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** The route that a form asks for. `stable` is what answers now; without it the model is served at once. */
export function routeOf(form: DeployForm, stable: string | null): RouteInput {
  const ref = form.ref.trim();
  if (stable === null || form.kind === 'single') return { kind: 'single', ref };
  const others = othersOf(form);
  switch (form.kind) {
    case 'shadow': {
      const shadows = [{ ref }, ...others].map((shadow, i) => ({
        name: i === 0 ? 'shadow' : `shadow-${i + 1}`,
        ref: shadow.ref,
      }));
      return { kind: 'shadow', live: stable, shadows };
    }
    case 'blueGreen':
      return {
        kind: 'blueGreen',
        blue: stable,
        green: ref,
        active: form.active === 'new' ? 'green' : 'blue',
      };
    case 'ensemble': {
      const all = [{ ref: stable, weight: form.stableWeight }, { ref, weight: form.weight }, ...others];
      const members = all.map((member, i) => ({
        name: armName(i),
        ref: member.ref,
        ...(form.combine === 'weighted' ? { weight: member.weight } : {}),
      }));
      return { kind: 'ensemble', members, combine: form.combine };
    }
    case 'ab': {
      const all = [{ ref: stable, percent: stableShare(form) }, { ref, percent: form.percent }, ...others];
      return {
        kind: 'ab',
        arms: all.map((arm, i) => ({ name: armName(i), ref: arm.ref, weight: arm.percent })),
        stickyBy: stickyOf(form),
        test: {
          measure: form.judgedBy === 'loss' ? 'loss' : 'outcome',
          goal: form.judgedBy === 'less' ? 'lower' : 'higher',
          minEffect: form.minEffect,
          alpha: form.alphaPercent / 100,
        },
      };
    }
    case 'canary':
      return {
        kind: 'canary',
        stable,
        canary: ref,
        steps: (form.steps ?? ownSteps(form)).map(({ percent, minRequests, minMinutes }) => ({
          percent,
          ...(minRequests === '' ? {} : { minRequests }),
          ...(minMinutes === '' ? {} : { minMinutes }),
        })),
        limits: limitsOf(form),
        stickyBy: stickyOf(form),
      };
  }
}

/** The steps that follow from the first share, to begin with. */
export function ownSteps({ percent, minRequests }: DeployForm): StepForm[] {
  return stepsFrom(percent).map((share) => ({ percent: share, minRequests, minMinutes: '' }));
}

function limitsOf({ errorPercent, p95Ms, judgedFrom, maxLossIncrease, minTruths }: DeployForm) {
  return {
    errorRate: errorPercent / 100,
    minRequests: judgedFrom,
    ...(p95Ms.trim() === '' ? {} : { p95Ms: Number(p95Ms) }),
    ...(maxLossIncrease === '' ? {} : { quality: { maxLossIncrease, minTruths } }),
  };
}

function stickyOf({ stickyFrom, stickyName }: DeployForm) {
  return stickyFrom === 'none' ? null : { from: stickyFrom, name: stickyName.trim() };
}

export type DeployFaults = {
  name: string | null;
  p95Ms: string | null;
  sticky: string | null;
  /** Faults of the route that belong to no field above. */
  route: string[];
};

/** Of the fields of one kind of route. */
export type KindProps = {
  form: DeployForm;
  set: (change: Partial<DeployForm>) => void;
  /** The version that answers now. */
  stable: string;
  faults: DeployFaults;
};

/** What keeps a form from being sent, by field. Nothing about a model that is not named yet. */
export function faultsOf(form: DeployForm, stable: string | null): DeployFaults {
  const limit = Number(form.p95Ms);
  const faults: DeployFaults = {
    name: form.name === '' ? null : (EndpointName.safeParse(form.name).error?.issues[0]?.message ?? null),
    p95Ms: form.p95Ms.trim() === '' || limit > 0 ? null : 'a number of milliseconds above 0, or nothing',
    sticky: null,
    route: [],
  };
  if (stable !== null && form.kind === 'ab' && stableShare(form) < 0)
    faults.route.push(`The shares of the new versions are ${100 - stableShare(form)} % together.`);
  else
    for (const { path, message } of EndpointRoute.safeParse(routeOf(form, stable)).error?.issues ?? []) {
      if (path[0] === 'stickyBy') faults.sticky = message;
      else if (
        path.at(-1) !== 'ref' &&
        path[0] !== 'canary' &&
        path[0] !== 'green' &&
        path.at(-1) !== 'p95Ms'
      )
        faults.route.push(`${placeOf(path)}${message}`);
    }
  return faults;
}

const fieldNames: Record<string, string> = {
  minEffect: 'Smallest difference that matters: ',
  alpha: 'Chance of a false alarm: ',
};

/** Where in the form a fault of the route is, for people. */
function placeOf([part, place]: readonly PropertyKey[]): string {
  if (typeof place === 'number') return `${part === 'steps' ? 'Step' : 'Version'} ${place + 1}: `;
  return fieldNames[String(place)] ?? '';
}

export function newForm(endpoint: ServingEndpoint | null): DeployForm {
  return {
    name: endpoint?.name ?? '',
    ref: '',
    kind: endpoint !== null && stableRefOf(endpoint.route) !== null ? 'canary' : 'single',
    percent: 10,
    minRequests: 100,
    steps: null,
    errorPercent: 1,
    p95Ms: '',
    judgedFrom: 20,
    maxLossIncrease: '',
    minTruths: 50,
    stickyFrom: 'none',
    stickyName: '',
    judgedBy: 'loss',
    minEffect: 0.02,
    alphaPercent: 5,
    others: [],
    combine: 'mean',
    stableWeight: 1,
    weight: 1,
    active: 'stable',
    reason: '',
  };
}
