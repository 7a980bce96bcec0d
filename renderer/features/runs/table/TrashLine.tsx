import { Button, Modal, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../../app/api.ts';
import { formatBytes, formatPlural } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { useSettings } from '../../../app/preferences.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { FormDialog } from '../../../components/FormDialog.tsx';
import { LoadingState } from '../../../components/LoadingState.tsx';
import { toast } from '../../../components/toasts.tsx';
import classes from './RunsTable.module.css';

/** Over the table of deleted runs: how long they are kept, and the way to free their space now. */
export function TrashLine({ onLeave, onEmptied }: { onLeave: () => void; onEmptied: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const days = useSettings().data?.settings.tracking.purgeAfterDays;
  return (
    <div className={classes.trash}>
      <span>
        <strong>Trash.</strong> Deleted runs can be restored
        {days === undefined
          ? ''
          : days === 0
            ? ' until the trash is emptied'
            : ` for ${formatPlural(days, 'day')}`}
        ; then their space is freed. <AppLink href={paths.settings}>Change how long</AppLink>
      </span>
      <Button variant="default" onClick={() => setAsking(true)}>
        Empty the trash …
      </Button>
      <Button variant="subtle" onClick={onLeave}>
        Back to the runs
      </Button>
      {isAsking ? <EmptyTrashDialog onClose={() => setAsking(false)} onEmptied={onEmptied} /> : null}
    </div>
  );
}

function EmptyTrashDialog({ onClose, onEmptied }: { onClose: () => void; onEmptied: () => void }) {
  const cache = useQueryClient();
  const preview = useQuery({
    queryKey: ['workspace', 'trash'],
    queryFn: ({ signal }) => client.workspace.emptyTrash({ body: { dryRun: true }, signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const title = 'Empty the trash';
  const found = preview.data;
  if (!found) {
    return (
      <Modal opened onClose={onClose} title={title}>
        <LoadingState />
      </Modal>
    );
  }
  const empty = async () => {
    const done = await client.workspace.emptyTrash({ body: {} });
    await cache.invalidateQueries({ queryKey: ['workspace'] });
    toast({
      title: `Removed ${formatPlural(done.runs, 'run')}`,
      text: `${formatBytes(done.freedBytes)} are free again.`,
      tone: 'good',
    });
    onEmptied();
    onClose();
  };
  return (
    <FormDialog
      title={title}
      submitLabel="Remove for good"
      cancelLabel="Keep"
      tone="danger"
      canSubmit={found.runs + found.experiments > 0}
      onSubmit={empty}
      onClose={onClose}
    >
      <Text size="sm">
        {formatPlural(found.runs, 'deleted run')} and {formatPlural(found.experiments, 'deleted experiment')}{' '}
        of the whole workspace go for good, with their metrics and files. {formatBytes(found.freedBytes)} come
        back.
      </Text>
      {found.keptRuns > 0 ? (
        <Text size="sm" c="dimmed" mt="xs">
          {formatPlural(found.keptRuns, 'run')} stay, because a model version came from them.
        </Text>
      ) : null}
    </FormDialog>
  );
}
