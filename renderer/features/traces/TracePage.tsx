import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useId } from 'react';
import type { Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatDateTime, formatDuration, formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { AssessmentsView } from './AssessmentsView.tsx';
import { downloadTrace } from './download-trace.ts';
import { SpansView } from './SpansView.tsx';
import { TraceDetails } from './TraceDetails.tsx';
import { TraceState } from './TraceState.tsx';
import { formatCost, usageOf } from './trace-facts.ts';

const crumbs = [{ label: 'Traces', href: paths.traces() }];

/** One trace: its spans on one time axis, what is said of it, and its tags. */
export function TracePage() {
  const { traceId } = useParams({ from: '/traces/$traceId' });
  const trace = useQuery({
    queryKey: keys.item('traces', traceId),
    queryFn: ({ signal }) => client.traces.get({ params: { traceId }, signal }),
  });
  return (
    <Page layout="fill">
      {trace.data ? null : <PageHeader title="Trace" crumbs={crumbs} />}
      <QueryView query={trace}>{(data) => <TraceDetail key={traceId} trace={data} />}</QueryView>
    </Page>
  );
}

function TraceDetail({ trace }: { trace: Trace }) {
  const search = useSearch({ from: '/traces/$traceId' });
  const navigate = useNavigate();
  const panelId = useId();
  const valid = trace.assessments.filter((each) => each.valid).length;
  const items = [
    { id: 'spans', label: 'Spans', note: formatCount(trace.spans) },
    { id: 'feedback', label: 'Feedback', ...(valid > 0 ? { note: String(valid) } : {}) },
    { id: 'details', label: 'Tags and metadata' },
  ];
  const shown = items.find(({ id }) => id === search.tab)?.id ?? 'spans';
  const setSearch = (change: { span?: string | undefined; tab?: string | undefined }) =>
    void navigate({
      to: '/traces/$traceId',
      params: { traceId: trace.id },
      search: { ...search, ...change },
      replace: true,
    });
  return (
    <>
      <PageHeader
        title={trace.name || 'Trace'}
        crumbs={crumbs}
        description={<TraceFacts trace={trace} />}
        actions={<TraceActions trace={trace} />}
      />
      <Tabs
        label="Views of the trace"
        items={items}
        value={shown}
        onChange={(id) => setSearch({ tab: id === 'spans' ? undefined : id })}
        panelId={panelId}
      />
      {shown === 'spans' ? (
        <SpansView id={panelId} trace={trace} spanId={search.span} onSpan={(span) => setSearch({ span })} />
      ) : (
        <div id={panelId} role="tabpanel" aria-label={items.find(({ id }) => id === shown)?.label}>
          {shown === 'feedback' ? <AssessmentsView trace={trace} /> : <TraceDetails trace={trace} />}
        </div>
      )}
    </>
  );
}

function TraceFacts({ trace }: { trace: Trace }) {
  const { inputTokens, outputTokens, totalTokens, costUsd } = usageOf(trace);
  return (
    <>
      <TraceState state={trace.state} />
      <span title="Duration">{formatDuration(trace.durationMs)}</span>
      <time dateTime={new Date(trace.requestTimeMs).toISOString()}>
        {formatDateTime(trace.requestTimeMs)}
      </time>
      {totalTokens === null ? null : (
        <span title={`${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`}>
          {formatPlural(totalTokens, 'token')}
        </span>
      )}
      {costUsd === null ? null : <span>{formatCost(costUsd)}</span>}
      <AppLink href={`${paths.experiment(trace.experimentId)}?tab=traces`}>Experiment</AppLink>
      {trace.runIds.map((runId) => (
        <AppLink key={runId} href={paths.run(runId)}>
          Run {runId.slice(0, 8)}
        </AppLink>
      ))}
      <Digest value={trace.id} length={14} />
    </>
  );
}

function TraceActions({ trace }: { trace: Trace }) {
  const router = useRouter();
  const remove = async () => {
    try {
      await client.traces.delete({ body: { traceIds: [trace.id] } });
      toast({ title: `Deleted the trace ${trace.name}` });
      router.history.push(paths.traces());
    } catch (error) {
      toastFault(error);
    }
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={15} />}
        onClick={() => void downloadTrace(trace).catch(toastFault)}
      >
        Download JSON
      </Button>
      <ConfirmButton
        question="Delete this trace? Its spans and what was said of it go too, for good."
        confirmLabel="Delete"
        onConfirm={() => void remove()}
      >
        Delete
      </ConfirmButton>
    </>
  );
}
