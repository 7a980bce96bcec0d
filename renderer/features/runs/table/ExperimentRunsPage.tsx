import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { client } from '../../../app/api.ts';
import { paths } from '../../../app/paths.ts';
import { keys } from '../../../app/queries.ts';
import { ButtonLink } from '../../../components/ButtonLink.tsx';
import { Page, PageHeader } from '../../../components/Page.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { Tabs } from '../../../components/Tabs.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { ExperimentMenu } from '../../experiments/ExperimentMenu.tsx';
import { TracesTable } from '../../traces/TracesTable.tsx';
import { RunsView } from './RunsView.tsx';

/** One experiment: what it is about, and its runs. */
export function ExperimentRunsPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId' });
  const search = useSearch({ from: '/experiments/$experimentId' });
  const navigate = useNavigate();
  const router = useRouter();
  const query = useQuery({
    queryKey: keys.item('experiments', experimentId),
    queryFn: ({ signal }) => client.experiments.get({ params: { experimentId }, signal }),
  });
  const setSearch = (next: { [K in keyof typeof search]?: (typeof search)[K] | undefined }) =>
    void navigate({
      to: '/experiments/$experimentId',
      params: { experimentId },
      search: next,
      replace: true,
    });
  return (
    <Page layout="fill">
      <QueryView query={query}>
        {(experiment) => (
          <>
            <PageHeader
              title={experiment.name}
              crumbs={[{ label: 'Experiments', href: paths.experiments }]}
              description={
                <>
                  {experiment.lifecycle === 'deleted' ? <ToneBadge tone="warn">Deleted</ToneBadge> : null}
                  {experiment.description ? <span>{experiment.description}</span> : null}
                  {experiment.updatedAtMs > 0 ? (
                    <span>
                      last used <RelativeTime timeMs={experiment.updatedAtMs} />
                    </span>
                  ) : null}
                </>
              }
              actions={
                <>
                  <ButtonLink
                    href={paths.training({ experiment: experimentId })}
                    leftSection={<IconPlus size={15} />}
                  >
                    New training
                  </ButtonLink>
                  <ExperimentMenu
                    experiment={experiment}
                    onDeleted={() => router.history.push(paths.experiments)}
                  />
                </>
              }
            />
            <Tabs
              label="What the experiment holds"
              items={[
                { id: 'runs', label: 'Runs' },
                { id: 'traces', label: 'Traces' },
              ]}
              value={search.tab === 'traces' ? 'traces' : 'runs'}
              // A filter over runs means nothing to traces.
              onChange={(tab) => setSearch(tab === 'traces' ? { tab } : {})}
            />
            {search.tab === 'traces' ? (
              <TracesTable
                key={experimentId}
                experimentId={experimentId}
                search={search}
                onSearch={(change) => setSearch({ ...search, ...change })}
              />
            ) : (
              <RunsView
                key={experimentId}
                experimentId={experimentId}
                title={experiment.name}
                search={search}
                onSearch={(change, isRedirect) =>
                  void navigate({
                    to: '/experiments/$experimentId',
                    params: { experimentId },
                    search: { ...search, ...change },
                    replace: isRedirect,
                  })
                }
              />
            )}
          </>
        )}
      </QueryView>
    </Page>
  );
}
