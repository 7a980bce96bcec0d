import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import classes from './home.module.css';

/** The jobs of the sample loop, each with its own progress. */
export function LoopJobs({ parentId }: { parentId: string }) {
  const query = { filter: `parentId = '${parentId}'`, sort: 'createdAtMs', limit: 50 };
  const jobs = useQuery({
    queryKey: keys.list('jobs', query),
    queryFn: ({ signal }) => client.jobs.list({ query, signal }),
  });
  const items = jobs.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <ul className={classes.loopJobs}>
      {items.map((job) => (
        <li key={job.id}>
          <AppLink look="plain" href={paths.job(job.id)} className="a-truncate">
            {job.title}
          </AppLink>
          <StatusBadge status={job.state} />
          <JobProgress job={job} look="bar" />
          <span className="a-truncate a-dim">{job.state === 'running' ? job.progress.message : ''}</span>
        </li>
      ))}
    </ul>
  );
}
