import { z } from 'zod';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { doesNotExist, invalidParameter } from './errors.ts';
import { requireExperiment } from './experiments.ts';
import { int64, item, message, repeated, required, text } from './message.ts';
import { checkKey, tagValue } from './names.ts';
import { traceBase as base, type TraceServices } from './trace-parts.ts';

const promptsTag = 'mlflow.linkedPrompts';
const maxLinked = 100;

/** What clients ask for under version 2 whatever they speak otherwise; version 3 has the same. */
export function traceLabelEndpoints(services: TraceServices): MlflowEndpoint[] {
  return ([2, 3] as const).flatMap((version) => endpointsOf(services, version));
}

function endpointsOf({ tracing, tracking }: TraceServices, version: 2 | 3): MlflowEndpoint[] {
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
