import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Push } from '../../../local-api/contract/index.ts';
import { formatBytes, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { PushState } from './PushState.tsx';
import { ReceiptDialog } from './ReceiptDialog.tsx';
import { usePushes } from './targets-queries.ts';

const rowId = (push: Push) => push.id;

/** Every push with its receipt and what is there now. */
export function PushesTable() {
  const query = usePushes();
  const [openId, setOpenId] = useState<string | null>(null);
  const columns = useMemo(() => pushColumns(setOpenId), []);
  return (
    <>
      <DataTable
        label="Pushes"
        columns={columns}
        rows={query.data?.items ?? []}
        rowId={rowId}
        onOpen={({ id }) => setOpenId(id)}
        isPending={query.isPending}
        error={query.error}
        retry={() => void query.refetch()}
        maxHeight={420}
        empty={
          <EmptyState title="Nothing was pushed yet">
            Open a version of a model and choose Push: you see what would be sent before anything is.
          </EmptyState>
        }
      />
      {openId === null ? null : <ReceiptDialog pushId={openId} onClose={() => setOpenId(null)} />}
    </>
  );
}

function pushColumns(open: (id: string) => void): DataColumn<Push>[] {
  return [
    {
      id: 'version',
      header: 'Version',
      width: 200,
      grow: true,
      cell: (push) => (
        <AppLink href={paths.model(push.model, { version: push.version })}>
          {push.model} {push.version}
        </AppLink>
      ),
    },
    { id: 'target', header: 'Target', width: 150, cell: (push) => push.target },
    { id: 'state', header: 'State', width: 190, cell: (push) => <PushState push={push} /> },
    {
      id: 'verified',
      header: 'Verified',
      width: 100,
      cell: ({ verification }) => (verification === null ? NO_VALUE : verification.ok ? 'by use' : 'failed'),
    },
    {
      id: 'sent',
      header: 'Sent',
      width: 100,
      align: 'right',
      cell: ({ receipt }) => (receipt === null ? NO_VALUE : formatBytes(receipt.bytesSent)),
    },
    { id: 'by', header: 'By', width: 100, cell: (push) => push.by },
    { id: 'when', header: 'When', width: 120, cell: (push) => <RelativeTime timeMs={push.createdAtMs} /> },
    {
      id: 'receipt',
      header: 'Receipt',
      width: 90,
      cell: (push) => (
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={(event) => {
            event.stopPropagation();
            open(push.id);
          }}
        >
          Show
        </Button>
      ),
    },
  ];
}
