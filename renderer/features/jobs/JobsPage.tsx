import { Select } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type Job, JobKind } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Elapsed } from '../../components/Elapsed.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { kindLabels } from './job-kinds.ts';
import { jobFilter, jobTabs } from './job-tabs.ts';

const columns: readonly DataColumn<Job>[] = [
  {
    id: 'title',
    header: 'Job',
    width: 300,
    grow: true,
    sortKey: 'title',
    cell: (job) => (
      <AppLink look="plain" href={paths.job(job.id)} tabIndex={-1}>
        {job.title}
      </AppLink>
    ),
  },
  { id: 'kind', header: 'Kind', width: 120, sortKey: 'kind', cell: (job) => kindLabels[job.kind] },
  {
    id: 'state',
    header: 'State',
    width: 130,
    sortKey: 'state',
    cell: (job) => <StatusBadge status={job.state} />,
  },
  {
    id: 'progress',
    header: 'Progress',
    width: 300,
    cell: (job) =>
      job.state === 'running' ? (
        <ProgressCell job={job} />
      ) : (
        <span className="a-dim" title={job.error?.message}>
          {job.error?.message ?? job.progress.message}
        </span>
      ),
  },
  {
    id: 'created',
    header: 'Created',
    width: 120,
    sortKey: 'createdAtMs',
    cell: (job) => <RelativeTime timeMs={job.createdAtMs} />,
  },
  {
    id: 'elapsed',
    header: 'Took',
    width: 100,
    align: 'right',
    cell: (job) => <Elapsed startedAtMs={job.startedAtMs} endedAtMs={job.endedAtMs} />,
  },
  {
    id: 'attempt',
    header: 'Attempt',
    width: 84,
    align: 'right',
    sortKey: 'attempt',
    cell: (job) => `${job.attempt} of ${job.maxAttempts}`,
  },
];

function ProgressCell({ job }: { job: Job }) {
  return (
    <span style={{ display: 'grid', gridTemplateColumns: '110px 1fr', gap: 10, alignItems: 'center' }}>
      <JobProgress job={job} look="bar" />
      <span className="a-truncate a-dim" title={job.progress.message}>
        {job.progress.message}
      </span>
    </span>
  );
}

/** Everything that runs, waits or ran, with the dead letters. */
export function JobsPage() {
  const router = useRouter();
  const navigate = useNavigate({ from: '/jobs' });
  const search = useSearch({ from: '/jobs' });
  const tab = jobTabs.find((one) => one.id === search.tab) ?? jobTabs[0];
  const kind = JobKind.options.find((one) => one === search.kind);
  const filter = jobFilter(tab, kind);
  const sort = search.sort;
  const list = useCursorList(keys.list('jobs', { filter, sort }), (cursor, signal) =>
    client.jobs.list({ query: { filter, sort, cursor, limit: 100 }, signal }),
  );
  const tabs = useTabsWithCounts();
  const open = useCallback((job: Job) => router.history.push(paths.job(job.id)), [router]);
  return (
    <Page layout="fill">
      <PageHeader
        title="Jobs"
        description="Imports, trainings, drift reports and exports, each in a process of its own."
      />
      <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap', justifyContent: 'space-between' }}>
        <Tabs
          label="State"
          items={tabs}
          value={tab?.id ?? 'all'}
          onChange={(id) =>
            navigate({ search: { ...search, tab: id === 'all' ? undefined : id }, replace: true })
          }
        />
        <Select
          aria-label="Kind"
          placeholder="Every kind"
          clearable
          data={JobKind.options.map((value) => ({ value, label: kindLabels[value] }))}
          value={kind ?? null}
          onChange={(value) => navigate({ search: { ...search, kind: value ?? undefined }, replace: true })}
          w={160}
        />
      </div>
      <Panel padding="none" grow>
        <DataTable
          label="Jobs"
          isMain
          columns={columns}
          rows={list.items}
          rowId={(job) => job.id}
          onOpen={open}
          sort={sort ?? '-createdAtMs'}
          onSort={(next) => navigate({ search: { ...search, sort: next }, replace: true })}
          isPending={list.isPending}
          error={list.error}
          retry={list.refetch}
          hasMore={list.hasMore}
          onEndReached={list.loadMore}
          empty={
            <EmptyState icon={IconListDetails} title={tab?.empty ?? 'No jobs'}>
              {tab?.id === 'dead'
                ? 'Jobs that failed on their last attempt would wait here, with their error and log, to be tried again.'
                : 'Import data, train a model or compare two dataset versions: it runs as a job and shows up here.'}
            </EmptyState>
          }
        />
      </Panel>
    </Page>
  );
}

/** Says how many jobs need a look: the active and the dead ones. */
function useTabsWithCounts(): TabItem[] {
  const info = useQuery({
    queryKey: keys.workspace,
    queryFn: ({ signal }) => client.workspace.info({ signal }),
  });
  const counts = info.data?.counts;
  return useMemo(() => {
    const shown: Record<string, number> = counts
      ? { active: counts.jobsRunning + counts.jobsQueued, dead: counts.jobsDead }
      : {};
    return jobTabs.map(({ id, label }) => {
      const count = shown[id] ?? 0;
      return { id, label, ...(count > 0 ? { note: formatCount(count) } : {}) };
    });
  }, [counts]);
}
