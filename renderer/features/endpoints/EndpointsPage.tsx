import { Button } from '@mantine/core';
import { IconArrowsSplit, IconPlus } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { describeRoute, type ServingEndpoint } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { DeployDialog } from './DeployDialog.tsx';
import { stateOf } from './endpoint-state.ts';
import { useEndpoints } from './endpoints-queries.ts';

const columns: readonly DataColumn<ServingEndpoint>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 200,
    cell: ({ name }) => <AppLink href={paths.endpoint(name)}>{name}</AppLink>,
  },
  {
    id: 'state',
    header: 'State',
    width: 160,
    cell: (endpoint) => {
      const { text, tone } = stateOf(endpoint);
      return <ToneBadge tone={tone}>{text}</ToneBadge>;
    },
  },
  { id: 'route', header: 'Answered by', width: 320, grow: true, cell: ({ route }) => describeRoute(route) },
  { id: 'updated', header: 'Changed', width: 130, cell: (e) => <RelativeTime timeMs={e.updatedAtMs} /> },
];

/** Stable names that route to versions of models. */
export function EndpointsPage() {
  const router = useRouter();
  const endpoints = useEndpoints();
  const [isDeploying, setDeploying] = useState(false);
  const deploy = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setDeploying(true)}>
      New endpoint
    </Button>
  );
  return (
    <Page layout="fill">
      <PageHeader
        title="Endpoints"
        description="Stable names that callers use. Which version answers is decided here, and can change without their noticing."
        actions={deploy}
      />
      <Panel grow padding="none">
        <DataTable
          label="Endpoints"
          isMain
          columns={columns}
          rows={endpoints.data?.items ?? []}
          rowId={({ name }) => name}
          onOpen={({ name }) => router.history.push(paths.endpoint(name))}
          isPending={endpoints.isPending}
          error={endpoints.error}
          retry={() => void endpoints.refetch()}
          empty={
            <EmptyState icon={IconArrowsSplit} title="No endpoints yet" action={deploy}>
              Give a registered model a stable name to be called by. New versions then come in at once or step
              by step, and go back by themselves when they fail.
            </EmptyState>
          }
        />
      </Panel>
      {isDeploying ? (
        <DeployDialog
          endpoint={null}
          onClose={() => setDeploying(false)}
          onDone={({ name }) => router.history.push(paths.endpoint(name))}
        />
      ) : null}
    </Page>
  );
}
