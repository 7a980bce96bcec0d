import { Tooltip } from '@mantine/core';
import { IconListDetails, IconLoader2 } from '@tabler/icons-react';
import badge from '../../components/ToneBadge.module.css';
import { formatPercent, formatPlural } from '../format.ts';
import classes from './JobIndicator.module.css';
import { useRecentJobs } from './use-recent-jobs.ts';

/** How many jobs run or wait, and how far the one job is when there is just one. Opens the drawer. */
export function JobIndicator({ onOpen }: { onOpen: () => void }) {
  const jobs = useRecentJobs().data?.items ?? [];
  const active = jobs.filter((job) => job.state === 'running' || job.state === 'queued');
  const topLevel = active.filter((job) => job.parentId === null);
  const only = topLevel.length === 1 ? topLevel[0] : undefined;
  const fraction = only?.progress.fraction ?? null;
  const label =
    active.length === 0 ? 'No jobs are running' : `${formatPlural(active.length, 'job')} running or waiting`;
  return (
    <Tooltip label={only ? `${only.title}: ${only.progress.message}` : label}>
      <button
        type="button"
        className={classes.indicator}
        data-active={active.length > 0 || undefined}
        onClick={onOpen}
        data-tour="job-drawer"
      >
        <span className="a-hidden">Jobs: </span>
        {active.length === 0 ? (
          <>
            <IconListDetails size={17} stroke={1.6} aria-hidden="true" />
            <span className="a-hidden">{label}</span>
          </>
        ) : (
          <>
            <IconLoader2 size={15} stroke={2} className={badge.turning} aria-hidden="true" />
            <span>{formatPlural(active.length, 'job')}</span>
            <span className="a-hidden"> running or waiting </span>
            {fraction === null ? null : <span className={classes.share}>{formatPercent(fraction, 0)}</span>}
          </>
        )}
      </button>
    </Tooltip>
  );
}
