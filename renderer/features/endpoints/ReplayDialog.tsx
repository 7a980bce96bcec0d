import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ReplayReport, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatLatency, formatNumber, formatPercent, NO_VALUE } from '../../app/format.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';

type Difference = ReplayReport['differences'][number];

const shown = (answer: string | number) => (typeof answer === 'number' ? formatNumber(answer) : answer);

const columns: readonly DataColumn<Difference>[] = [
  { id: 'id', header: 'Request', width: 170, grow: true, cell: (row) => row.requestId },
  { id: 'row', header: 'Row', width: 60, align: 'right', cell: (row) => formatCount(row.row) },
  { id: 'version', header: 'Answered by', width: 110, cell: (row) => `${row.arm} ${row.versionBefore}` },
  { id: 'before', header: 'Before', width: 120, align: 'right', cell: (row) => shown(row.before) },
  { id: 'after', header: 'Now', width: 120, align: 'right', cell: (row) => shown(row.after) },
  {
    id: 'truth',
    header: 'True',
    width: 110,
    align: 'right',
    cell: ({ truth }) => (truth === null ? NO_VALUE : shown(truth)),
  },
];

const counts = ['100', '1000', '10000'];

/** Asks another version what the endpoint was asked before, and shows what it answers otherwise. */
export function ReplayDialog({ endpoint, onClose }: { endpoint: ServingEndpoint; onClose: () => void }) {
  const [ref, setRef] = useState('');
  const [limit, setLimit] = useState('1000');
  const stop = useRef<AbortController | null>(null);
  // Closing the dialog ends the replay: nobody would see its report.
  useEffect(() => () => stop.current?.abort(), []);
  const replay = useMutation({
    mutationFn: () => {
      stop.current = new AbortController();
      return client.endpoints.replay({
        params: { name: endpoint.name },
        body: { ref: ref.trim(), limit: Number(limit) },
        signal: stop.current.signal,
      });
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Replay requests of ${endpoint.name}`} size="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ref.trim() !== '' && !replay.isPending) replay.mutate();
        }}
      >
        <Stack gap="sm">
          <Group grow align="flex-end">
            <ModelRefField value={ref} onChange={setRef} />
            <Select
              label="Requests"
              description="The newest of those logged"
              data={counts.map((value) => ({ value, label: formatCount(Number(value)) }))}
              allowDeselect={false}
              value={limit}
              onChange={(value) => value && setLimit(value)}
            />
          </Group>
          <ErrorNote error={replay.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={replay.isPending} disabled={ref.trim() === ''}>
              Replay
            </Button>
          </Group>
        </Stack>
      </form>
      {replay.data ? <Report report={replay.data} /> : null}
    </Modal>
  );
}

function Report({ report }: { report: ReplayReport }) {
  const { skipped, quality, milliseconds } = report;
  const left = Object.entries({
    redacted: skipped.redacted,
    'too large to keep': skipped.notKept,
    'without an answer': skipped.refused,
  }).filter(([, count]) => count > 0);
  return (
    <Stack gap="sm" mt="md">
      <KeyValue
        columns={3}
        facts={[
          { label: 'Replayed', value: `${formatCount(report.requests)} requests` },
          {
            label: 'Answered otherwise',
            value: `${formatCount(report.changed)} of ${formatCount(report.rows)} rows (${formatPercent(report.changed / Math.max(1, report.rows))})`,
          },
          { label: 'Largest difference', value: formatNumber(report.maxDifference) },
          {
            label: 'Loss before',
            value: quality
              ? `${formatNumber(quality.lossBefore)} over ${formatCount(quality.truths)}`
              : NO_VALUE,
          },
          { label: 'Loss now', value: quality ? formatNumber(quality.lossAfter) : NO_VALUE },
          {
            label: 'In the model',
            value: milliseconds
              ? `${formatLatency(milliseconds.before)} → ${formatLatency(milliseconds.after)}`
              : NO_VALUE,
          },
        ]}
      />
      {left.length > 0 ? (
        <Text size="sm" c="dimmed">
          Not replayed: {left.map(([why, count]) => `${formatCount(count)} ${why}`).join(', ')}.
        </Text>
      ) : null}
      {report.differences.length > 0 ? (
        <DataTable
          label="Rows answered otherwise"
          columns={columns}
          rows={report.differences}
          rowId={({ requestId, row }) => `${requestId} ${row}`}
          maxHeight={300}
          empty={null}
        />
      ) : (
        <Text size="sm">
          {report.rows === 0
            ? 'There was nothing to compare.'
            : `${report.model}/${report.version} answers every row as it was answered.`}
        </Text>
      )}
    </Stack>
  );
}
