import { z } from 'zod';
import { type DatasetVersion, DriftRequest } from '../../../local-api/contract/index.ts';
import type { DataService } from '../../data/index.ts';
import type { DriftService } from '../drift-service.ts';
import type { Meter, WatchOf } from './meters.ts';

const JobResult = z.object({ reportId: z.string() });
const Input = z.object({ request: DriftRequest });

/** The newest version of a dataset against a reference. The work is a drift job; its report stays. */
export function createDriftMeter({
  data,
  drift,
}: {
  data: Pick<DataService, 'get' | 'getVersion' | 'listVersions'>;
  drift: Pick<DriftService, 'start' | 'get'>;
}): Meter<'drift'> {
  const versionsOf = async ({
    dataset,
    reference,
  }: WatchOf<'drift'>): Promise<{ reference: DatasetVersion | null; current: DatasetVersion | null }> => {
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
      const request = DriftRequest.parse({
        referenceVersionId: reference.id,
        currentVersionId: current.id,
        ...(watch.columns === undefined ? {} : { columns: watch.columns }),
      });
      return {
        key: JSON.stringify(request),
        subject: `${nameOf(current)} against ${nameOf(reference)}`,
        input: { request },
      };
    },

    // A job of the same request that has not ended is given again: after a crash there is still one.
    begin: async (_watch, plan) => (await drift.start(Input.parse(plan.input).request)).id,

    async finish(_watch, _plan, job) {
      const { reportId } = JobResult.parse(job?.result);
      const report = await drift.get(reportId);
      const drifted = report.columns.filter((column) => column.drifted).map(({ name }) => name);
      return {
        values: {
          driftedShare: report.totalColumns === 0 ? 0 : report.driftedColumns / report.totalColumns,
          driftedColumns: report.driftedColumns,
        },
        isBad: report.drifted,
        message:
          drifted.length === 0
            ? `None of ${report.totalColumns} columns drifted`
            : `${report.driftedColumns} of ${report.totalColumns} columns drifted: ${listed(drifted)}`,
        link: `/drift/${reportId}`,
      };
    },
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
