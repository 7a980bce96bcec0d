import { Button } from '@mantine/core';
import { IconActivity, IconPlus } from '@tabler/icons-react';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import type { DriftReportRow } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatDuration } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import type { DataColumn } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { DriftVerdict } from './DriftVerdict.tsx';

const columns: readonly DataColumn<DriftReportRow>[] = [
  {
    id: 'verdict',
    header: 'Verdict',
    width: 120,
    sortKey: 'drifted',
    cell: (row) => <DriftVerdict drifted={row.drifted} />,
  },
  {
    id: 'reference',
    header: 'Reference',
    width: 220,
    grow: true,
    cell: (row) => (
      <AppLink look="plain" href={paths.driftReport(row.id)} tabIndex={-1}>
        {row.referenceName}
      </AppLink>
    ),
  },
  { id: 'current', header: 'Current', width: 220, grow: true, cell: (row) => row.currentName },
  {
    id: 'columns',
    header: 'Drifted columns',
    width: 140,
    align: 'right',
    sortKey: 'driftedColumns',
    cell: (row) => `${row.driftedColumns} of ${row.totalColumns}`,
  },
  {
    id: 'referenceRows',
    header: 'Reference rows',
    width: 130,
    align: 'right',
    cell: (row) => formatCount(row.referenceRows),
  },
  {
    id: 'currentRows',
    header: 'Current rows',
    width: 120,
    align: 'right',
    cell: (row) => formatCount(row.currentRows),
  },
  {
    id: 'seconds',
    header: 'Took',
    width: 90,
    align: 'right',
    cell: (row) => formatDuration(row.seconds * 1000),
  },
  {
    id: 'created',
    header: 'Made',
    width: 120,
    sortKey: 'createdAtMs',
    cell: (row) => <RelativeTime timeMs={row.createdAtMs} />,
  },
];

/** Every comparison of two dataset versions that was made. */
export function DriftReportsPage() {
  const router = useRouter();
  const navigate = useNavigate({ from: '/drift' });
  const { filter, sort } = useSearch({ from: '/drift' });
  const list = useCursorList(keys.list('drift-reports', { filter, sort }), (cursor, signal) =>
    client.driftReports.list({ query: { filter, sort, cursor, limit: 100 }, signal }),
  );
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => router.history.push(paths.newDrift())}>
      New drift report
    </Button>
  );
  return (
    <ListPage
      title="Drift"
      description="Has the data changed since the model learnt from it? Compares dataset versions, the data of models and logged requests."
      actions={
        <>
          <ButtonLink href={paths.driftOverTime}>Over time</ButtonLink>
          {create}
        </>
      }
      filter={{ label: 'Filter drift reports', placeholder: 'drifted = true and driftedColumns > 2' }}
      search={{ filter, sort: sort ?? '-createdAtMs' }}
      onSearch={(change) => void navigate({ search: { filter, sort, ...change }, replace: true })}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      hrefOf={(row) => paths.driftReport(row.id)}
      empty={
        <EmptyState
          icon={IconActivity}
          title={filter ? 'No report matches the filter' : 'No drift reports yet'}
          action={filter ? null : create}
        >
          {filter
            ? 'Change the filter, or clear it to see every report.'
            : 'Choose the data a model was trained on and newer data of the same kind: the report says which columns have changed, and how much.'}
        </EmptyState>
      }
    />
  );
}
