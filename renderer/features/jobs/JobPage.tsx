import { Button } from '@mantine/core';
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Job } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Elapsed } from '../../components/Elapsed.tsx';
import { FinishButton } from '../../components/FinishButton.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PauseButton } from '../../components/PauseButton.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { ChildJobs } from './ChildJobs.tsx';
import { JobLog } from './JobLog.tsx';
import classes from './JobPage.module.css';
import { canRetry, isActive, kindLabels, resultLinks } from './job-kinds.ts';

const crumbs = [{ label: 'Jobs', href: paths.jobs() }];

/** One job: how far it is, what it printed, what it made or why it failed. */
export function JobPage() {
  const { jobId } = useParams({ from: '/jobs/$jobId' });
  const job = useJob(jobId);
  return (
    <Page>
      {job.data ? null : <PageHeader title="Job" crumbs={crumbs} />}
      <QueryView query={job}>{(data) => <JobDetail job={data} />}</QueryView>
    </Page>
  );
}

function JobDetail({ job }: { job: Job }) {
  const links = job.state === 'succeeded' || job.runId !== null ? resultLinks(job) : [];
  const facts: Fact[] = [
    { label: 'Kind', value: kindLabels[job.kind] },
    { label: 'Created', value: <RelativeTime timeMs={job.createdAtMs} /> },
    { label: 'Took', value: <Elapsed startedAtMs={job.startedAtMs} endedAtMs={job.endedAtMs} /> },
    { label: 'Attempt', value: `${job.attempt} of ${job.maxAttempts}` },
    { label: 'Priority', value: job.priority },
    { label: 'Id', value: <Digest value={job.id} length={16} /> },
  ];
  if (job.parentId !== null) {
    facts.push({ label: 'Part of', value: <AppLink href={paths.job(job.parentId)}>a larger job</AppLink> });
  }
  return (
    <>
      <PageHeader
        title={job.title}
        crumbs={crumbs}
        description={<StatusBadge status={job.isPaused ? 'paused' : job.state} />}
        actions={<JobActions job={job} />}
      />
      {job.error === null ? null : <JobFailure error={job.error} />}
      <div className={classes.columns}>
        <div className={classes.side}>
          <Panel title="Progress">
            <JobProgress job={job} />
            {links.length === 0 ? null : (
              <ul className={classes.links}>
                {links.map((link) => (
                  <li key={link.href}>
                    <AppLink href={link.href}>{link.label}</AppLink>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
          <ChildJobs parentId={job.id} />
          <Panel title="Facts">
            <KeyValue facts={facts} />
          </Panel>
          <Panel title="Input">
            <CodeBlock
              label="Input of the job as JSON"
              code={JSON.stringify(job.input, null, 2)}
              maxHeight={260}
            />
          </Panel>
          {job.result === null || job.result === undefined ? null : (
            <Panel title="Result">
              <CodeBlock
                label="Result of the job as JSON"
                code={JSON.stringify(job.result, null, 2)}
                maxHeight={260}
              />
            </Panel>
          )}
        </div>
        <Panel title="Log" padding="none" className={classes.log}>
          <JobLog jobId={job.id} isRunning={isActive(job)} />
        </Panel>
      </div>
    </>
  );
}

function JobActions({ job }: { job: Job }) {
  const cache = useQueryClient();
  const put = (next: Job) => cache.setQueryData(keys.item('jobs', job.id), next);
  const stop = () => client.jobs.cancel({ params: { jobId: job.id } }).then(put, toastFault);
  const retry = () => client.jobs.retry({ params: { jobId: job.id } }).then(put, toastFault);
  return (
    <>
      <PauseButton job={job} onChange={put} />
      <FinishButton job={job} onChange={put} />
      {isActive(job) ? (
        <Button variant="default" leftSection={<IconPlayerStop size={15} />} onClick={stop}>
          Stop
        </Button>
      ) : null}
      {canRetry(job) ? (
        <Button leftSection={<IconRefresh size={15} />} onClick={retry}>
          Try again
        </Button>
      ) : null}
    </>
  );
}
