import type { Span } from '../../../local-api/contract/index.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { JsonTree } from '../../components/JsonTree.tsx';
import { formatSpanTime } from './span-time.ts';
import classes from './traces.module.css';

type Event = Span['events'][number];
type Props = { events: readonly Event[]; startNs: string };

/** What happened within a span: exceptions with their stack first. */
export function SpanEvents({ events, startNs }: Props) {
  if (events.length === 0) return null;
  const isException = (event: Event) => event.name === 'exception';
  const ordered = [...events.filter(isException), ...events.filter((event) => !isException(event))];
  return (
    <section className={classes.part}>
      <h3 className={classes.partTitle}>Events</h3>
      {ordered.slice(0, 200).map((event) => {
        const atMs = Number(BigInt(event.timeNs) - BigInt(startNs)) / 1e6;
        return (
          <div key={`${event.name} ${event.timeNs}`} className={classes.event}>
            <p className={classes.eventHead}>
              <strong>{event.name}</strong>{' '}
              <span className="a-dim">after {formatSpanTime(Math.max(0, atMs))}</span>
            </p>
            {isException(event) ? (
              <Exception attributes={event.attributes} />
            ) : (
              <Attributes of={event.attributes} />
            )}
          </div>
        );
      })}
      {events.length > 200 ? (
        <p className="a-dim">{events.length - 200} more in the downloaded JSON.</p>
      ) : null}
    </section>
  );
}

function Attributes({ of }: { of: Event['attributes'] }) {
  return Object.keys(of).length === 0 ? null : (
    <JsonTree value={of} label="Attributes of the event" openDepth={1} />
  );
}

function Exception({ attributes }: { attributes: Event['attributes'] }) {
  const text = (key: string) => (typeof attributes[key] === 'string' ? attributes[key] : '');
  const stack = text('exception.stacktrace');
  return (
    <>
      <p className={classes.fault}>
        {[text('exception.type'), text('exception.message')].filter((part) => part !== '').join(': ')}
      </p>
      {stack === '' ? null : <CodeBlock label="Stack of the exception" code={stack} maxHeight={260} />}
    </>
  );
}
