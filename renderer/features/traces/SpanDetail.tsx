import { useQuery } from '@tanstack/react-query';
import type { Span } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { Digest } from '../../components/Digest.tsx';
import { JsonTree } from '../../components/JsonTree.tsx';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { Conversation } from './Conversation.tsx';
import { chatMessages } from './chat-messages.ts';
import { SpanEvents } from './SpanEvents.tsx';
import { formatSpanTime } from './span-time.ts';
import type { SpanNode } from './span-tree.ts';
import { valueOfAttribute } from './span-values.ts';
import classes from './traces.module.css';

const inputsKey = 'mlflow.spanInputs';
const outputsKey = 'mlflow.spanOutputs';
/** What MLflow's client writes for itself, and what is shown elsewhere on the page. */
const hidden = new Set([
  inputsKey,
  outputsKey,
  'mlflow.spanType',
  'mlflow.traceRequestId',
  'mlflow.experimentId',
]);

/** Everything of one span. */
export function SpanDetail({ traceId, node }: { traceId: string; node: SpanNode }) {
  const { span } = node;
  const query = useQuery({
    queryKey: keys.part('traces', traceId, 'span', span.id),
    queryFn: ({ signal }) => client.traces.span({ params: { traceId, spanId: span.id }, signal }),
  });
  const facts: Fact[] = [
    { label: 'Type', value: span.type },
    { label: 'Took', value: formatSpanTime(node.durationMs) },
    { label: 'Begins after', value: formatSpanTime(node.startMs) },
    { label: 'Id', value: <Digest value={span.id} length={16} /> },
  ];
  return (
    <Panel
      title={span.name}
      aside={span.status === 'unset' ? null : <StatusOf span={span} />}
      padding="none"
      grow
      className={classes.span}
    >
      <ScrollRegion label={`Span ${span.name}`} className={classes.spanBody}>
        {span.statusMessage === '' ? null : (
          <p className={classes.fault} role="note">
            {span.statusMessage}
          </p>
        )}
        <KeyValue facts={facts} columns={2} />
        <QueryView query={query}>{(whole) => <Carried span={whole} />}</QueryView>
      </ScrollRegion>
    </Panel>
  );
}

function StatusOf({ span }: { span: SpanNode['span'] }) {
  return span.status === 'error' ? (
    <ToneBadge tone="bad">Failed</ToneBadge>
  ) : (
    <ToneBadge tone="good">OK</ToneBadge>
  );
}

function Carried({ span }: { span: Span }) {
  const attributes = Object.fromEntries(
    Object.entries(span.attributes).flatMap(([key, value]) =>
      hidden.has(key) ? [] : [[key, valueOfAttribute(value)]],
    ),
  );
  return (
    <>
      <SpanEvents events={span.events} startNs={span.startNs} />
      <Data title="Inputs" value={valueOfAttribute(span.attributes[inputsKey])} />
      <Data title="Outputs" value={valueOfAttribute(span.attributes[outputsKey])} />
      {Object.keys(attributes).length === 0 ? null : (
        <section className={classes.part}>
          <h3 className={classes.partTitle}>Attributes</h3>
          <JsonTree value={attributes} label="Attributes" openDepth={1} />
        </section>
      )}
      {span.links.length === 0 ? null : (
        <section className={classes.part}>
          <h3 className={classes.partTitle}>Links</h3>
          <ul className={classes.links}>
            {span.links.map((link) => (
              <li key={`${link.traceId} ${link.spanId}`}>
                <AppLink href={paths.trace(traceIdOf(link.traceId), { span: link.spanId })}>
                  {link.traceId} · {link.spanId}
                </AppLink>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** OpenTelemetry names traces by their hexadecimal id alone. */
function traceIdOf(id: string): string {
  return id.startsWith('tr-') ? id : `tr-${id}`;
}

function Data({ title, value }: { title: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  const messages = chatMessages(value);
  return (
    <section className={classes.part}>
      <h3 className={classes.partTitle}>{title}</h3>
      {messages === null ? null : (
        <Conversation messages={messages} label={`Conversation in the ${title.toLowerCase()}`} />
      )}
      {messages === null ? (
        <JsonTree value={value} label={title} />
      ) : (
        <details className={classes.raw}>
          <summary>As JSON</summary>
          <JsonTree value={value} label={title} openDepth={1} />
        </details>
      )}
    </section>
  );
}
