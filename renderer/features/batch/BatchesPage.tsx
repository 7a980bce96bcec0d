import { IconCalendarTime, IconPlus, IconTableImport } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { BatchPrediction } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import type { DataColumn } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';

const columns: readonly DataColumn<BatchPrediction>[] = [
  {
    id: 'state',
    header: 'State',
    width: 120,
    sortKey: 'state',
    cell: ({ state }) => <StatusBadge status={state} />,
  },
  {
    id: 'source',
    header: 'Rows of',
    width: 220,
    grow: true,
    sortKey: 'sourceName',
    cell: ({ id, sourceName }) => (
      <AppLink look="plain" href={paths.batch(id)} tabIndex={-1}>
        {sourceName}
      </AppLink>
    ),
  },
  {
    id: 'model',
    header: 'Model',
    width: 200,
    grow: true,
    sortKey: 'model',
    cell: ({ model, version }) => `${model} ${version}`,
  },
  {
    id: 'predicted',
    header: 'Predicted',
    width: 110,
    align: 'right',
    sortKey: 'predicted',
    cell: ({ predicted }) => formatCount(predicted),
  },
  {
    id: 'rejected',
    header: 'Kept aside',
    width: 110,
    align: 'right',
    sortKey: 'rejected',
    cell: ({ rejected }) => formatCount(rejected),
  },
  {
    id: 'speed',
    header: 'Rows a second',
    width: 130,
    align: 'right',
    sortKey: 'rowsPerSecond',
    cell: ({ rowsPerSecond }) => formatCount(rowsPerSecond),
  },
  {
    id: 'created',
    header: 'Asked for',
    width: 120,
    sortKey: 'createdAtMs',
    cell: ({ createdAtMs }) => <RelativeTime timeMs={createdAtMs} />,
  },
];

/** Every table that was predicted. */
export function BatchesPage() {
  const navigate = useNavigate({ from: '/batches' });
  const { filter, sort } = useSearch({ from: '/batches' });
  const list = useCursorList(keys.list('batch-predictions', { filter, sort }), (cursor, signal) =>
    client.batchPredictions.list({ query: { filter, sort, cursor, limit: 100 }, signal }),
  );
  const create = (
    <ButtonLink href={paths.newBatch()} leftSection={<IconPlus size={15} />}>
      New batch
    </ButtonLink>
  );
  return (
    <ListPage
      title="Batches"
      description="Predictions for whole tables, kept as files. The same model and data give the same bytes."
      actions={
        <>
          <ButtonLink href={paths.schedules} variant="default" leftSection={<IconCalendarTime size={15} />}>
            Schedules
          </ButtonLink>
          {create}
        </>
      }
      filter={{ label: 'Filter batches', placeholder: "state = 'succeeded' and model = 'late-flights'" }}
      search={{ filter, sort: sort ?? '-createdAtMs' }}
      onSearch={(change) => void navigate({ search: { filter, sort, ...change }, replace: true })}
      list={list}
      columns={columns}
      rowId={({ id }) => id}
      hrefOf={({ id }) => paths.batch(id)}
      empty={
        <EmptyState
          icon={IconTableImport}
          title={filter ? 'No batch matches the filter' : 'Nothing was predicted in batches yet'}
          action={filter ? null : create}
        >
          {filter
            ? 'Change the filter, or clear it to see every batch.'
            : 'Choose a model and a dataset or a file: every row is predicted, millions of them too, and rows that do not fit are kept aside with the reason.'}
        </EmptyState>
      }
    />
  );
}
