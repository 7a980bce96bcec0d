import type { JobKind } from '../../../local-api/contract/index.ts';

export type JobTab = { id: string; label: string; filter: string | undefined; empty: string };

/** The views of the queue. */
export const jobTabs: readonly JobTab[] = [
  { id: 'all', label: 'All', filter: undefined, empty: 'Nothing has run yet' },
  {
    id: 'active',
    label: 'Active',
    filter: "state in ('running', 'queued')",
    empty: 'Nothing is running or waiting',
  },
  { id: 'succeeded', label: 'Succeeded', filter: "state = 'succeeded'", empty: 'No job has succeeded yet' },
  { id: 'failed', label: 'Failed', filter: "state = 'failed'", empty: 'No job has failed' },
  { id: 'dead', label: 'Dead letters', filter: "state = 'dead'", empty: 'No job has given up' },
  { id: 'cancelled', label: 'Cancelled', filter: "state = 'cancelled'", empty: 'No job was cancelled' },
];

/** The filter of a tab and a kind together; undefined for everything. */
export function jobFilter(tab: JobTab | undefined, kind: JobKind | undefined): string | undefined {
  const conditions = [tab?.filter, kind && `kind = '${kind}'`].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}
