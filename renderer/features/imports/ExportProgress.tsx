import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type Job, RunExportResult } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { hasEnded } from '../../app/live-cache.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { toastFault } from '../../components/toasts.tsx';
import classes from './imports.module.css';
import { SkippedList } from './SkippedList.tsx';

/** An export under way, or what came of it. */
export function ExportProgress({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const query = useJob(jobId);
  return <QueryView query={query}>{(job) => <Export job={job} onClose={onClose} />}</QueryView>;
}

function Export({ job, onClose }: { job: Job; onClose: () => void }) {
  const cache = useQueryClient();
  const result = job.state === 'succeeded' ? RunExportResult.safeParse(job.result).data : undefined;
  const put = (next: Job) => void cache.setQueryData(keys.item('jobs', job.id), next);
  const stop = () => client.jobs.cancel({ params: { jobId: job.id } }).then(put, toastFault);
  const retry = () => client.jobs.retry({ params: { jobId: job.id } }).then(put, toastFault);
  const isOver = hasEnded(job.state);
  return (
    <div className={classes.columns}>
      {job.error === null || job.state === 'cancelled' ? null : <JobFailure error={job.error} />}
      {result === undefined ? <JobProgress job={job} /> : <Report result={result} />}
      {isOver ? null : <p className="a-dim">It goes on when this is closed.</p>}
      {job.state === 'cancelled' ? <p>What was written stays; going on passes over it.</p> : null}
      <Group justify="space-between">
        <AppLink href={paths.job(job.id)}>The job and its log</AppLink>
        <Group gap="xs">
          {isOver ? null : (
            <Button variant="default" onClick={() => void stop()}>
              Stop
            </Button>
          )}
          {isOver && result === undefined ? (
            <Button variant="default" onClick={() => void retry()}>
              Go on
            </Button>
          ) : null}
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Group>
    </div>
  );
}

function Report({ result: { target, runs, alreadyThere, files, skipped } }: { result: RunExportResult }) {
  const place = target.kind === 'mlruns' ? target.folder : target.url;
  return (
    <>
      <KeyValue
        facts={[
          { label: 'Where', value: place },
          {
            label: 'Runs',
            value: `${formatCount(runs)} written${alreadyThere > 0 ? `, ${formatCount(alreadyThere)} that were there already` : ''}`,
          },
          { label: 'Files', value: formatCount(files) },
        ]}
      />
      {skipped.length === 0 ? null : (
        <section className={classes.report}>
          <h2>What the target cannot hold</h2>
          <SkippedList skipped={skipped} />
        </section>
      )}
      {target.kind === 'mlruns' ? (
        <CodeBlock
          label="Command that opens the folder"
          code={`MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri "${place}"`}
        />
      ) : null}
    </>
  );
}
