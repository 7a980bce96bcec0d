import { useQuery } from '@tanstack/react-query';
import type { RunRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatMetric, NO_VALUE } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { keys } from '../../../app/queries.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { mainMetric } from './main-metric.ts';

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
      <PlainTable
        label="Runs below"
        maxHeight={320}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Run', cell: ({ id, name }) => <AppLink href={paths.run(id)}>{name ?? id}</AppLink> },
          {
            name: 'Status',
            cell: ({ status }) => (status === undefined ? NO_VALUE : <StatusBadge status={status} />),
          },
          metric === null
            ? null
            : {
                name: metric,
                id: 'metric',
                isNumber: true,
                cell: ({ metrics }) => formatMetric(metrics?.[metric]?.last),
              },
        ]}
      />
    </Panel>
  );
}
