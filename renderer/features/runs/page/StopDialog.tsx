import { Button, Group, Modal, Text } from '@mantine/core';
import type { Run } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { toastFault } from '../../../components/toasts.tsx';

type Props = { run: Run; onClose: () => void; onDone: () => void };

/** Why a run cannot be stopped from here, and what can be done instead. */
export function StopDialog({ run, onClose, onDone }: Props) {
  const mark = () =>
    client.runs.update({ params: { runId: run.id }, body: { status: 'killed' } }).then(() => {
      onDone();
      onClose();
    }, toastFault);
  return (
    <Modal opened onClose={onClose} title="Assay does not control this script">
      <Text size="sm" mb="sm">
        The run is logged by a script that was started elsewhere{run.source ? ` (${run.source})` : ''}. Stop
        it where it runs. If it is gone already, mark the run as stopped, so that it no longer counts as
        running.
      </Text>
      <Text size="sm" mb="md">
        Started with <code>assay exec -- …</code>, or sending heartbeats to{' '}
        <code>/api/v1/runs/{'{runId}'}/heartbeat</code>, a script can be stopped from here.
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
        <Button onClick={() => void mark()}>Mark as stopped</Button>
      </Group>
    </Modal>
  );
}
