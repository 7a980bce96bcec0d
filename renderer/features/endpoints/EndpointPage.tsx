import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { describeRoute, type ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { AsyncTab } from './AsyncTab.tsx';
import { CallPanel } from './CallPanel.tsx';
import { ChecksTab } from './ChecksTab.tsx';
import { DeployDialog } from './DeployDialog.tsx';
import { stateOf } from './endpoint-state.ts';
import { useEndpoint } from './endpoints-queries.ts';
import { HistoryTab } from './HistoryTab.tsx';
import { LimitsDialog } from './LimitsDialog.tsx';
import { RequestsTab } from './RequestsTab.tsx';
import { RoutePanel } from './RoutePanel.tsx';
import { TrafficTab } from './TrafficTab.tsx';
import { useEndpointChange } from './use-endpoint-change.ts';

const tabs: readonly TabItem[] = [
  { id: 'traffic', label: 'Traffic' },
  { id: 'requests', label: 'Requests' },
  { id: 'checks', label: 'Checks' },
  { id: 'async', label: 'Async' },
  { id: 'history', label: 'History' },
];

/** An endpoint: what answers, how it goes, and what was done about it. */
export function EndpointPage() {
  const { name } = useParams({ from: '/endpoints/$name' });
  const search = useSearch({ from: '/endpoints/$name' });
  const navigate = useNavigate();
  const endpoint = useEndpoint(name);
  const tab = tabs.find(({ id }) => id === search.tab)?.id ?? 'traffic';
  const setTab = (id: string) =>
    void navigate({
      to: '/endpoints/$name',
      params: { name },
      search: id === 'traffic' ? {} : { tab: id },
      replace: true,
    });
  return (
    <Page>
      <QueryView query={endpoint}>
        {(data) => (
          <>
            <Head endpoint={data} />
            <RoutePanel endpoint={data} />
            <Tabs label="Views of the endpoint" items={tabs} value={tab} onChange={setTab} />
            {tab === 'traffic' ? <TrafficTab name={name} /> : null}
            {tab === 'requests' ? <RequestsTab endpoint={data} /> : null}
            {tab === 'checks' ? <ChecksTab endpoint={data} /> : null}
            {tab === 'async' ? <AsyncTab name={name} /> : null}
            {tab === 'history' ? <HistoryTab name={name} /> : null}
            {tab === 'traffic' ? <CallPanel endpoint={data} /> : null}
          </>
        )}
      </QueryView>
    </Page>
  );
}

function Head({ endpoint }: { endpoint: ServingEndpoint }) {
  const router = useRouter();
  const cache = useQueryClient();
  const [opened, setOpened] = useState<'deploy' | 'limits' | null>(null);
  const close = () => setOpened(null);
  const { name, isPaused } = endpoint;
  const { text, tone } = stateOf(endpoint);
  const params = { name };
  const change = useEndpointChange(name);
  const pause = () =>
    change({ isPaused: !isPaused }, isPaused ? `${name} answers again` : `${name} is paused`);
  const remove = async () => {
    try {
      await client.endpoints.delete({ params });
      await cache.invalidateQueries({ queryKey: keys.list('endpoints') });
      router.history.push(paths.endpoints);
    } catch (thrown) {
      toastFault(thrown);
    }
  };
  return (
    <>
      <PageHeader
        title={name}
        crumbs={[{ label: 'Endpoints', href: paths.endpoints }]}
        description={
          <>
            <ToneBadge tone={tone}>{text}</ToneBadge>
            <span>{describeRoute(endpoint.route)}</span>
            <span>
              changed <RelativeTime timeMs={endpoint.updatedAtMs} />
            </span>
          </>
        }
        actions={
          <>
            <ConfirmButton
              question={`Delete ${name} with its history and its logged requests? Its callers get "not found".`}
              confirmLabel="Delete"
              onConfirm={() => void remove()}
            >
              Delete
            </ConfirmButton>
            <Button variant="default" onClick={() => void pause()}>
              {isPaused ? 'Resume' : 'Pause'}
            </Button>
            <ButtonLink variant="default" href={paths.lineage({ node: `endpoint:${name}` })}>
              Lineage
            </ButtonLink>
            <ButtonLink variant="default" href={paths.newDrift({ endpoint: name })}>
              Check drift
            </ButtonLink>
            <ButtonLink variant="default" href={paths.newMonitor({ endpoint: name })}>
              Watch this
            </ButtonLink>
            <Button variant="default" onClick={() => setOpened('limits')}>
              Limits …
            </Button>
            <Button onClick={() => setOpened('deploy')}>Deploy a version</Button>
          </>
        }
      />
      {opened === 'limits' ? <LimitsDialog endpoint={endpoint} onClose={close} /> : null}
      {opened === 'deploy' ? (
        <DeployDialog
          endpoint={endpoint}
          onClose={close}
          onDone={({ route }) =>
            toast({ title: `${name} is answered by ${describeRoute(route)}`, tone: 'good' })
          }
        />
      ) : null}
    </>
  );
}
