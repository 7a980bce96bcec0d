import type { Span } from '../../contract/index.ts';

/** A span as OTLP carries it, with the id of its trace in hexadecimal digits. */
export type OtlpSpan = { traceId: string; span: Span };

/** The attribute by which MLflow's clients tell what a span does. */
const typeAttribute = 'mlflow.spanType';

/** The parts of a span as either encoding gives them. Ids are hexadecimal, times in nanoseconds. */
export type SpanParts = {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  startNs: string;
  endNs: string;
  attributes: Record<string, unknown>;
  statusCode: number;
  statusMessage: string;
  events: Span['events'];
  links: Span['links'];
};

const statuses: Record<number, Span['status']> = { 1: 'ok', 2: 'error' };

/** Throws a RangeError for a span without ids. */
export function toOtlpSpan(parts: SpanParts): OtlpSpan {
  if (!/^[0-9a-f]{2,64}$/.test(parts.traceId) || !/^[0-9a-f]{2,64}$/.test(parts.spanId)) {
    throw new RangeError('a span has no trace_id or no span_id');
  }
  const type = parts.attributes[typeAttribute];
  return {
    traceId: parts.traceId,
    span: {
      id: parts.spanId,
      parentId: parts.parentSpanId === '' ? null : parts.parentSpanId,
      name: parts.name,
      type: typeof type === 'string' ? type.replace(/^"(.*)"$/, '$1') : 'UNKNOWN',
      status: statuses[parts.statusCode] ?? 'unset',
      statusMessage: parts.statusMessage,
      startNs: parts.startNs,
      endNs: parts.endNs === '0' || parts.endNs === '' ? null : parts.endNs,
      attributes: parts.attributes,
      events: parts.events,
      links: parts.links,
    },
  };
}
