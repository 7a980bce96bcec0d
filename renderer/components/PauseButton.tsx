import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { Job } from '../../local-api/contract/index.ts';
import { client } from '../app/api.ts';
import { toastFault } from './toasts.tsx';

type Props = { job: Job; onChange: (job: Job) => void; size?: 'xs' | 'sm' };

/** Pauses a search and lets it go on; nothing for jobs that cannot be paused. */
export function PauseButton({ job, onChange, size = 'sm' }: Props) {
  if (job.kind !== 'study') return null;
  const params = { jobId: job.id };
  if (job.isPaused) {
    return (
      <Button
        size={size}
        leftSection={<IconPlayerPlay size={15} />}
        onClick={() => void client.jobs.resume({ params }).then(onChange, toastFault)}
      >
        Resume
      </Button>
    );
  }
  if (job.state !== 'queued' && job.state !== 'running') return null;
  return (
    <Button
      size={size}
      variant="default"
      leftSection={<IconPlayerPause size={15} />}
      onClick={() => void client.jobs.pause({ params }).then(onChange, toastFault)}
    >
      Pause
    </Button>
  );
}
