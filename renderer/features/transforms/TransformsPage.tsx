import { IconPlus, IconTransform } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Transform } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import type { DataColumn } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { inputNames } from './draft.ts';
import { StateBadge } from './transform-state.tsx';

const columns: readonly DataColumn<Transform>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 200,
    grow: true,
    sortKey: 'name',
    cell: (row) => (
      <AppLink look="plain" href={paths.transform(row.name)} tabIndex={-1}>
        {row.name}
      </AppLink>
    ),
  },
  { id: 'state', header: 'State', width: 110, cell: (row) => <StateBadge state={row.state} /> },
  {
    id: 'inputs',
    header: 'Reads',
    width: 200,
    grow: true,
    cell: (row) => inputNames(row.definition).join(', '),
  },
  { id: 'output', header: 'Writes', width: 180, grow: true, cell: (row) => row.definition.output },
  {
    id: 'how',
    header: 'How',
    width: 110,
    cell: (row) => (row.definition.sql === undefined ? `${row.definition.steps?.length ?? 0} steps` : 'SQL'),
  },
  { id: 'version', header: 'Version', width: 80, align: 'right', cell: (row) => row.version },
  {
    id: 'auto',
    header: 'By itself',
    width: 90,
    cell: (row) => (row.auto ? 'yes' : <span className="a-dim">no</span>),
  },
  {
    id: 'last',
    header: 'Last run',
    width: 120,
    cell: (row) => (row.lastRun ? <RelativeTime timeMs={row.lastRun.createdAtMs} /> : '–'),
  },
];

/** Every transform, and whether what it made is up to date. */
export function TransformsPage() {
  const navigate = useNavigate({ from: '/transforms' });
  const { filter, sort } = useSearch({ from: '/transforms' });
  const list = useCursorList(keys.list('transforms', { filter, sort }), (cursor, signal) =>
    client.transforms.list({ query: { filter, sort, cursor, limit: 100 }, signal }),
  );
  const create = (
    <ButtonLink href={paths.newTransform()} leftSection={<IconPlus size={15} />}>
      New transform
    </ButtonLink>
  );
  return (
    <ListPage
      title="Transforms"
      description="Datasets made from datasets, by steps or SQL. The same work over the same data is done once."
      actions={create}
      filter={{ label: 'Filter transforms', placeholder: "name ilike '%flights%' and auto = true" }}
      search={{ filter, sort: sort ?? 'name' }}
      onSearch={(change) => void navigate({ search: { filter, sort, ...change }, replace: true })}
      list={list}
      columns={columns}
      rowId={(row) => row.id}
      hrefOf={(row) => paths.transform(row.name)}
      empty={
        <EmptyState
          icon={IconTransform}
          title={filter ? 'No transform matches the filter' : 'No transforms yet'}
          action={
            filter ? null : (
              <>
                {create}
                <ButtonLink variant="default" href={paths.newTransform({ example: 'flights' })}>
                  Start from an example
                </ButtonLink>
              </>
            )
          }
        >
          {filter
            ? 'Change the filter, or clear it to see every transform.'
            : 'Filter, derive, join, aggregate, sample or split a dataset into a new one. It is run again when its input gets a new version. The example makes a table of delays by airport from the sample flights.'}
        </EmptyState>
      }
    />
  );
}
