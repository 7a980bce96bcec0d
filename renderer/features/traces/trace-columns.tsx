import type { Trace } from '../../../local-api/contract/index.ts';
import { formatCount, formatDuration, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import type { DataColumn } from '../../components/DataTable.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { TraceState } from './TraceState.tsx';
import { formatCost, usageOf } from './trace-facts.ts';

/** The columns of the table of traces; `experiments` names them by id where several are mixed. */
export function traceColumns(experiments: ReadonlyMap<string, string> | null): DataColumn<Trace>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      sortKey: 'name',
      width: 190,
      cell: (trace) => <AppLink href={paths.trace(trace.id)}>{trace.name || trace.id}</AppLink>,
    },
    {
      id: 'state',
      header: 'State',
      sortKey: 'state',
      width: 110,
      cell: ({ state }) => <TraceState state={state} />,
    },
    {
      id: 'requestTimeMs',
      header: 'Started',
      sortKey: 'requestTimeMs',
      width: 110,
      cell: ({ requestTimeMs }) => <RelativeTime timeMs={requestTimeMs} />,
    },
    {
      id: 'durationMs',
      header: 'Duration',
      sortKey: 'durationMs',
      width: 96,
      align: 'right',
      cell: ({ durationMs }) => formatDuration(durationMs),
    },
    {
      id: 'spans',
      header: 'Spans',
      sortKey: 'spans',
      width: 74,
      align: 'right',
      cell: ({ spans }) => formatCount(spans),
    },
    {
      id: 'tokens',
      header: 'Tokens',
      width: 84,
      align: 'right',
      cell: (trace) => formatCount(usageOf(trace).totalTokens),
    },
    {
      id: 'cost',
      header: 'Cost',
      width: 80,
      align: 'right',
      cell: (trace) => {
        const { costUsd } = usageOf(trace);
        return costUsd === null ? NO_VALUE : formatCost(costUsd);
      },
    },
    {
      id: 'request',
      header: 'Request',
      width: 220,
      grow: true,
      cell: ({ requestPreview }) => preview(requestPreview),
    },
    {
      id: 'response',
      header: 'Response',
      width: 220,
      grow: true,
      cell: ({ responsePreview }) => preview(responsePreview),
    },
    ...(experiments === null
      ? []
      : [
          {
            id: 'experimentId',
            header: 'Experiment',
            sortKey: 'experimentId',
            width: 140,
            cell: ({ experimentId }: Trace) => (
              <AppLink href={`${paths.experiment(experimentId)}?tab=traces`}>
                {experiments.get(experimentId) ?? experimentId}
              </AppLink>
            ),
          },
        ]),
    {
      id: 'feedback',
      header: 'Feedback',
      width: 120,
      cell: ({ assessments }) => (
        <span className="a-truncate">
          {assessments
            .filter(({ valid, kind }) => valid && kind === 'feedback')
            .map(({ name, value }) => `${name}: ${JSON.stringify(value)}`)
            .join(', ')}
        </span>
      ),
    },
  ];
}

function preview(text: string | null) {
  return <span className="a-truncate a-dim">{text ?? NO_VALUE}</span>;
}
