import { Button, Group } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { LoggedRequest, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatLatency, formatNumber } from '../../app/format.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { LogDialog } from './LogDialog.tsx';
import { ReplayDialog } from './ReplayDialog.tsx';

const shownAnswers = 5;

const columns: readonly DataColumn<LoggedRequest>[] = [
  { id: 'at', header: 'When', width: 120, cell: (row) => <RelativeTime timeMs={row.atMs} /> },
  { id: 'id', header: 'Request', width: 170, cell: (row) => row.requestId },
  { id: 'arm', header: 'Arm', width: 90, cell: (row) => row.arm },
  { id: 'version', header: 'Version', width: 90, cell: (row) => row.version },
  { id: 'rows', header: 'Rows', width: 70, align: 'right', cell: (row) => formatCount(row.rows) },
  {
    id: 'ms',
    header: 'In the model',
    width: 110,
    align: 'right',
    cell: (row) => formatLatency(row.milliseconds),
  },
  { id: 'answers', header: 'Answers', width: 180, cell: (row) => answersOf(row) },
  { id: 'truths', header: 'True values', width: 100, align: 'right', cell: (row) => formatCount(row.truths) },
  {
    id: 'input',
    header: 'Input, redacted',
    width: 300,
    grow: true,
    cell: (row) => (row.input === null ? 'too large to keep' : JSON.stringify(row.input)),
  },
];

function answersOf({ answers }: LoggedRequest): string {
  const shown = answers
    .slice(0, shownAnswers)
    .map((answer) => (typeof answer === 'number' ? formatNumber(answer) : answer));
  return `${shown.join(', ')}${answers.length > shownAnswers ? ' …' : ''}`;
}

/** The sampled requests of an endpoint, newest first. */
export function RequestsTab({ endpoint }: { endpoint: ServingEndpoint }) {
  const { name } = endpoint;
  const { replay } = useSearch({ from: '/endpoints/$name' });
  const navigate = useNavigate();
  const [opened, setOpened] = useState<'log' | 'replay' | null>(null);
  // In the address, so that a replay that goes on meanwhile is found again.
  const showReplay = (jobId: string | null) =>
    void navigate({
      to: '/endpoints/$name',
      params: { name },
      search: { tab: 'requests', ...(jobId === null ? {} : { replay: jobId }) },
      replace: true,
    });
  const close = () => {
    setOpened(null);
    if (replay !== undefined) showReplay(null);
  };
  const list = useCursorList<LoggedRequest>(keys.part('endpoints', name, 'requests'), (cursor, signal) =>
    client.endpoints.requests({ params: { name }, query: { limit: 100, cursor }, signal }),
  );
  return (
    <Panel
      title="Logged requests"
      padding="none"
      aside={
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setOpened('log')}>
            What is logged …
          </Button>
          <Button size="xs" variant="default" onClick={() => setOpened('replay')}>
            Replay …
          </Button>
        </Group>
      }
    >
      <DataTable
        label="Logged requests"
        columns={columns}
        rows={list.items}
        rowId={(row) => row.requestId}
        isPending={list.isPending}
        error={list.error}
        retry={list.refetch}
        hasMore={list.hasMore}
        onEndReached={list.loadMore}
        maxHeight={560}
        empty={
          <EmptyState title="No requests logged">
            A share of the requests is kept, with columns dropped, hashed or masked as the endpoint says.
          </EmptyState>
        }
      />
      {opened === 'log' ? <LogDialog endpoint={endpoint} onClose={close} /> : null}
      {opened === 'replay' || replay !== undefined ? (
        <ReplayDialog
          endpoint={endpoint}
          jobId={replay === undefined ? null : String(replay)}
          onStart={showReplay}
          onClose={close}
        />
      ) : null}
    </Panel>
  );
}
