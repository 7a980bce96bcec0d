import { Button } from '@mantine/core';
import { IconDatabaseImport, IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Connection } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { ConnectionDialog } from './ConnectionDialog.tsx';
import classes from './connections.module.css';
import { useConnectionKinds, useConnections } from './connections-queries.ts';

const crumbs = [{ label: 'Datasets', href: paths.datasets }];
const rowId = (connection: Connection) => connection.id;

/** Databases, services and buckets that rows come from. */
export function ConnectionsPage() {
  const connections = useConnections();
  const kinds = useConnectionKinds();
  const cache = useQueryClient();
  const [open, setOpen] = useState<'new' | Connection | null>(null);
  const titles = useMemo(
    () => new Map((kinds.data?.items ?? []).map(({ kind, title }) => [kind, title])),
    [kinds.data],
  );
  const columns = useMemo(() => {
    const after = (work: Promise<unknown>) =>
      work.then(() => cache.invalidateQueries({ queryKey: ['connections'] })).catch(toastFault);
    return connectionColumns({
      titles,
      change: setOpen,
      check: (connection) =>
        void after(
          client.connections.check({ params: { connection: connection.id } }).then(({ ok, findings }) => {
            const fault = findings.find(({ level }) => level === 'error');
            if (ok) toast({ title: `${connection.name} can be reached`, tone: 'good' });
            else
              toast({ title: `${connection.name} cannot be used`, text: fault?.message ?? '', tone: 'bad' });
          }),
        ),
      remove: (connection) =>
        void after(
          client.connections
            .delete({ params: { connection: connection.id } })
            .then(() => toast({ title: `Removed ${connection.name}` })),
        ),
    });
  }, [titles, cache]);
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setOpen('new')}>
      New connection
    </Button>
  );
  return (
    <Page>
      <PageHeader
        title="Connections"
        crumbs={crumbs}
        description="Databases, services and buckets that rows come from. Passwords and keys stay sealed on this machine; datasets name only the connection."
        actions={
          <>
            <ButtonLink
              href={paths.importDataset()}
              variant="default"
              leftSection={<IconDatabaseImport size={15} />}
            >
              Import data
            </ButtonLink>
            {add}
          </>
        }
      />
      <Panel title="Connections" padding="none">
        <DataTable
          label="Connections"
          isMain
          columns={columns}
          rows={connections.data?.items ?? []}
          rowId={rowId}
          onOpen={setOpen}
          isPending={connections.isPending}
          error={connections.error}
          retry={() => void connections.refetch()}
          maxHeight={520}
          empty={
            <EmptyState icon={IconPlugConnected} title="No connections yet" action={add}>
              Set up a PostgreSQL, a MySQL, a web service or a bucket once: then its rows are imported by
              name, here and on the command line.
            </EmptyState>
          }
        />
      </Panel>
      {open === null ? null : (
        <ConnectionDialog connection={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}

function connectionColumns({
  titles,
  change,
  check,
  remove,
}: {
  titles: ReadonlyMap<string, string>;
  change: (connection: Connection) => void;
  check: (connection: Connection) => void;
  remove: (connection: Connection) => void;
}): DataColumn<Connection>[] {
  return [
    { id: 'name', header: 'Name', width: 180, cell: ({ name }) => name },
    { id: 'kind', header: 'Kind', width: 160, cell: ({ kind }) => titles.get(kind) ?? kind },
    {
      id: 'where',
      header: 'Where',
      width: 240,
      grow: true,
      cell: ({ address }) => <span className="a-mono a-truncate">{address}</span>,
    },
    { id: 'state', header: 'Check', width: 120, cell: (connection) => <State connection={connection} /> },
    {
      id: 'actions',
      header: 'Actions',
      width: 250,
      cell: (connection) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps clicks on the buttons from opening the row
        // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons inside take the keys
        <span className={classes.actions} onClick={(event) => event.stopPropagation()}>
          <Button variant="default" size="compact-xs" onClick={() => check(connection)}>
            Check
          </Button>
          <Button variant="default" size="compact-xs" onClick={() => change(connection)}>
            Change …
          </Button>
          <ConfirmButton
            size="compact-xs"
            question={`Remove ${connection.name}? Its password and keys are deleted. What was imported from it stays.`}
            confirmLabel="Remove"
            onConfirm={() => remove(connection)}
          >
            Remove
          </ConfirmButton>
        </span>
      ),
    },
  ];
}

function State({ connection: { lastCheck } }: { connection: Connection }) {
  if (lastCheck === null) return <ToneBadge>Not checked</ToneBadge>;
  const fault = lastCheck.findings.find(({ level }) => level === 'error');
  return (
    <ToneBadge tone={lastCheck.ok ? 'good' : 'bad'} title={fault?.message ?? 'Everything was found well.'}>
      {lastCheck.ok ? 'Works' : 'Fails'}
    </ToneBadge>
  );
}
