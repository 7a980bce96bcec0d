import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';

/** Deleted versions of a dataset that can still be restored. */
export function useDeletedVersions(dataset: string) {
  return useQuery({
    queryKey: keys.part('datasets', dataset, 'versions', 'deleted'),
    queryFn: ({ signal }) =>
      client.datasetVersions.deleted({
        query: { filter: `dataset = '${dataset.replaceAll("'", "''")}'`, sort: '-deletedAtMs', limit: 200 },
        signal,
      }),
  });
}

/** Versions that were deleted, with the way back. Shows nothing where there are none. */
export function DeletedVersions({ dataset }: { dataset: string }) {
  const cache = useQueryClient();
  const { data } = useDeletedVersions(dataset);
  if (data === undefined || data.items.length === 0) return null;
  const restore = async ({ id, version }: DatasetVersion) => {
    try {
      await client.datasetVersions.restore({ params: { versionId: id } });
      await cache.invalidateQueries({ queryKey: ['datasets'] });
      toast({ title: `Version ${version} of ${dataset} is back`, tone: 'good' });
    } catch (thrown) {
      toastFault(thrown);
    }
  };
  const columns: DataColumn<DatasetVersion>[] = [
    { id: 'version', header: 'Version', width: 70, cell: ({ version }) => <strong>v{version}</strong> },
    {
      id: 'deleted',
      header: 'Deleted',
      width: 110,
      cell: ({ deletedAtMs }) => <RelativeTime timeMs={deletedAtMs ?? 0} />,
    },
    { id: 'rows', header: 'Rows', width: 90, align: 'right', cell: ({ rows }) => formatCount(rows) },
    {
      id: 'size',
      header: 'Size',
      width: 85,
      align: 'right',
      cell: ({ sizeBytes }) => formatBytes(sizeBytes),
    },
    { id: 'source', header: 'From', width: 150, cell: ({ sourceName }) => sourceName },
    { id: 'note', header: 'Note', width: 120, grow: true, cell: ({ note }) => note },
    {
      id: 'actions',
      header: 'Actions',
      width: 100,
      cell: (version) => (
        <Button size="compact-xs" variant="default" onClick={() => void restore(version)}>
          Restore
        </Button>
      ),
    },
  ];
  return (
    <Panel
      title="Deleted"
      padding="none"
      aside={<span className="a-dim">Kept until the trash is emptied; then for good</span>}
    >
      <DataTable
        label="Deleted versions"
        columns={columns}
        rows={data.items}
        rowId={({ id }) => id}
        maxHeight={240}
      />
    </Panel>
  );
}
