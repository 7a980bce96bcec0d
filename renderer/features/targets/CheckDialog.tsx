import { Button, Group, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { PushTarget } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { CheckFindings } from '../../components/CheckFindings.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';

/** Checks a connection and shows step by step what was found and what to do. */
export function CheckDialog({ target, onClose }: { target: PushTarget; onClose: () => void }) {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => client.targets.check({ params: { target: target.id } }),
  });
  useEffect(() => mutate(), [mutate]);
  return (
    <Modal opened onClose={onClose} title={`Connection to ${target.name}`} size="lg">
      {isPending ? <LoadingState /> : null}
      <ErrorNote error={error} />
      {data ? <CheckFindings findings={data.findings} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => mutate()} loading={isPending}>
          Check again
        </Button>
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Modal>
  );
}
