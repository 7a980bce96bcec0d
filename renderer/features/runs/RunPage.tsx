import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RunDetail } from './RunDetail.tsx';

/** One run: what went in, how it went, what it made. */
export function RunPage() {
  const { runId } = useParams({ from: '/runs/$runId' });
  const search = useSearch({ from: '/runs/$runId' });
  const navigate = useNavigate();
  const run = useQuery({
    queryKey: keys.item('runs', runId),
    queryFn: ({ signal }) => client.runs.get({ params: { runId }, signal }),
  });
  return (
    <Page>
      {run.data ? null : (
        <PageHeader title="Run" crumbs={[{ label: 'Experiments', href: paths.experiments }]} />
      )}
      <QueryView query={run}>
        {(data) => (
          <RunDetail
            key={data.id}
            run={data}
            tab={search.tab}
            path={search.path}
            onView={(view) =>
              void navigate({ to: '/runs/$runId', params: { runId }, search: view, replace: true })
            }
          />
        )}
      </QueryView>
    </Page>
  );
}
