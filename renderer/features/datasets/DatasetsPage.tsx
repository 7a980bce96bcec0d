import { Button } from '@mantine/core';
import { IconCloudDownload, IconDatabase, IconUpload } from '@tabler/icons-react';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Dataset } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { AppLink } from '../../components/AppLink.tsx';
import type { DataColumn } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { VersionVerdict } from '../validation/index.ts';
import { PullVersionDialog } from './TransferDialogs.tsx';

const columns: readonly DataColumn<Dataset>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 220,
    grow: true,
    sortKey: 'name',
    cell: (dataset) => (
      <AppLink look="plain" href={paths.dataset(dataset.name)} tabIndex={-1}>
        {dataset.name}
      </AppLink>
    ),
  },
  {
    id: 'description',
    header: 'Description',
    width: 260,
    grow: true,
    cell: (dataset) => <span className="a-dim">{dataset.description}</span>,
  },
  {
    id: 'version',
    header: 'Newest',
    width: 80,
    align: 'right',
    cell: (dataset) => (dataset.latest ? `v${dataset.latest.version}` : '–'),
  },
  {
    id: 'verdict',
    header: 'Checked',
    width: 100,
    cell: ({ latest }) => (latest ? <VersionVerdict versionId={latest.id} /> : null),
  },
  {
    id: 'versions',
    header: 'Versions',
    width: 90,
    align: 'right',
    sortKey: 'versions',
    cell: (dataset) => formatCount(dataset.versions),
  },
  {
    id: 'rows',
    header: 'Rows',
    width: 110,
    align: 'right',
    cell: (dataset) => formatCount(dataset.latest?.rows),
  },
  {
    id: 'columns',
    header: 'Columns',
    width: 90,
    align: 'right',
    cell: (dataset) => formatCount(dataset.latest?.columns.length),
  },
  {
    id: 'size',
    header: 'Size',
    width: 90,
    align: 'right',
    cell: (dataset) => formatBytes(dataset.latest?.sizeBytes),
  },
  {
    id: 'updated',
    header: 'Changed',
    width: 120,
    sortKey: 'updatedAtMs',
    cell: (dataset) => <RelativeTime timeMs={dataset.updatedAtMs} />,
  },
];

/** Every dataset of the workspace. */
export function DatasetsPage() {
  const router = useRouter();
  const navigate = useNavigate({ from: '/datasets' });
  const { filter, sort } = useSearch({ from: '/datasets' });
  const list = useCursorList(keys.list('datasets', { filter, sort }), (cursor, signal) =>
    client.datasets.list({ query: { filter, sort, cursor, limit: 100 }, signal }),
  );
  const [isPulling, setPulling] = useState(false);
  const goImport = () => router.history.push(paths.importDataset());
  useShortcuts([{ keys: 'n', label: 'Import data', group: 'Datasets', run: goImport }]);
  const importButton = (
    <Button leftSection={<IconUpload size={15} />} onClick={goImport}>
      Import data
    </Button>
  );
  return (
    <>
      <ListPage
        title="Datasets"
        description="Tables with versions that never change: what a model learnt from can always be looked at again."
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconCloudDownload size={15} />}
              onClick={() => setPulling(true)}
            >
              Pull from a target
            </Button>
            {importButton}
          </>
        }
        filter={{ label: 'Filter datasets', placeholder: "name like 'flights%' order by updatedAtMs desc" }}
        search={{ filter, sort }}
        onSearch={(change) => void navigate({ search: { filter, sort, ...change }, replace: true })}
        list={list}
        columns={columns}
        rowId={(dataset) => dataset.name}
        hrefOf={(dataset) => paths.dataset(dataset.name)}
        empty={
          <EmptyState
            icon={IconDatabase}
            title={filter ? 'No dataset matches the filter' : 'No datasets yet'}
            action={filter ? null : importButton}
          >
            {filter
              ? 'Change the filter, or clear it to see every dataset.'
              : 'Import a CSV, TSV, JSON, JSONL or Parquet file, or start with a sample set. Nothing leaves this machine.'}
          </EmptyState>
        }
      />
      {isPulling ? <PullVersionDialog onClose={() => setPulling(false)} /> : null}
    </>
  );
}
