import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { TracingService } from '../../../engine/tracing/index.ts';
import type { TrackingService } from '../../../engine/tracking/index.ts';
import type { Trace } from '../../contract/index.ts';
import { assessments, newAssessment, record } from './assessment-json.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { doesNotExist, invalidParameter } from './errors.ts';
import { requireExperiment } from './experiments.ts';
import { recordOf, tags, unlessEmpty } from './fields.ts';
import { enumeration, int64, item, message, repeated, required, text } from './message.ts';
import { checkKey, tagValue } from './names.ts';
import { searchTraces } from './search/trace-search.ts';
import {
  spanJson,
  stateNumbers,
  stateOf,
  statusNumbers,
  traceInfoJson,
  traceInfoV2Json,
} from './trace-json.ts';

const base = '/mlflow/traces';
const v3 = { version: 3 } as const;
/** Where the client uploads the spans when they are not sent as OTLP. */
const locationTag = 'mlflow.artifactLocation';
const promptsTag = 'mlflow.linkedPrompts';
const maxLinked = 100;

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

type Services = { tracing: TracingService; tracking: TrackingService };

function experimentOf(location: z.output<typeof Location>): string {
  const id = location.mlflow_experiment?.experiment_id;
  if (id !== undefined) return id;
  throw invalidParameter("The 'trace_location' has to be an MLflow experiment.");
}

function cutValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      checkKey('tags', key);
      return [key, tagValue(value)];
    }),
  );
}

async function locationOf(tracking: TrackingService, experimentId: string, traceId: string) {
  const { artifactLocation } = await requireExperiment(tracking, experimentId);
  return { [locationTag]: `${artifactLocation}/traces/${traceId}/artifacts` };
}

/** `traces/…` of versions 3 and 2: see docs/reference/mlflow-compatibility.md. */
export function traceEndpoints({ tracing, tracking }: Services): MlflowEndpoint[] {
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
    ...([2, 3] as const).flatMap((version) => sharedEndpoints({ tracing, tracking }, version)),
    ...version2Endpoints({ tracing, tracking }),
  ];
}

/** What clients ask for under version 2 whatever they speak otherwise; version 3 has the same. */
function sharedEndpoints({ tracing, tracking }: Services, version: 2 | 3): MlflowEndpoint[] {
  const options = { version };
  const deletion = message({
    experiment_id: required(text()),
    max_timestamp_millis: int64(),
    max_traces: int64(),
    request_ids: repeated(item()),
  });
  return [
    rpc(
      'POST',
      `${base}/delete-traces`,
      deletion,
      async ({
        experiment_id: experimentId,
        max_timestamp_millis: untilMs,
        max_traces: most,
        request_ids: ids,
      }) => {
        if ((untilMs === undefined) === (ids.length === 0)) {
          throw invalidParameter("Give either 'max_timestamp_millis' or 'request_ids', and not both.");
        }
        if (most !== undefined && (most < 1 || ids.length > 0)) {
          throw invalidParameter("'max_traces' is at least 1, and goes with 'max_timestamp_millis' only.");
        }
        await requireExperiment(tracking, experimentId);
        const which = untilMs === undefined ? { ids } : { untilMs, most };
        return { traces_deleted: await tracing.delete(experimentId, which) };
      },
      options,
    ),
    rpc(
      'PATCH',
      `${base}/{request_id}/tags`,
      message({ request_id: required(text()), key: required(text()), value: text() }),
      async ({ request_id: id, key, value = '' }) => {
        checkKey('key', key);
        await tracing.setTag(id, key, tagValue(value));
        return {};
      },
      options,
    ),
    rpc(
      'DELETE',
      `${base}/{request_id}/tags`,
      message({ request_id: required(text()), key: required(text()) }),
      async ({ request_id: id, key }) => {
        if (!(await tracing.deleteTag(id, key))) {
          throw doesNotExist(
            `No trace tag with key '${key.slice(0, 250)}' for trace with ID '${id.slice(0, 100)}'.`,
          );
        }
        return {};
      },
      options,
    ),
    rpc(
      'POST',
      `${base}/link-to-run`,
      message({ trace_ids: repeated(item()), run_id: required(text()) }),
      async ({ trace_ids: ids, run_id: runId }) => {
        if (ids.length > maxLinked) throw invalidParameter(`At most ${maxLinked} traces are linked at once.`);
        await tracing.linkToRun(ids, runId);
        return {};
      },
      options,
    ),
    rpc(
      'POST',
      `${base}/link-prompts`,
      message({
        trace_id: required(text()),
        prompt_versions: repeated(message({ name: required(text()), version: required(text()) })),
      }),
      async ({ trace_id: id, prompt_versions: prompts }) => {
        const known = z
          .array(z.object({ name: z.string(), version: z.string() }))
          .catch([])
          .parse(JSON.parse((await tracing.get(id)).tags[promptsTag] ?? '[]'));
        const all = new Map([...known, ...prompts].map((each) => [`${each.name}/${each.version}`, each]));
        await tracing.setTag(id, promptsTag, JSON.stringify([...all.values()]));
        return {};
      },
      options,
    ),
  ];
}

/** What clients before 3.0 send, and later ones to a server that knows no version 3. */
function version2Endpoints({ tracing, tracking }: Services): MlflowEndpoint[] {
  const common = { request_metadata: tags(), tags: tags() };
  return [
    rpc(
      'POST',
      base,
      message({ experiment_id: required(text()), timestamp_ms: required(int64()), ...common }),
      async (input) => {
        const id = `tr-${randomBytes(16).toString('hex')}`;
        const trace = await tracing.putTrace({
          id,
          experimentId: input.experiment_id,
          clientRequestId: null,
          state: 'in-progress',
          requestTimeMs: input.timestamp_ms,
          durationMs: null,
          requestPreview: null,
          responsePreview: null,
          metadata: cutValues(recordOf(input.request_metadata)),
          tags: {
            ...cutValues(recordOf(input.tags)),
            ...(await locationOf(tracking, input.experiment_id, id)),
          },
        });
        return { trace_info: traceInfoV2Json(trace) };
      },
    ),
    rpc(
      'PATCH',
      `${base}/{request_id}`,
      message({
        request_id: required(text()),
        timestamp_ms: required(int64()),
        status: enumeration(statusNumbers),
        ...common,
      }),
      async (input) => {
        const { experimentId, requestTimeMs } = await tracing.get(input.request_id);
        const metadata = cutValues(recordOf(input.request_metadata));
        const trace = await tracing.putTrace({
          id: input.request_id,
          experimentId,
          clientRequestId: null,
          state: stateOf(input.status),
          requestTimeMs,
          durationMs: Math.max(0, input.timestamp_ms - requestTimeMs),
          requestPreview: metadata['mlflow.traceInputs'] ?? null,
          responsePreview: metadata['mlflow.traceOutputs'] ?? null,
          metadata,
          tags: cutValues(recordOf(input.tags)),
        });
        return { trace_info: traceInfoV2Json(trace) };
      },
    ),
    rpc(
      'GET',
      `${base}/{request_id}/info`,
      message({ request_id: required(text()) }),
      async ({ request_id: id }) => ({ trace_info: traceInfoV2Json(await tracing.get(id)) }),
    ),
    rpc(
      'GET',
      base,
      message({
        experiment_ids: repeated(item()),
        filter: text(),
        max_results: int64(),
        order_by: repeated(item()),
        page_token: text(),
      }),
      async (search) => {
        const { traces, next } = await searchTraces(tracing, search);
        return { ...unlessEmpty('traces', traces.map(traceInfoV2Json)), ...next };
      },
    ),
  ];
}
