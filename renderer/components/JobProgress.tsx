import type { Job } from '../../local-api/contract/index.ts';
import { formatPercent } from '../app/format.ts';
import classes from './JobProgress.module.css';

type Props = {
  job: Pick<Job, 'state' | 'title' | 'progress' | 'error'>;
  /** `bar` alone, for table cells. */
  look?: 'full' | 'bar';
};

/** How far a job is: a bar, the share done, and what it is doing now. Of an ended job, what became of it. */
export function JobProgress({ job, look = 'full' }: Props) {
  const { fraction, message } = job.progress;
  const isDone = job.state === 'succeeded';
  const shown = isDone ? 1 : fraction;
  const text = job.error && job.state !== 'running' && job.state !== 'queued' ? job.error.message : message;
  return (
    <div className={classes.progress}>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={`Progress: ${job.title}`}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(shown === null ? {} : { 'aria-valuenow': Math.round(shown * 100) })}
        aria-valuetext={message || undefined}
      >
        <div
          className={classes.fill}
          data-state={job.state}
          data-unknown={(shown === null && job.state === 'running') || undefined}
          style={{ width: shown === null ? undefined : `${shown * 100}%` }}
        />
      </div>
      {look === 'full' ? (
        <div className={classes.text}>
          <span className="a-truncate" title={text}>
            {text}
          </span>
          {shown !== null && !isDone ? <span>{formatPercent(shown, 0)}</span> : null}
        </div>
      ) : null}
    </div>
  );
}
