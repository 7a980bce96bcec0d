import { Button, Group, Switch } from '@mantine/core';
import { IconActivity, IconCloudDownload, IconGitCompare } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toastFault, toastWithUndo } from '../../components/toasts.tsx';
import { VersionVerdict } from '../validation/index.ts';
import { DeletedVersions, useDeletedVersions } from './DeletedVersions.tsx';
import { PullVersionDialog, PushVersionDialog } from './TransferDialogs.tsx';
import { VersionDialog } from './VersionDialog.tsx';

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
  const [edited, setEdited] = useState<DatasetVersion | null>(null);
  const [pushed, setPushed] = useState<DatasetVersion | null>(null);
  const [isPulling, setPulling] = useState(false);
  const [showsDeleted, setShowsDeleted] = useState(false);
  const deleted = useDeletedVersions(current.dataset).data?.items.length ?? 0;
  const columns = useMemo((): DataColumn<DatasetVersion>[] => {
    const refresh = () => cache.invalidateQueries({ queryKey: ['datasets'] });
    const remove = async (version: DatasetVersion) => {
      const at = { params: { versionId: version.id } };
      try {
        await client.datasets.deleteVersion(at);
        toastWithUndo(`Version ${version.version} of ${version.dataset} was deleted`, async () => {
          await client.datasetVersions.restore(at);
          await refresh();
        });
        await refresh();
      } catch (thrown) {
        toastFault(thrown);
      }
    };
    return [
      { id: 'version', header: 'Version', width: 66, cell: (version) => <strong>v{version.version}</strong> },
      {
        id: 'names',
        header: 'Names',
        width: 105,
        cell: ({ aliases }) =>
          aliases.map((name) => (
            <ToneBadge key={name} tone="info">
              {name}
            </ToneBadge>
          )),
      },
      {
        id: 'verdict',
        header: 'Checked',
        width: 92,
        cell: (version) => <VersionVerdict versionId={version.id} />,
      },
      {
        id: 'made',
        header: 'Made',
        width: 92,
        cell: (version) => <RelativeTime timeMs={version.createdAtMs} />,
      },
      {
        id: 'rows',
        header: 'Rows',
        width: 80,
        align: 'right',
        cell: (version) => formatCount(version.rows),
      },
      {
        id: 'bad',
        header: 'Set aside',
        width: 72,
        align: 'right',
        cell: (version) => formatCount(version.badRows),
      },
      {
        id: 'columns',
        header: 'Columns',
        width: 72,
        align: 'right',
        cell: (version) => formatCount(version.columns.length),
      },
      {
        id: 'size',
        header: 'Size',
        width: 75,
        align: 'right',
        cell: (version) => formatBytes(version.sizeBytes),
      },
      {
        id: 'added',
        header: 'Stored anew',
        width: 92,
        align: 'right',
        cell: (version) => (
          <span title="The rest lies in files that older versions have too">
            {formatBytes(version.addedBytes)}
          </span>
        ),
      },
      { id: 'source', header: 'From', width: 110, cell: (version) => version.sourceName },
      { id: 'note', header: 'Note', width: 90, grow: true, cell: (version) => version.note },
      { id: 'digest', header: 'Digest', width: 100, cell: (version) => <Digest value={version.digest} /> },
      {
        id: 'actions',
        header: 'Actions',
        width: 175,
        cell: (version) => (
          <Group gap={4} wrap="nowrap">
            <Button size="compact-xs" variant="default" onClick={() => setEdited(version)}>
              Name
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => setPushed(version)}>
              Push
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => void remove(version)}>
              Delete
            </Button>
          </Group>
        ),
      },
    ];
  }, [cache]);
  const [newer, older] = versions.filter((version) => selected.has(version.id));
  const canCompare = selected.size === 2 && newer !== undefined && older !== undefined;
  const diff = (from: DatasetVersion, to: DatasetVersion) =>
    router.history.push(
      paths.datasetDiff(to.dataset, { from: String(from.version), to: String(to.version) }),
    );
  const drift = () => {
    if (canCompare) router.history.push(paths.newDrift({ reference: older.id, current: newer.id }));
  };
  const why = canCompare ? undefined : 'Select two versions';
  return (
    <>
      <Panel
        title="Versions"
        padding="none"
        grow
        aside={
          <Group gap="xs" wrap="nowrap">
            {deleted === 0 ? null : (
              <Switch
                size="xs"
                label={`Show ${formatCount(deleted)} deleted`}
                checked={showsDeleted}
                onChange={(event) => setShowsDeleted(event.currentTarget.checked)}
              />
            )}
            <Button
              variant="default"
              leftSection={<IconCloudDownload size={15} />}
              onClick={() => setPulling(true)}
            >
              Pull
            </Button>
            <Button
              leftSection={<IconGitCompare size={15} />}
              disabled={!canCompare}
              title={why}
              onClick={() => {
                if (canCompare) diff(older, newer);
              }}
            >
              {canCompare ? `What changed v${older.version} → v${newer.version}` : 'Select two to compare'}
            </Button>
            <Button
              variant="default"
              leftSection={<IconActivity size={15} />}
              disabled={!canCompare}
              title={why}
              onClick={drift}
            >
              Drift
            </Button>
          </Group>
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
          rowKeys={[
            {
              keys: 'd',
              label: 'What changed since the version before',
              run: (version) => {
                const before = versions[versions.indexOf(version) + 1];
                if (before !== undefined) diff(before, version);
              },
            },
            { keys: 'n', label: 'Name or note', run: setEdited },
            { keys: 'p', label: 'Push to a target', run: setPushed },
          ]}
        />
        {edited === null ? null : (
          <VersionDialog key={edited.id} version={edited} onClose={() => setEdited(null)} />
        )}
        {pushed === null ? null : (
          <PushVersionDialog key={pushed.id} version={pushed} onClose={() => setPushed(null)} />
        )}
        {isPulling ? <PullVersionDialog dataset={current.dataset} onClose={() => setPulling(false)} /> : null}
      </Panel>
      {showsDeleted ? <DeletedVersions dataset={current.dataset} /> : null}
    </>
  );
}
