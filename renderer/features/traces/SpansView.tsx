import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SpanDetail } from './SpanDetail.tsx';
import { SpanWaterfall } from './SpanWaterfall.tsx';
import { buildSpanTree } from './span-tree.ts';
import classes from './traces.module.css';

type Props = { id: string; trace: Trace; spanId: string | undefined; onSpan: (spanId: string) => void };

/** The spans of a trace as tree and waterfall, and the chosen one beside them. */
export function SpansView({ id, trace, spanId, onSpan }: Props) {
  const outline = useQuery({
    queryKey: keys.part('traces', trace.id, 'outline'),
    queryFn: ({ signal }) => client.traces.outline({ params: { traceId: trace.id }, signal }),
  });
  return (
    <div id={id} role="tabpanel" aria-label="Spans" className={classes.split}>
      <QueryView query={outline}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No spans are kept here">
              The application told of this trace, but sent no spans over the tracking server.
            </EmptyState>
          ) : (
            <Spans trace={trace} items={items} spanId={spanId} onSpan={onSpan} />
          )
        }
      </QueryView>
    </div>
  );
}

function Spans({
  trace,
  items,
  spanId,
  onSpan,
}: Omit<Props, 'id'> & { items: Parameters<typeof buildSpanTree>[0] }) {
  const tree = useMemo(() => buildSpanTree(items), [items]);
  const chosen = Math.max(
    0,
    tree.nodes.findIndex(({ span }) => span.id === spanId),
  );
  const node = tree.nodes[chosen];
  return (
    <>
      <Panel padding="none" grow className={classes.tree}>
        <SpanWaterfall
          tree={tree}
          chosen={chosen}
          onChoose={(row) => {
            const next = tree.nodes[row];
            if (next !== undefined) onSpan(next.span.id);
          }}
        />
      </Panel>
      {node === undefined ? null : <SpanDetail key={node.span.id} traceId={trace.id} node={node} />}
    </>
  );
}
