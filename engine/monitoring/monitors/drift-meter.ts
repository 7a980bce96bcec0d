import { z } from 'zod';
import { type DatasetVersion, type DriftReport, DriftRequest } from '../../../local-api/contract/index.ts';
import type { DataService } from '../../data/index.ts';
import type { LoggedFigures } from '../../serving/index.ts';
import type { DriftService } from '../drift-service.ts';
import type { Measurement } from './judge-check.ts';
import type { CheckPlan, Meter, Nothing, WatchOf } from './meters.ts';

const JobResult = z.object({ reportId: z.string() });
const Input = z.object({ request: DriftRequest });

type Rooms = {
  data: Pick<DataService, 'get' | 'getVersion' | 'listVersions'>;
  drift: Pick<DriftService, 'start' | 'get'>;
  logged: LoggedFigures;
};

/** The newest version of a dataset against a reference. The work is a drift job; its report stays. */
export function createDriftMeter({ data, drift }: Rooms): Meter<'drift'> {
  const versionsOf = async ({ dataset, reference }: WatchOf<'drift'>) => {
    const { items } = await data.listVersions(dataset, { limit: 2 });
    const current = items[0] ?? null;
    if (reference.kind === 'previous') return { reference: items[1] ?? null, current };
    return { reference: await data.getVersion(reference.versionId), current };
  };

  return {
    async accept(watch) {
      await data.get(watch.dataset);
      await versionsOf(watch);
    },

    async plan(watch) {
      const { reference, current } = await versionsOf(watch);
      if (current === null) return { nothing: `${watch.dataset} has no versions` };
      if (reference === null) return { nothing: `${watch.dataset} has one version only` };
      if (reference.id === current.id)
        return { nothing: `${nameOf(current)} is the reference itself: there is no newer version` };
      const { kind: _kind, dataset: _dataset, reference: _reference, slice, ...settings } = watch;
      const window = (versionId: string) => ({ kind: 'version' as const, versionId, slice });
      const request = DriftRequest.parse({
        ...settings,
        reference: window(reference.id),
        current: window(current.id),
      });
      return planOf(request, `${nameOf(current)} against ${nameOf(reference)}`);
    },

    begin: (_watch, plan) => beginReport(drift, plan),
    finish: async (_watch, _plan, job) => columnFigures(await reportOf(drift, job)),
  };
}

/** The last requests of an endpoint against what the answering model was made of. */
export function createEndpointDriftMeter({ drift, logged }: Rooms): Meter<'endpoint-drift'> {
  return {
    async accept({ endpoint }) {
      await logged.newestId(endpoint);
    },

    async plan(watch) {
      const { kind: _kind, endpoint, last, reference, slice, ...settings } = watch;
      return planOfRequests(logged, endpoint, last, {
        ...settings,
        reference: { kind: 'baseline', part: reference },
        current: { kind: 'requests', endpoint, last, slice },
      });
    },

    begin: (_watch, plan) => beginReport(drift, plan),
    async finish(_watch, _plan, job) {
      const report = await reportOf(drift, job);
      const measured = columnFigures(report);
      return {
        ...measured,
        values: { ...measured.values, driftedSections: report.driftedSections.length },
        isBad: report.drifted || report.driftedSections.length > 0,
      };
    },
  };
}

/** How good the model of an endpoint should be on its last requests, without knowing the truth. */
export function createEstimateMeter({ drift, logged }: Rooms): Meter<'estimate'> {
  return {
    async accept({ endpoint }) {
      await logged.newestId(endpoint);
    },

    plan: ({ endpoint, last, slice }) =>
      planOfRequests(logged, endpoint, last, {
        reference: { kind: 'baseline', part: 'test' },
        current: { kind: 'requests', endpoint, last, slice },
        sections: ['estimate'],
      }),

    begin: (_watch, plan) => beginReport(drift, plan),
    async finish(_watch, _plan, job) {
      const report = await reportOf(drift, job);
      const estimate = report.sections?.estimate;
      if (estimate?.status !== 'done')
        throw new Error(estimate === undefined ? 'The report has no estimate' : estimate.reason);
      const known = estimate.metrics.flatMap(({ metric, estimate: value }) =>
        value === null ? [] : [[metricId(metric), value] as const],
      );
      return {
        values: {
          outOfRange: estimate.metrics.filter(({ alert }) => alert).length,
          ...Object.fromEntries(known),
        },
        isBad: estimate.drifted,
        message: estimate.finding.replace(/\.$/, ''),
        link: `/drift/${report.id}`,
      };
    },
  };
}

function planOf(request: DriftRequest, subject: string): CheckPlan {
  return { key: JSON.stringify(request), subject, input: { request } };
}

async function planOfRequests(
  logged: LoggedFigures,
  endpoint: string,
  last: number,
  request: z.input<typeof DriftRequest>,
): Promise<CheckPlan | Nothing> {
  const newest = await logged.newestId(endpoint);
  if (newest === 0) return { nothing: `${endpoint} has no logged requests` };
  const plan = planOf(
    DriftRequest.parse(request),
    `the last ${last.toLocaleString('en')} requests of ${endpoint}`,
  );
  // The same words mean other requests once there are newer ones.
  return { ...plan, key: `${plan.key} ${newest}` };
}

/** A job of the same request that has not ended is given again: after a crash there is still one. */
async function beginReport(drift: Rooms['drift'], plan: CheckPlan): Promise<string> {
  return (await drift.start(Input.parse(plan.input).request)).id;
}

function reportOf(drift: Rooms['drift'], job: { result: unknown } | null): Promise<DriftReport> {
  return drift.get(JobResult.parse(job?.result).reportId);
}

function columnFigures(report: DriftReport): Measurement {
  const { columns, driftedColumns, totalColumns, sections } = report;
  const drifted = columns.filter((column) => column.drifted);
  const domain = sections?.multivariate.status === 'done' ? sections.multivariate.domain : null;
  const effects = columns.flatMap(({ effect }) => (effect === undefined ? [] : [effect.value]));
  return {
    values: {
      driftedShare: totalColumns === 0 ? 0 : driftedColumns / totalColumns,
      driftedColumns,
      ...(effects.length === 0 ? {} : { largestEffect: Math.max(...effects) }),
      ...(domain === null ? {} : { domainAuc: domain.auc }),
    },
    isBad: report.drifted,
    message:
      drifted.length === 0
        ? `None of ${totalColumns} columns drifted`
        : `${driftedColumns} of ${totalColumns} columns drifted: ${listed(drifted.map(({ name }) => name))}`,
    link: `/drift/${report.id}`,
  };
}

function nameOf({ dataset, version }: DatasetVersion): string {
  return `${dataset} v${version}`;
}

const mostNamed = 5;

function listed(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** average_precision as figures are called here: averagePrecision. */
function metricId(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
