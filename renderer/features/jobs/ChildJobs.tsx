import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { Panel } from '../../components/Panel.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import classes from './JobPage.module.css';

/** The jobs that a job started, in order. Nothing when there are none. */
export function ChildJobs({ parentId }: { parentId: string }) {
  const query = { filter: `parentId = '${parentId}'`, sort: 'createdAtMs', limit: 200 };
  const children = useQuery({
    queryKey: keys.list('jobs', query),
    queryFn: ({ signal }) => client.jobs.list({ query, signal }),
  });
  const items = children.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title="Its jobs">
      <ul className={classes.children}>
        {items.map((child) => (
          <li key={child.id} className={classes.child}>
            <AppLink href={paths.job(child.id)} className="a-truncate" title={child.title}>
              {child.title}
            </AppLink>
            <StatusBadge status={child.state} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
