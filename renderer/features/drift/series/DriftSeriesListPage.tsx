import { Button } from '@mantine/core';
import { IconActivity, IconPlus } from '@tabler/icons-react';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import type { DriftSeriesRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatCount } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { keys, useCursorList } from '../../../app/queries.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import type { DataColumn } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ListPage } from '../../../components/ListPage.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { DriftVerdict } from '../DriftVerdict.tsx';

const columns: readonly DataColumn<DriftSeriesRow>[] = [
  {
    id: 'verdict',
    header: 'Last part',
    width: 120,
    sortKey: 'drifted',
    cell: (row) => <DriftVerdict drifted={row.drifted} />,
  },
  {
    id: 'current',
    header: 'Current',
    width: 240,
    grow: true,
    cell: (row) => (
      <AppLink look="plain" href={paths.driftSeries(row.id)} tabIndex={-1}>
        {row.currentName}
      </AppLink>
    ),
  },
  { id: 'reference', header: 'Reference', width: 220, grow: true, cell: (row) => row.referenceName },
  { id: 'every', header: 'Cut', width: 140, cell: (row) => row.every },
  { id: 'chunks', header: 'Parts', width: 80, align: 'right', cell: (row) => formatCount(row.chunks) },
  {
    id: 'columns',
    header: 'Columns outside',
    width: 140,
    align: 'right',
    sortKey: 'driftedColumns',
    cell: (row) => `${row.driftedColumns} of ${row.totalColumns}`,
  },
  {
    id: 'created',
    header: 'Made',
    width: 120,
    sortKey: 'createdAtMs',
    cell: (row) => <RelativeTime timeMs={row.createdAtMs} />,
  },
];

/** Every comparison over time that was made. */
export function DriftSeriesListPage() {
  const router = useRouter();
  const navigate = useNavigate({ from: '/drift/over-time' });
  const { filter, sort } = useSearch({ from: '/drift/over-time' });
  const list = useCursorList(keys.list('drift-series', { filter, sort }), (cursor, signal) =>
    client.driftSeries.list({ query: { filter, sort, cursor, limit: 100 }, signal }),
  );
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => router.history.push(paths.newDrift())}>
      New comparison
    </Button>
  );
  return (
    <ListPage
      title="Drift over time"
      description="Each part of newer data (a day, a week, so many rows) against one reference."
      actions={create}
      filter={{ label: 'Filter comparisons over time', placeholder: 'drifted = true and chunks > 10' }}
      search={{ filter, sort: sort ?? '-createdAtMs' }}
      onSearch={(change) => void navigate({ search: { filter, sort, ...change }, replace: true })}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      hrefOf={(row) => paths.driftSeries(row.id)}
      empty={
        <EmptyState
          icon={IconActivity}
          title={filter ? 'None matches the filter' : 'Nothing was compared over time yet'}
          action={filter ? null : create}
        >
          {filter
            ? 'Change the filter, or clear it to see all.'
            : 'Choose a reference and newer data with a column of time, or logged requests, and compare them “Over time”.'}
        </EmptyState>
      }
    />
  );
}
