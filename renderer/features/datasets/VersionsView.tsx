import { Button } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { toastFault } from '../../components/toasts.tsx';

type Props = {
  versions: readonly DatasetVersion[];
  current: DatasetVersion;
  onShow: (change: { version: string; tab: undefined }) => void;
};

/** Every version, newest first. Two of them can be chosen and compared. */
export function VersionsView({ versions, current, onShow }: Props) {
  const router = useRouter();
  const cache = useQueryClient();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const columns = useMemo((): DataColumn<DatasetVersion>[] => {
    const remove = (version: DatasetVersion) =>
      client.datasets
        .deleteVersion({ params: { versionId: version.id } })
        .then(() => cache.invalidateQueries({ queryKey: keys.item('datasets', version.dataset) }))
        .catch(toastFault);
    return [
      { id: 'version', header: 'Version', width: 80, cell: (version) => <strong>v{version.version}</strong> },
      {
        id: 'made',
        header: 'Made',
        width: 110,
        cell: (version) => <RelativeTime timeMs={version.createdAtMs} />,
      },
      {
        id: 'rows',
        header: 'Rows',
        width: 110,
        align: 'right',
        cell: (version) => formatCount(version.rows),
      },
      {
        id: 'bad',
        header: 'Set aside',
        width: 90,
        align: 'right',
        cell: (version) => formatCount(version.badRows),
      },
      {
        id: 'columns',
        header: 'Columns',
        width: 90,
        align: 'right',
        cell: (version) => formatCount(version.columns.length),
      },
      {
        id: 'size',
        header: 'Size',
        width: 90,
        align: 'right',
        cell: (version) => formatBytes(version.sizeBytes),
      },
      { id: 'source', header: 'From', width: 190, cell: (version) => version.sourceName },
      { id: 'note', header: 'Note', width: 200, grow: true, cell: (version) => version.note },
      { id: 'digest', header: 'Digest', width: 120, cell: (version) => <Digest value={version.digest} /> },
      {
        id: 'delete',
        header: 'Actions',
        width: 90,
        cell: (version) => (
          <ConfirmButton
            size="compact-xs"
            question={`Delete version ${version.version}? Its rows are gone for good.`}
            confirmLabel="Delete"
            onConfirm={() => remove(version)}
          >
            Delete
          </ConfirmButton>
        ),
      },
    ];
  }, [cache]);
  const [newer, older] = versions.filter((version) => selected.has(version.id));
  const canCompare = selected.size === 2 && newer !== undefined && older !== undefined;
  const compare = () => {
    if (canCompare) router.history.push(paths.newDrift({ reference: older.id, current: newer.id }));
  };
  return (
    <Panel
      title="Versions"
      padding="none"
      grow
      aside={
        <Button
          variant="default"
          leftSection={<IconActivity size={15} />}
          disabled={!canCompare}
          title={canCompare ? undefined : 'Select two versions'}
          onClick={compare}
        >
          {canCompare ? `Drift v${older.version} → v${newer.version}` : 'Select two to compare'}
        </Button>
      }
    >
      <DataTable
        label="Versions"
        isMain
        columns={columns}
        rows={versions}
        rowId={(version) => version.id}
        currentId={current.id}
        selection={{ selected, onChange: setSelected }}
        onOpen={(version) => onShow({ version: String(version.version), tab: undefined })}
      />
    </Panel>
  );
}
