import { useQueryClient } from '@tanstack/react-query';
import { describeRoute, type EndpointChange } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { NO_VALUE } from '../../app/format.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { useEndpointChanges } from './endpoints-queries.ts';

const kinds: Record<EndpointChange['kind'], string> = {
  create: 'made',
  update: 'changed',
  pause: 'paused',
  resume: 'resumed',
  promote: 'canary promoted',
  rollback: 'canary rolled back',
  undo: 'last change taken back',
};

const columns: readonly DataColumn<EndpointChange>[] = [
  { id: 'at', header: 'When', width: 120, cell: (change) => <RelativeTime timeMs={change.atMs} /> },
  { id: 'kind', header: 'What', width: 160, cell: (change) => kinds[change.kind] },
  { id: 'actor', header: 'Who', width: 110, cell: (change) => change.actor },
  { id: 'route', header: 'Answered by since', width: 260, cell: ({ after }) => describeRoute(after.route) },
  { id: 'reason', header: 'Why', width: 280, grow: true, cell: (change) => change.reason || NO_VALUE },
];

/** Who changed what and why, newest first. */
export function HistoryTab({ name }: { name: string }) {
  const cache = useQueryClient();
  const changes = useEndpointChanges(name);
  const items = changes.data?.items ?? [];
  const undo = async () => {
    try {
      await client.endpoints.undo({ params: { name }, body: {} });
      await cache.invalidateQueries({ queryKey: ['endpoints'] });
    } catch (thrown) {
      toastFault(thrown);
    }
  };
  return (
    <Panel
      title="History"
      padding="none"
      aside={
        items.length > 1 ? (
          <ConfirmButton
            size="xs"
            question={`Take back the last change (${kinds[items[0]?.kind ?? 'update']})?`}
            confirmLabel="Take it back"
            onConfirm={() => void undo()}
          >
            Undo the last change
          </ConfirmButton>
        ) : null
      }
    >
      <DataTable
        label="Changes of the endpoint"
        columns={columns}
        rows={items}
        rowId={({ id }) => String(id)}
        isPending={changes.isPending}
        error={changes.error}
        retry={() => void changes.refetch()}
        maxHeight={560}
        empty={<EmptyState title="No changes" />}
      />
    </Panel>
  );
}
