import { Button } from '@mantine/core';
import { IconDownload, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { urlOf } from '../../../local-api/client/url-of.ts';
import { api, type BatchPrediction } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount, formatDuration, formatNumber, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Digest } from '../../components/Digest.tsx';
import { ExportRows } from '../../components/ExportRows.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { useBatch } from './batch-queries.ts';

const crumbs = [{ label: 'Batches', href: paths.batches() }];

/** One batch: how far it is, what came of it, its first rows, and its files. */
export function BatchPage() {
  const { batchId } = useParams({ from: '/batches/$batchId' });
  const batch = useBatch(batchId);
  return (
    <Page>
      {batch.data ? null : <PageHeader title="Batch prediction" crumbs={crumbs} />}
      <QueryView query={batch}>{(data) => <Batch batch={data} />}</QueryView>
    </Page>
  );
}

function Batch({ batch }: { batch: BatchPrediction }) {
  const isUnderWay = batch.state === 'queued' || batch.state === 'running';
  return (
    <>
      <PageHeader
        title={`${batch.sourceName} by ${batch.model} ${batch.version}`}
        crumbs={crumbs}
        description={<StatusBadge status={batch.state} />}
        actions={<Actions batch={batch} isUnderWay={isUnderWay} />}
      />
      {batch.error === null || isUnderWay ? null : <JobFailure error={batch.error} />}
      {isUnderWay ? <Progress jobId={batch.jobId} /> : null}
      <Panel title="Facts">
        <KeyValue facts={factsOf(batch)} columns={2} />
      </Panel>
      {batch.reasons.length > 0 ? (
        <Panel title="Why rows were kept aside" padding="none">
          <DataTable
            label="Reasons"
            columns={reasonColumns}
            rows={batch.reasons}
            rowId={({ reason }) => reason}
            maxHeight={220}
          />
        </Panel>
      ) : null}
      {batch.output === null ? null : <Preview batchId={batch.id} />}
    </>
  );
}

const reasonColumns: readonly DataColumn<BatchPrediction['reasons'][number]>[] = [
  { id: 'reason', header: 'Reason', width: 420, grow: true, cell: ({ reason }) => reason },
  { id: 'rows', header: 'Rows', width: 110, align: 'right', cell: ({ rows }) => formatCount(rows) },
];

function factsOf(batch: BatchPrediction): Fact[] {
  const { source, model, version } = batch;
  const dataset = source.kind === 'dataset' || source.kind === 'sql' ? source.dataset : null;
  const facts: Fact[] = [
    {
      label: 'Model',
      value: <AppLink href={paths.model(model, { version })}>{`${model} ${version}`}</AppLink>,
    },
    {
      label: 'Rows of',
      value:
        dataset === null ? (
          batch.sourceName
        ) : (
          <AppLink href={paths.dataset(dataset)}>{batch.sourceName}</AppLink>
        ),
    },
    { label: 'Rows', value: formatCount(batch.rows) },
    { label: 'Predicted', value: formatCount(batch.predicted) },
    { label: 'Kept aside', value: formatCount(batch.rejected) },
    { label: 'Rows a second', value: formatCount(batch.rowsPerSecond) },
    { label: 'Took', value: batch.seconds === null ? NO_VALUE : formatDuration(batch.seconds * 1000) },
    { label: 'Asked for', value: <RelativeTime timeMs={batch.createdAtMs} /> },
    { label: 'Digest of the model', value: <Digest value={batch.modelDigest} /> },
    {
      label: 'Digest of the data',
      value: batch.dataDigest === null ? NO_VALUE : <Digest value={batch.dataDigest} />,
    },
    {
      label: 'Digest of the result',
      value: batch.output === null ? NO_VALUE : <Digest value={batch.output.digest} />,
    },
    { label: 'Job', value: <AppLink href={paths.job(batch.jobId)}>Log and input</AppLink> },
  ];
  if (source.kind === 'sql') facts.push({ label: 'SELECT', value: <code>{source.sql}</code> });
  if (batch.scheduleId !== null)
    facts.push({ label: 'Started by', value: <AppLink href={paths.schedules}>a schedule</AppLink> });
  return facts;
}

function Progress({ jobId }: { jobId: string }) {
  const job = useJob(jobId).data;
  return <Panel title="Progress">{job ? <JobProgress job={job} /> : null}</Panel>;
}

function Actions({ batch, isUnderWay }: { batch: BatchPrediction; isUnderWay: boolean }) {
  const router = useRouter();
  const params = { batchId: batch.id };
  const job = { params: { jobId: batch.jobId } };
  const remove = () =>
    client.batchPredictions
      .delete({ params })
      .then(() => router.history.push(paths.batches()))
      .catch(toastFault);
  if (isUnderWay)
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={15} />}
        onClick={() => void client.jobs.cancel(job).catch(toastFault)}
      >
        Stop
      </Button>
    );
  return (
    <>
      {batch.output === null ? (
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} />}
          onClick={() => void client.jobs.retry(job).catch(toastFault)}
        >
          Try again
        </Button>
      ) : (
        <Button
          component="a"
          leftSection={<IconDownload size={15} />}
          href={urlOf(api.batchPredictions.output, { params })}
          download={batch.output.name}
        >
          {`Predictions, ${formatBytes(batch.output.sizeBytes)}`}
        </Button>
      )}
      {batch.output !== null && batch.format === 'parquet' ? (
        <ExportRows
          source={{ kind: 'batch', batchId: batch.id, rows: 'predictions' }}
          name={`the predictions for ${batch.sourceName}`}
          rows={batch.predicted}
          label="In another format"
        />
      ) : null}
      {batch.rejects === null ? null : (
        <Button
          component="a"
          variant="default"
          leftSection={<IconDownload size={15} />}
          href={urlOf(api.batchPredictions.rejects, { params })}
          download={batch.rejects.name}
        >
          {`Kept aside, ${formatBytes(batch.rejects.sizeBytes)}`}
        </Button>
      )}
      <ConfirmButton
        question="Delete this batch with its files? The same model and data give the same result again."
        confirmLabel="Delete"
        onConfirm={remove}
      >
        Delete
      </ConfirmButton>
    </>
  );
}

type PreviewRow = { index: number; cells: readonly unknown[] };

function Preview({ batchId }: { batchId: string }) {
  const preview = useQuery({
    queryKey: keys.part('batch-predictions', batchId, 'rows'),
    queryFn: ({ signal }) => client.batchPredictions.preview({ params: { batchId }, signal }),
  });
  return (
    <Panel title="First rows" padding="none">
      <QueryView query={preview}>
        {({ columns, rows }) => (
          <DataTable
            label="First rows of the result"
            columns={columns.map(
              (name, index): DataColumn<PreviewRow> => ({
                id: name,
                header: name,
                align: typeof rows[0]?.[index] === 'number' ? 'right' : 'left',
                cell: ({ cells }) => cellText(cells[index]),
              }),
            )}
            rows={rows.map((cells, index): PreviewRow => ({ index, cells }))}
            rowId={({ index }) => String(index)}
            maxHeight={420}
          />
        )}
      </QueryView>
    </Panel>
  );
}

function cellText(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value, 5);
  return value === null || value === undefined ? NO_VALUE : String(value);
}
