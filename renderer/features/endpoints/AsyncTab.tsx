import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AsyncPrediction } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatDateTime, NO_VALUE } from '../../app/format.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Elapsed } from '../../components/Elapsed.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JsonTree } from '../../components/JsonTree.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import classes from './endpoints.module.css';
import { isOpen, useAsyncPrediction, useAsyncPredictions } from './endpoints-queries.ts';

const shownAtOnce = 500;

const columns: readonly DataColumn<AsyncPrediction>[] = [
  { id: 'at', header: 'Asked', width: 120, cell: (row) => <RelativeTime timeMs={row.createdAtMs} /> },
  { id: 'state', header: 'State', width: 130, cell: (row) => <StatusBadge status={row.state} /> },
  { id: 'id', header: 'Id', width: 240, cell: (row) => row.id },
  {
    id: 'took',
    header: 'Took',
    width: 90,
    align: 'right',
    cell: (row) => <Elapsed startedAtMs={row.startedAtMs} endedAtMs={row.endedAtMs} />,
  },
  {
    id: 'kept',
    header: 'Kept until',
    width: 130,
    cell: ({ expiresAtMs }) => (expiresAtMs === null ? NO_VALUE : formatDateTime(expiresAtMs)),
  },
  { id: 'error', header: 'Why not', width: 260, grow: true, cell: (row) => row.error?.message ?? NO_VALUE },
];

/** What was asked of an endpoint to be answered later, newest first. */
export function AsyncTab({ name }: { name: string }) {
  const [opened, setOpened] = useState<string | null>(null);
  const predictions = useAsyncPredictions(name, shownAtOnce);
  return (
    <Panel title="Async predictions" padding="none">
      <DataTable
        label="Async predictions"
        columns={columns}
        rows={predictions.data?.items ?? []}
        rowId={({ id }) => id}
        onOpen={({ id }) => setOpened(id)}
        isPending={predictions.isPending}
        error={predictions.error}
        retry={() => void predictions.refetch()}
        maxHeight={560}
        empty={
          <EmptyState title="Nothing was asked to be answered later">
            Asked so, an answer waits for who fetches it, and survives a restart:
            <div className={classes.example}>
              <CodeBlock
                label="Asking for a prediction later"
                code={`curl -H "Authorization: Bearer $(cat WORKSPACE/token)" -H 'Content-Type: application/json' \\\n  -d '{"endpoint":"${name}","rows":[{…}]}' ${window.location.origin}/api/v1/async-predictions`}
              />
            </div>
          </EmptyState>
        }
      />
      {opened === null ? null : <AsyncDialog id={opened} onClose={() => setOpened(null)} />}
    </Panel>
  );
}

function AsyncDialog({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Async prediction" size="lg">
      <QueryView query={useAsyncPrediction(id)}>
        {(prediction) => <Result prediction={prediction} />}
      </QueryView>
    </Modal>
  );
}

/** One prediction with its answer, and a way to give it up while it has none. */
function Result({ prediction }: { prediction: AsyncPrediction }) {
  const cache = useQueryClient();
  const [refusal, setRefusal] = useState<unknown>(null);
  const { id, state, result, error } = prediction;
  const cancel = async () => {
    setRefusal(null);
    await client.asyncPredictions.cancel({ params: { predictionId: id } }).catch(setRefusal);
    await cache.invalidateQueries({ queryKey: ['endpoints'] });
  };
  const path = `/api/v1/async-predictions/${id}`;
  return (
    <>
      <KeyValue
        facts={[
          { label: 'State', value: <StatusBadge status={state} /> },
          { label: 'Asked', value: <RelativeTime timeMs={prediction.createdAtMs} /> },
          {
            label: 'Result at',
            value: (
              <a href={path} target="_blank" rel="noreferrer" className={classes.link}>
                {path}
              </a>
            ),
          },
          ...(result === null
            ? []
            : [
                { label: 'Rows', value: formatCount(result.rows) },
                { label: 'Answered by', value: `${result.model} ${result.version}` },
              ]),
        ]}
      />
      <ErrorNote error={refusal} />
      {error === null ? null : <JobFailure error={error} />}
      {result === null ? null : <JsonTree value={result} label="Answer" maxHeight={360} />}
      {isOpen(prediction) ? (
        <Button mt="md" variant="default" onClick={() => void cancel()}>
          Give it up
        </Button>
      ) : null}
    </>
  );
}
