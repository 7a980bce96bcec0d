import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ReplayReport, type ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatLatency, formatNumber, formatPercent, NO_VALUE } from '../../app/format.ts';
import { hasEnded } from '../../app/live-cache.ts';
import { paths } from '../../app/paths.ts';
import { useJob } from '../../app/use-job.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';

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

const counts = ['100', '1000', '10000', '100000'];

type Props = {
  endpoint: ServingEndpoint;
  /** The job of a replay that was started. */
  jobId: string | null;
  onStart: (jobId: string) => void;
  onClose: () => void;
};

/**
 * Asks another version what the endpoint was asked before, and shows what it answers otherwise. It goes on when the dialog is
 * closed; its report stays with the job.
 */
export function ReplayDialog({ endpoint, jobId, onStart, onClose }: Props) {
  const [ref, setRef] = useState('');
  const [limit, setLimit] = useState('1000');
  const start = useMutation({
    mutationFn: () =>
      client.endpoints.replay({
        params: { name: endpoint.name },
        body: { ref: ref.trim(), limit: Number(limit) },
      }),
    onSuccess: ({ id }) => onStart(id),
  });
  return (
    <Modal opened onClose={onClose} title={`Replay requests of ${endpoint.name}`} size="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ref.trim() !== '' && !start.isPending) start.mutate();
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
          <ErrorNote error={start.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={start.isPending} disabled={ref.trim() === ''}>
              Replay
            </Button>
          </Group>
        </Stack>
      </form>
      {jobId === null ? null : <Outcome jobId={jobId} />}
    </Modal>
  );
}

function Outcome({ jobId }: { jobId: string }) {
  const { data: job, error } = useJob(jobId);
  if (job === undefined) return <ErrorNote error={error} />;
  if (job.error !== null) return <JobFailure error={job.error} />;
  const result = ReplayReport.safeParse(job.result);
  if (result.success) return <Report report={result.data} />;
  return (
    <Stack gap="sm" mt="md">
      <JobProgress job={job} />
      <Group justify="space-between">
        <AppLink href={paths.job(jobId)}>
          {hasEnded(job.state) ? 'The job' : 'It goes on as a job when this is closed'}
        </AppLink>
        {hasEnded(job.state) ? (
          <StatusBadge status={job.state} />
        ) : (
          <Button
            variant="default"
            onClick={() => void client.jobs.cancel({ params: { jobId } }).catch(toastFault)}
          >
            Stop
          </Button>
        )}
      </Group>
    </Stack>
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
          { label: 'Asked', value: `${report.model}/${report.version}` },
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
            label: 'In the model, median',
            value: milliseconds
              ? `${formatLatency(milliseconds.before.p50)} → ${formatLatency(milliseconds.after.p50)}`
              : NO_VALUE,
          },
          {
            label: '95 % within',
            value: milliseconds
              ? `${formatLatency(milliseconds.before.p95)} → ${formatLatency(milliseconds.after.p95)}`
              : NO_VALUE,
          },
          { label: 'Mean difference', value: formatNumber(report.meanDifference) },
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
