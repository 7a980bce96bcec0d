import type { Span, Trace } from '../../contract/index.ts';
import { assessmentJson } from './assessment-json.ts';
import { listOf, unlessEmpty } from './fields.ts';

export const stateNumbers = { STATE_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 } as const;
/** The same four under the names of version 2. */
export const statusNumbers = { TRACE_STATUS_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 } as const;

const stateNames: Record<Trace['state'], keyof typeof stateNumbers> = {
  unspecified: 'STATE_UNSPECIFIED',
  ok: 'OK',
  error: 'ERROR',
  'in-progress': 'IN_PROGRESS',
};
export function stateOf(
  name: keyof typeof stateNumbers | keyof typeof statusNumbers | undefined,
): Trace['state'] {
  if (name === 'OK') return 'ok';
  if (name === 'ERROR') return 'error';
  return name === 'IN_PROGRESS' ? 'in-progress' : 'unspecified';
}

/** Whether all the spans are here that the application said there were. Else they are in the file that it uploaded. */
function hasAllSpans({ spans, metadata }: Trace): boolean {
  if (spans === 0) return false;
  try {
    const stats: unknown = JSON.parse(metadata['mlflow.trace.sizeStats'] ?? '{}');
    if (typeof stats !== 'object' || stats === null || !('num_spans' in stats)) return true;
    return spans >= Number(stats.num_spans);
  } catch {
    return true;
  }
}

function tagsOf(trace: Trace): Record<string, string> {
  return hasAllSpans(trace) ? { ...trace.tags, 'mlflow.trace.spansLocation': 'TRACKING_STORE' } : trace.tags;
}

/** A trace as version 3 of the protocol has it. */
export function traceInfoJson(trace: Trace): object {
  return {
    trace_id: trace.id,
    ...(trace.clientRequestId === null ? {} : { client_request_id: trace.clientRequestId }),
    trace_location: {
      type: 'MLFLOW_EXPERIMENT',
      mlflow_experiment: { experiment_id: trace.experimentId },
    },
    ...(trace.requestPreview === null ? {} : { request_preview: trace.requestPreview }),
    ...(trace.responsePreview === null ? {} : { response_preview: trace.responsePreview }),
    request_time: new Date(trace.requestTimeMs).toISOString(),
    ...(trace.durationMs === null ? {} : { execution_duration: durationText(trace.durationMs) }),
    state: stateNames[trace.state],
    trace_metadata: trace.metadata,
    tags: tagsOf(trace),
    ...unlessEmpty('assessments', trace.assessments.map(assessmentJson)),
  };
}

/** A trace as version 2 of the protocol has it. */
export function traceInfoV2Json(trace: Trace): object {
  const status = trace.state === 'unspecified' ? 'TRACE_STATUS_UNSPECIFIED' : stateNames[trace.state];
  return {
    request_id: trace.id,
    experiment_id: trace.experimentId,
    timestamp_ms: trace.requestTimeMs,
    ...(trace.durationMs === null ? {} : { execution_time_ms: trace.durationMs }),
    status,
    ...unlessEmpty('request_metadata', listOf(trace.metadata)),
    ...unlessEmpty('tags', listOf(tagsOf(trace))),
  };
}

/** "0.123s" */
function durationText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)}s`;
}

const statusCodes = { unset: 'STATUS_CODE_UNSET', ok: 'STATUS_CODE_OK', error: 'STATUS_CODE_ERROR' } as const;

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'object' && value !== null)
    return { kvlistValue: { values: keyValues({ ...value }) } };
  return {};
}

function keyValues(record: Readonly<Record<string, unknown>>): object[] {
  return Object.entries(record).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** A span in the JSON of protocol buffers, where ids are in base64. `traceId` is that of MLflow: tr- and hexadecimal digits. */
export function spanJson(traceId: string, span: Span): object {
  return {
    trace_id: base64(traceId.replace(/^tr-/, '')),
    span_id: base64(span.id),
    ...(span.parentId === null ? {} : { parent_span_id: base64(span.parentId) }),
    name: span.name,
    start_time_unix_nano: span.startNs,
    ...(span.endNs === null ? {} : { end_time_unix_nano: span.endNs }),
    ...unlessEmpty('attributes', keyValues(span.attributes)),
    ...unlessEmpty(
      'events',
      span.events.map((event) => ({
        name: event.name,
        time_unix_nano: event.timeNs,
        ...unlessEmpty('attributes', keyValues(event.attributes)),
      })),
    ),
    ...unlessEmpty(
      'links',
      span.links.map((link) => ({
        trace_id: base64(link.traceId),
        span_id: base64(link.spanId),
        ...unlessEmpty('attributes', keyValues(link.attributes)),
      })),
    ),
    status: { code: statusCodes[span.status], message: span.statusMessage },
  };
}
