import type { ReleaseTransition } from '../../../../local-api/contract/index.ts';
import { NO_VALUE } from '../../../app/format.ts';
import { type DataColumn, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { pushText } from './push-text.ts';
import { useReleaseHistory } from './releases-queries.ts';

const kinds: Record<ReleaseTransition['kind'], string> = {
  promote: 'promoted',
  rollback: 'rolled back',
  withdraw: 'taken out',
  approve: 'approved',
  disapprove: 'approval taken back',
  deprecate: 'deprecated',
  undeprecate: 'deprecation taken back',
};

const columns: readonly DataColumn<ReleaseTransition>[] = [
  { id: 'at', header: 'When', width: 110, cell: (line) => <RelativeTime timeMs={line.atMs} /> },
  { id: 'kind', header: 'What', width: 150, cell: (line) => kinds[line.kind] },
  { id: 'version', header: 'Version', width: 80, cell: (line) => line.version },
  { id: 'from', header: 'Before', width: 80, cell: (line) => line.from ?? NO_VALUE },
  { id: 'environment', header: 'Environment', width: 110, cell: (line) => line.environment ?? NO_VALUE },
  { id: 'actor', header: 'Who', width: 110, cell: (line) => line.actor },
  {
    id: 'reason',
    header: 'Why',
    width: 240,
    grow: true,
    cell: (line) => whyOf(line) || NO_VALUE,
  },
];

function whyOf({ reason, overrideReason, pushes }: ReleaseTransition): string {
  const override = overrideReason === null ? '' : `gates overridden: ${overrideReason}`;
  return [reason, override, ...pushes.map(pushText)].filter((part) => part !== '').join('; ');
}

/** Everything that was done about the releases of a model, newest first. */
export function HistoryTab({ model }: { model: string }) {
  const history = useReleaseHistory(model);
  return (
    <Panel title="History" padding="none">
      <DataTable
        label="History of releases"
        columns={columns}
        rows={history.items}
        rowId={(line) => line.id}
        isPending={history.isPending}
        error={history.error}
        retry={history.refetch}
        hasMore={history.hasMore}
        onEndReached={history.loadMore}
        maxHeight={520}
        empty={
          <EmptyState title="Nothing yet">Promotions, rollbacks and approvals will stand here.</EmptyState>
        }
      />
    </Panel>
  );
}
