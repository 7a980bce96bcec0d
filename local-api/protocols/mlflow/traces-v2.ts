import { randomBytes } from 'node:crypto';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { recordOf, tags, unlessEmpty } from './fields.ts';
import { enumeration, int64, item, message, repeated, required, text } from './message.ts';
import { searchTraces } from './search/trace-search.ts';
import { stateOf, statusNumbers, traceInfoV2Json } from './trace-json.ts';
import { traceBase as base, cutValues, locationOf, type TraceServices } from './trace-parts.ts';

/** What clients before 3.0 send, and later ones to a server that knows no version 3. */
export function traceV2Endpoints({ tracing, tracking }: TraceServices): MlflowEndpoint[] {
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
