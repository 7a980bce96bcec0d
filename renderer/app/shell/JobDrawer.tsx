import { ActionIcon, Drawer, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import type { Job } from '../../../local-api/contract/index.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { Elapsed } from '../../components/Elapsed.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { client } from '../api.ts';
import { paths } from '../paths.ts';
import classes from './JobDrawer.module.css';
import { useRecentJobs } from './use-recent-jobs.ts';

type Props = { isOpen: boolean; onClose: () => void };

/** What runs, waits and ended lately, beside any page; running jobs can be stopped and failed ones tried again. */
export function JobDrawer({ isOpen, onClose }: Props) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      position="right"
      size={420}
      title="Jobs"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {isOpen ? <Content onClose={onClose} /> : null}
    </Drawer>
  );
}

function Content({ onClose }: { onClose: () => void }) {
  const recent = useRecentJobs();
  return (
    <QueryView query={recent}>
      {({ items }) => {
        const active = items.filter((job) => job.state === 'running' || job.state === 'queued');
        const ended = items.filter((job) => !active.includes(job)).slice(0, 20);
        if (items.length === 0) {
          return (
            <EmptyState title="No jobs yet">
              Imports, trainings and drift reports run as jobs and show up here.
            </EmptyState>
          );
        }
        return (
          <div className={classes.content}>
            <JobList title="Now" jobs={active} empty="Nothing is running." onFollow={onClose} />
            <JobList title="Ended" jobs={ended} empty="Nothing has ended yet." onFollow={onClose} />
            <AppLink href={paths.jobs()} onClick={onClose}>
              All jobs
            </AppLink>
          </div>
        );
      }}
    </QueryView>
  );
}

type ListProps = { title: string; jobs: readonly Job[]; empty: string; onFollow: () => void };

function JobList({ title, jobs, empty, onFollow }: ListProps) {
  return (
    <section aria-label={title}>
      <h3 className={classes.heading}>{title}</h3>
      {jobs.length === 0 ? <p className="a-dim">{empty}</p> : null}
      <ul className={classes.list}>
        {jobs.map((job) => (
          <JobItem key={job.id} job={job} onFollow={onFollow} />
        ))}
      </ul>
    </section>
  );
}

function JobItem({ job, onFollow }: { job: Job; onFollow: () => void }) {
  const isActive = job.state === 'running' || job.state === 'queued';
  const canRetry = job.state === 'failed' || job.state === 'dead' || job.state === 'cancelled';
  const stop = () => client.jobs.cancel({ params: { jobId: job.id } }).catch(toastFault);
  const pause = () => client.jobs.pause({ params: { jobId: job.id } }).catch(toastFault);
  const resume = () => client.jobs.resume({ params: { jobId: job.id } }).catch(toastFault);
  const retry = () => client.jobs.retry({ params: { jobId: job.id } }).catch(toastFault);
  return (
    <li className={classes.item}>
      <div className={classes.line}>
        <AppLink look="plain" href={paths.job(job.id)} onClick={onFollow} className={classes.title}>
          {job.title}
        </AppLink>
        <StatusBadge status={job.isPaused ? 'paused' : job.state} />
        {job.kind === 'study' && isActive ? (
          <Tooltip label={job.isPaused ? 'Resume' : 'Pause'}>
            <ActionIcon
              size="sm"
              aria-label={`${job.isPaused ? 'Resume' : 'Pause'}: ${job.title}`}
              onClick={job.isPaused ? resume : pause}
            >
              {job.isPaused ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
            </ActionIcon>
          </Tooltip>
        ) : null}
        {isActive ? (
          <Tooltip label="Stop">
            <ActionIcon size="sm" aria-label={`Stop: ${job.title}`} onClick={stop}>
              <IconPlayerStop size={15} />
            </ActionIcon>
          </Tooltip>
        ) : null}
        {canRetry ? (
          <Tooltip label="Try again">
            <ActionIcon size="sm" aria-label={`Try again: ${job.title}`} onClick={retry}>
              <IconRefresh size={15} />
            </ActionIcon>
          </Tooltip>
        ) : null}
      </div>
      {isActive || job.error ? <JobProgress job={job} /> : null}
      <div className={classes.times}>
        <RelativeTime timeMs={job.endedAtMs ?? job.startedAtMs ?? job.createdAtMs} />
        {job.startedAtMs === null ? null : (
          <Elapsed startedAtMs={job.startedAtMs} endedAtMs={job.endedAtMs} />
        )}
      </div>
    </li>
  );
}
