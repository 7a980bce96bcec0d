import { Button } from '@mantine/core';
import { IconCloudUpload, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PushTarget } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { CheckDialog } from './CheckDialog.tsx';
import { PushesTable } from './PushesTable.tsx';
import { TargetDialog } from './TargetDialog.tsx';
import classes from './targets.module.css';
import { useTargetKinds, useTargets } from './targets-queries.ts';

type Open = { dialog: 'add' } | { dialog: 'change' | 'check'; target: PushTarget };

const rowId = (target: PushTarget) => target.id;

/** Places that models are pushed to, and what was pushed. */
export function TargetsPage() {
  const targets = useTargets();
  const kinds = useTargetKinds();
  const cache = useQueryClient();
  const [open, setOpen] = useState<Open | null>(null);
  const titles = useMemo(
    () => new Map((kinds.data?.items ?? []).map(({ kind, title }) => [kind, title])),
    [kinds.data],
  );
  const columns = useMemo(() => {
    const remove = (target: PushTarget) =>
      client.targets
        .delete({ params: { target: target.id } })
        .then(() => toast({ title: `Removed ${target.name}` }))
        .then(() => cache.invalidateQueries({ queryKey: ['targets'] }))
        .catch(toastFault);
    return targetColumns({ titles, setOpen, remove: (target) => void remove(target) });
  }, [titles, cache]);
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setOpen({ dialog: 'add' })}>
      New target
    </Button>
  );
  return (
    <Page>
      <PageHeader
        title="Targets"
        description="Places that versions are pushed to and pulled from. Secrets stay sealed on this machine."
        actions={add}
      />
      <Panel title="Targets" padding="none">
        <DataTable
          label="Targets"
          isMain
          columns={columns}
          rows={targets.data?.items ?? []}
          rowId={rowId}
          onOpen={(target) => setOpen({ dialog: 'check', target })}
          isPending={targets.isPending}
          error={targets.error}
          retry={() => void targets.refetch()}
          maxHeight={360}
          empty={
            <EmptyState icon={IconCloudUpload} title="No targets yet" action={add}>
              Set up an MLflow server, a registry or a folder: then a version goes there with one button, and
              you see whether it is still there as you pushed it.
            </EmptyState>
          }
        />
      </Panel>
      <Panel title="Pushes" padding="none">
        <PushesTable />
      </Panel>
      {open?.dialog === 'check' ? <CheckDialog target={open.target} onClose={() => setOpen(null)} /> : null}
      {open !== null && open.dialog !== 'check' && kinds.data ? (
        <TargetDialog
          kinds={kinds.data.items}
          target={open.dialog === 'add' ? null : open.target}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </Page>
  );
}

function targetColumns({
  titles,
  setOpen,
  remove,
}: {
  titles: ReadonlyMap<string, string>;
  setOpen: (open: Open) => void;
  remove: (target: PushTarget) => void;
}): DataColumn<PushTarget>[] {
  return [
    { id: 'name', header: 'Name', width: 160, cell: ({ name }) => name },
    { id: 'kind', header: 'Kind', width: 140, cell: ({ kind }) => titles.get(kind) ?? kind },
    {
      id: 'where',
      header: 'Where',
      width: 220,
      grow: true,
      cell: ({ address }) => <span className="a-mono a-truncate">{address}</span>,
    },
    { id: 'connection', header: 'Connection', width: 120, cell: (target) => <Connection target={target} /> },
    { id: 'pushes', header: 'Pushed', width: 80, align: 'right', cell: ({ pushes }) => formatCount(pushes) },
    {
      id: 'waiting',
      header: 'Waiting',
      width: 80,
      align: 'right',
      cell: ({ waiting }) => (waiting === 0 ? '' : formatCount(waiting)),
    },
    {
      id: 'actions',
      header: 'Actions',
      width: 250,
      cell: (target) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps clicks on the buttons from opening the row
        // biome-ignore lint/a11y/useKeyWithClickEvents: the buttons inside take the keys
        <span className={classes.actions} onClick={(event) => event.stopPropagation()}>
          <Button variant="default" size="compact-xs" onClick={() => setOpen({ dialog: 'check', target })}>
            Check
          </Button>
          <Button variant="default" size="compact-xs" onClick={() => setOpen({ dialog: 'change', target })}>
            Change …
          </Button>
          <ConfirmButton
            size="compact-xs"
            question={`Remove ${target.name}? Its secrets are deleted and pushes that wait are given up. What is there stays there, and the receipts stay here.`}
            confirmLabel="Remove"
            onConfirm={() => remove(target)}
          >
            Remove
          </ConfirmButton>
        </span>
      ),
    },
  ];
}

function Connection({ target: { lastCheck } }: { target: PushTarget }) {
  if (lastCheck === null) return <ToneBadge>Not checked</ToneBadge>;
  const fault = lastCheck.findings.find(({ level }) => level === 'error');
  return (
    <ToneBadge tone={lastCheck.ok ? 'good' : 'bad'} title={fault?.message ?? 'Everything was found well.'}>
      {lastCheck.ok ? 'Works' : 'Fails'}
    </ToneBadge>
  );
}
