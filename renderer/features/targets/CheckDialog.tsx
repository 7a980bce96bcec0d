import { Button, Group, Modal } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { PushTarget, TargetFinding } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import classes from './targets.module.css';

const looks = {
  ok: { icon: IconCheck, word: 'Well' },
  warning: { icon: IconAlertTriangle, word: 'Mind' },
  error: { icon: IconX, word: 'Wrong' },
};

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
      {data ? <Findings findings={data.findings} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => mutate()} loading={isPending}>
          Check again
        </Button>
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Modal>
  );
}

function Findings({ findings }: { findings: readonly TargetFinding[] }) {
  return (
    <ul className={classes.findings}>
      {findings.map(({ check, level, message, fix }) => {
        const { icon: Icon, word } = looks[level];
        return (
          <li key={`${check} ${message}`} data-level={level}>
            <Icon size={16} aria-label={word} />
            <div>
              <span className={classes.finding}>{message}</span>
              {fix === null ? null : <p className={classes.fix}>{fix}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
