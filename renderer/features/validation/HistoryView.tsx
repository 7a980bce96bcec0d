import { useMemo } from 'react';
import type { DataValidationRow } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatDuration } from '../../app/format.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { VerdictBadge } from './VerdictBadge.tsx';

const number = (
  header: string,
  id: 'failed' | 'warned' | 'unknown' | 'rules' | 'rows',
): DataColumn<DataValidationRow> => ({
  id,
  header,
  width: 96,
  align: 'right',
  cell: (row) => formatCount(row[id]),
});

const columns: readonly DataColumn<DataValidationRow>[] = [
  { id: 'data', header: 'Data', width: 150, grow: true, cell: (row) => <strong>{row.dataName}</strong> },
  { id: 'verdict', header: 'Verdict', width: 110, cell: (row) => <VerdictBadge verdict={row.verdict} /> },
  number('Broken', 'failed'),
  number('Warnings', 'warned'),
  number('Unknown', 'unknown'),
  number('Rules', 'rules'),
  number('Rows', 'rows'),
  {
    id: 'schema',
    header: 'Schema',
    width: 90,
    cell: (row) =>
      `${row.schemaVersion === null ? 'sent along' : `v${row.schemaVersion}`}${row.environment === 'training' ? '' : `, ${row.environment}`}`,
  },
  {
    id: 'trigger',
    header: 'Why',
    width: 90,
    cell: (row) =>
      row.versionId === null ? 'refused' : row.trigger === 'import' ? 'new version' : row.trigger,
  },
  {
    id: 'seconds',
    header: 'Took',
    width: 80,
    align: 'right',
    cell: (row) => formatDuration(row.seconds * 1000),
  },
  { id: 'made', header: 'When', width: 110, cell: (row) => <RelativeTime timeMs={row.createdAtMs} /> },
];

/** Every check of a dataset, newest first; those of imports that were refused, too. */
export function HistoryView({ dataset, onOpen }: { dataset: string; onOpen: (id: string) => void }) {
  const filter = `dataset = '${dataset.replaceAll("'", "''")}'`;
  const list = useCursorList(keys.list('data-validations', { filter }), (cursor, signal) =>
    client.dataValidations.list({
      query: { filter, limit: 100, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    }),
  );
  const empty = useMemo(
    () => (
      <EmptyState title="Nothing has been checked yet">
        Save a schema; new versions are then checked by themselves.
      </EmptyState>
    ),
    [],
  );
  return (
    <Panel title="Checks" padding="none">
      <DataTable
        label="Checks"
        isMain
        columns={columns}
        rows={list.items}
        rowId={(row) => row.id}
        isPending={list.isPending}
        error={list.error}
        retry={list.refetch}
        empty={empty}
        hasMore={list.hasMore}
        onEndReached={list.loadMore}
        maxHeight={Math.min(620, 40 + Math.max(list.items.length, 3) * 38)}
        onOpen={(row) => onOpen(row.id)}
      />
    </Panel>
  );
}
