import { useQuery } from '@tanstack/react-query';
import type { RunRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatMetric, NO_VALUE } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { keys } from '../../../app/queries.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { mainMetric } from './main-metric.ts';
import classes from './page.module.css';

const LIMIT = 200;

/** The runs below a run (a sweep, folds), with the metric that most of them share. Nothing where there are none. */
export function ChildRuns({ runId, isActive }: { runId: string; isActive: boolean }) {
  const filter = `parentRunId = '${runId}'`;
  const query = useQuery({
    queryKey: keys.part('runs', runId, 'children'),
    queryFn: ({ signal }) =>
      client.runs.list({
        query: { filter, sort: '-startedAtMs', fields: 'name,status,startedAtMs,metrics.*', limit: LIMIT },
        signal,
      }),
    refetchInterval: isActive ? 3000 : false,
  });
  const rows: readonly RunRow[] = query.data?.items ?? [];
  if (rows.length === 0) return null;
  const metric = mainMetric(rows);
  return (
    <Panel
      title="Runs below"
      padding="none"
      aside={
        <AppLink href={paths.runs({ filter })}>
          {rows.length < LIMIT ? rows.length : `${LIMIT}+`} in the table
        </AppLink>
      }
    >
      <ScrollRegion label="Runs below" className={classes.packages} style={{ padding: '0 14px' }}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Status</th>
              {metric === null ? null : (
                <th scope="col" data-kind="number">
                  {metric}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <AppLink href={paths.run(row.id)}>{row.name ?? row.id}</AppLink>
                </th>
                <td>{row.status === undefined ? NO_VALUE : <StatusBadge status={row.status} />}</td>
                {metric === null ? null : (
                  <td data-kind="number">{formatMetric(row.metrics?.[metric]?.last)}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}
