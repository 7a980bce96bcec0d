import { Button, Group, Modal, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Job } from '../../local-api/contract/index.ts';
import { client } from '../app/api.ts';
import { hasEnded } from '../app/live-cache.ts';
import { paths } from '../app/paths.ts';
import { keys } from '../app/queries.ts';
import { useJob } from '../app/use-job.ts';
import { AppLink } from './AppLink.tsx';
import { FormDialog } from './FormDialog.tsx';
import { JobFailure } from './JobFailure.tsx';
import { JobProgress } from './JobProgress.tsx';
import { QueryView } from './QueryView.tsx';

type Props = {
  title: string;
  submitLabel: string;
  canSubmit: boolean;
  start: () => Promise<Job>;
  /** Told once, when the job has succeeded. */
  onDone?: (job: Job) => void;
  /** What came of it. */
  result: (job: Job) => ReactNode;
  onClose: () => void;
  /** The fields of the form. */
  children: ReactNode;
};

/** Asks for what a job needs, starts it, shows how far it is, and what came of it. Closing it leaves the job at work. */
export function JobDialog(props: Props) {
  const [jobId, setJobId] = useState<string | null>(null);
  const { title, onClose } = props;
  if (jobId !== null)
    return (
      <Modal opened onClose={onClose} title={title} size="lg">
        <Started {...props} jobId={jobId} onAgain={() => setJobId(null)} />
      </Modal>
    );
  return (
    <FormDialog
      title={title}
      submitLabel={props.submitLabel}
      canSubmit={props.canSubmit}
      onSubmit={async () => setJobId((await props.start()).id)}
      onClose={onClose}
      size="lg"
    >
      {props.children}
    </FormDialog>
  );
}

type StartedProps = Props & { jobId: string; onAgain: () => void };

function Started(props: StartedProps) {
  const query = useJob(props.jobId);
  const { data } = query;
  const told = useRef(false);
  const { onDone } = props;
  useEffect(() => {
    // Events tell of the end before the job is read again with its result.
    if (data?.state !== 'succeeded' || data.result === null || told.current) return;
    told.current = true;
    onDone?.(data);
  }, [data, onDone]);
  return <QueryView query={query}>{(job) => <State {...props} job={job} />}</QueryView>;
}

function State({ job, result, onAgain, onClose }: StartedProps & { job: Job }) {
  const cache = useQueryClient();
  const isOver = hasEnded(job.state);
  const cancel = () =>
    void client.jobs
      .cancel({ params: { jobId: job.id } })
      .then((next) => cache.setQueryData(keys.item('jobs', job.id), next));
  return (
    <Stack gap="sm">
      {job.error === null || job.state === 'cancelled' ? null : <JobFailure error={job.error} />}
      {job.state === 'succeeded' && job.result !== null ? result(job) : <JobProgress job={job} />}
      {job.state === 'cancelled' ? <p>It was cancelled.</p> : null}
      {isOver ? null : <p className="a-dim">It goes on when this is closed.</p>}
      <Group justify="space-between">
        <AppLink href={paths.job(job.id)}>The job and its log</AppLink>
        <Group gap="xs">
          {isOver ? null : (
            <Button variant="default" onClick={cancel}>
              Cancel
            </Button>
          )}
          {isOver && job.state !== 'succeeded' ? (
            <Button variant="default" onClick={onAgain}>
              Change and try again
            </Button>
          ) : null}
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Group>
    </Stack>
  );
}
