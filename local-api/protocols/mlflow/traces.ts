import { z } from 'zod';
import type { Trace } from '../../contract/index.ts';
import { assessments, newAssessment, record } from './assessment-json.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { invalidParameter } from './errors.ts';
import { unlessEmpty } from './fields.ts';
import { enumeration, int64, item, message, repeated, required, text } from './message.ts';
import { searchTraces } from './search/trace-search.ts';
import { spanJson, stateNumbers, stateOf, traceInfoJson } from './trace-json.ts';
import { traceBase as base, cutValues, locationOf, type TraceServices } from './trace-parts.ts';

const v3 = { version: 3 } as const;

/** "2026-11-21T09:00:00.123456Z" in milliseconds. */
const timestamp = z.string().transform((value, context): number => {
  const ms = Date.parse(value);
  if (!Number.isNaN(ms)) return ms;
  context.issues.push({ code: 'custom', input: value, message: 'must be a time as in RFC 3339' });
  return z.NEVER;
});
/** "1.5s" in milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(?:\.\d+)?s$/, 'must be a duration such as "1.5s"')
  .transform((value) => Math.round(Number(value.slice(0, -1)) * 1000));

const Location = message({
  type: z.unknown().optional(),
  mlflow_experiment: message({ experiment_id: required(text()) }).nullish(),
});
const TraceInfoMessage = message({
  trace_id: required(text()),
  client_request_id: text(),
  trace_location: Location,
  request_preview: text(),
  response_preview: text(),
  request_time: timestamp,
  execution_duration: duration.nullish(),
  state: enumeration(stateNumbers),
  trace_metadata: record(),
  tags: record(),
  assessments: assessments(),
});
type TraceInfoMessage = z.output<typeof TraceInfoMessage>;

function experimentOf(location: z.output<typeof Location>): string {
  const id = location.mlflow_experiment?.experiment_id;
  if (id !== undefined) return id;
  throw invalidParameter("The 'trace_location' has to be an MLflow experiment.");
}

/** `traces/…` of version 3: see docs/reference/mlflow-compatibility.md. */
export function traceEndpoints({ tracing, tracking }: TraceServices): MlflowEndpoint[] {
  const start = async (info: TraceInfoMessage): Promise<Trace> => {
    const experimentId = experimentOf(info.trace_location);
    const own = await locationOf(tracking, experimentId, info.trace_id);
    await tracing.putTrace({
      id: info.trace_id,
      experimentId,
      clientRequestId: info.client_request_id ?? null,
      state: stateOf(info.state),
      requestTimeMs: info.request_time,
      durationMs: info.execution_duration ?? null,
      requestPreview: info.request_preview ?? null,
      responsePreview: info.response_preview ?? null,
      metadata: cutValues(info.trace_metadata),
      tags: { ...cutValues(info.tags), ...own },
    });
    for (const each of info.assessments) await tracing.addAssessment(info.trace_id, newAssessment(each));
    return tracing.get(info.trace_id);
  };

  const whole = async (trace: Trace): Promise<object> => {
    const spans = await tracing.spans(trace.id);
    return {
      trace_info: traceInfoJson(trace),
      ...unlessEmpty(
        'spans',
        spans.map((span) => spanJson(trace.id, span)),
      ),
    };
  };

  const many = message({ trace_ids: repeated(item()), experiment_ids: repeated(item()) });

  return [
    rpc(
      'POST',
      base,
      message({ trace: message({ trace_info: TraceInfoMessage }) }),
      async ({ trace }) => ({ trace: { trace_info: traceInfoJson(await start(trace.trace_info)) } }),
      v3,
    ),
    rpc(
      'GET',
      `${base}/get`,
      message({ trace_id: required(text()) }),
      async ({ trace_id: id }) => ({ trace: await whole(await tracing.get(id)) }),
      v3,
    ),
    rpc(
      'GET',
      `${base}/{trace_id}`,
      message({ trace_id: required(text()) }),
      async ({ trace_id: id }) => ({ trace: { trace_info: traceInfoJson(await tracing.get(id)) } }),
      v3,
    ),
    rpc(
      'GET',
      `${base}/batchGet`,
      many,
      async ({ trace_ids: ids }) => {
        const traces: object[] = [];
        for (const trace of await tracing.getMany(ids)) traces.push(await whole(trace));
        return unlessEmpty('traces', traces);
      },
      v3,
    ),
    rpc(
      'POST',
      `${base}/batchGetInfos`,
      many,
      async ({ trace_ids: ids }) => {
        const found = await tracing.getMany(ids);
        return unlessEmpty('trace_infos', found.map(traceInfoJson));
      },
      v3,
    ),
    rpc(
      'POST',
      `${base}/search`,
      message({
        locations: repeated(Location),
        filter: text(),
        max_results: int64(),
        order_by: repeated(item()),
        page_token: text(),
      }),
      async ({ locations, ...search }) => {
        const { traces, next } = await searchTraces(tracing, {
          ...search,
          experiment_ids: locations.map(experimentOf),
        });
        return { ...unlessEmpty('traces', traces.map(traceInfoJson)), ...next };
      },
      v3,
    ),
  ];
}
