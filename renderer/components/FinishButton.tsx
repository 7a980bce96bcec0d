import { Button } from '@mantine/core';
import { IconFlag } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job } from '../../local-api/contract/index.ts';
import { client } from '../app/api.ts';
import { toastFault } from './toasts.tsx';

type Props = { job: Job; onChange: (job: Job) => void; size?: 'xs' | 'sm' };

/** Lets a search end now with the best that it has found; nothing for jobs that cannot. */
export function FinishButton({ job, onChange, size = 'sm' }: Props) {
  const [isAsked, setAsked] = useState(false);
  if (job.kind !== 'study' || job.state !== 'running') return null;
  const finish = () => {
    setAsked(true);
    client.jobs.finish({ params: { jobId: job.id } }).then(onChange, (error: unknown) => {
      setAsked(false);
      toastFault(error);
    });
  };
  return (
    <Button
      size={size}
      variant="default"
      leftSection={<IconFlag size={15} />}
      disabled={isAsked}
      title="Ends it now and keeps the best so far"
      onClick={finish}
    >
      {isAsked ? 'Finishing …' : 'Finish now'}
    </Button>
  );
}
