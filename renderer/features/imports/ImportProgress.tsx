import { Button, Group } from '@mantine/core';
import { type Job, RunImportResult } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount } from '../../app/format.ts';
import { hasEnded } from '../../app/live-cache.ts';
import { paths } from '../../app/paths.ts';
import { useJob } from '../../app/use-job.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { formatLabels } from './import-request.ts';
import classes from './imports.module.css';
import { SkippedList } from './SkippedList.tsx';

/** An import under way, or what came of it. */
export function ImportProgress({ jobId, onAnother }: { jobId: string; onAnother: () => void }) {
  const query = useJob(jobId);
  return <QueryView query={query}>{(job) => <Import job={job} onAnother={onAnother} />}</QueryView>;
}

function Import({ job, onAnother }: { job: Job; onAnother: () => void }) {
  const result = job.state === 'succeeded' ? RunImportResult.safeParse(job.result).data : undefined;
  const isOver = hasEnded(job.state);
  return (
    <>
      <Panel title={job.title} aside={<StatusBadge status={job.state} />}>
        {job.error === null ? null : <JobFailure error={job.error} />}
        <JobProgress job={job} />
        <Group gap="xs" mt="md">
          {isOver ? (
            <>
              {result === undefined ? null : (
                <ButtonLink href={paths.experiments}>Open the experiments</ButtonLink>
              )}
              <Button variant="default" onClick={onAnother}>
                Import others
              </Button>
            </>
          ) : (
            <Button
              variant="default"
              onClick={() => void client.jobs.cancel({ params: { jobId: job.id } }).catch(toastFault)}
            >
              Stop
            </Button>
          )}
          <AppLink href={paths.job(job.id)}>The job and its log</AppLink>
        </Group>
        {job.state === 'cancelled' ? (
          <p>What was taken over before stays; importing again adds the rest.</p>
        ) : null}
      </Panel>
      {result === undefined ? null : <Report result={result} />}
    </>
  );
}

function Report({ result }: { result: RunImportResult }) {
  const { experiments, runs, points, files, fileBytes, skipped } = result;
  return (
    <>
      <Panel title="What came">
        <KeyValue
          facts={[
            { label: 'Read as', value: formatLabels[result.format] },
            {
              label: 'Experiments',
              value: `${formatCount(experiments.added)} new, ${formatCount(experiments.matched)} that were here already`,
            },
            {
              label: 'Runs',
              value: `${formatCount(runs.added)} new, ${formatCount(runs.updated)} continued, ${formatCount(runs.unchanged)} that were here already`,
            },
            { label: 'Metric points', value: formatCount(points) },
            { label: 'Files', value: `${formatCount(files)} (${formatBytes(fileBytes)})` },
          ]}
        />
      </Panel>
      <Panel title="What did not" className={classes.report}>
        {skipped.length === 0 ? <p>Nothing was left behind.</p> : <SkippedList skipped={skipped} />}
      </Panel>
    </>
  );
}
