import type { TrackingService } from '../../../engine/tracking/index.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { doesNotExist, invalidParameter } from './errors.ts';
import { requireExperiment } from './experiments.ts';
import { recordOf, tags, viewTypes } from './fields.ts';
import { enumeration, int64, item, message, repeated, text } from './message.ts';
import { checkKey, checkLength, tagValue } from './names.ts';
import { runInfoJson, runJson, statusNumbers, statusOf } from './run-json.ts';
import { searchRuns } from './search/run-search.ts';

/** What every request about one run has; `run_uuid` is its old name. */
export const runRef = { run_id: text(), run_uuid: text() };

/** Throws INVALID_PARAMETER_VALUE when there is none. */
export function runIdOf(input: { run_id: string | undefined; run_uuid: string | undefined }): string {
  const id = input.run_id || input.run_uuid;
  if (id === undefined || id === '') throw invalidParameter("Missing value for required parameter 'run_id'.");
  return id;
}

export function checkedTags(
  list: readonly { key: string; value: string | undefined }[],
): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [key, value] of Object.entries(recordOf(list))) {
    checkKey('key', key);
    record[key] = tagValue(value);
  }
  return record;
}

/** `runs/…` but for what is logged: see docs/reference/mlflow-compatibility.md. */
export function runEndpoints(tracking: TrackingService): MlflowEndpoint[] {
  const byId = message(runRef);

  const create = rpc(
    'POST',
    '/mlflow/runs/create',
    message({ experiment_id: text(), user_id: text(), run_name: text(), start_time: int64(), tags: tags() }),
    async (input) => {
      const experimentId = input.experiment_id || '0';
      const { lifecycle } = await requireExperiment(tracking, experimentId);
      if (lifecycle === 'deleted')
        throw invalidParameter(`The experiment ${experimentId} must be in the 'active' state.`);
      const { 'mlflow.runName': nameTag, 'mlflow.user': userTag, ...rest } = checkedTags(input.tags);
      if (input.run_name && nameTag && input.run_name !== nameTag) {
        throw invalidParameter(
          `Both 'run_name' ("${input.run_name}") and the tag 'mlflow.runName' ("${nameTag}") are given, and they differ.`,
        );
      }
      const name = input.run_name || nameTag;
      checkLength('run_name', name, 500);
      const user = input.user_id || userTag;
      const { id } = await tracking.createRun(
        {
          experimentId,
          source: '',
          notes: '',
          params: {},
          tags: rest,
          inputs: [],
          status: 'running',
          ...(name ? { name } : {}),
        },
        { user: user ?? '', startedAtMs: input.start_time || undefined },
      );
      return { run: runJson(await tracking.runRecord(id), { withModelInputs: true }) };
    },
  );

  const update = rpc(
    'POST',
    '/mlflow/runs/update',
    message({ ...runRef, status: enumeration(statusNumbers), end_time: int64(), run_name: text() }),
    async (input) => {
      const id = runIdOf(input);
      checkLength('run_name', input.run_name, 500);
      const { startedAtMs } = await tracking.getRun(id);
      await tracking.updateRun(id, {
        ...(input.run_name ? { name: input.run_name } : {}),
        ...(input.status === undefined ? {} : { status: statusOf(input.status) }),
        // Clocks of other machines: an end before the start would be refused.
        ...(input.end_time ? { endedAtMs: Math.max(startedAtMs, input.end_time) } : {}),
      });
      return { run_info: runInfoJson(await tracking.runRecord(id)) };
    },
  );

  const search = message({
    experiment_ids: repeated(item()),
    filter: text(),
    run_view_type: enumeration(viewTypes),
    max_results: int64(),
    order_by: repeated(item()),
    page_token: text(),
  });

  return [
    create,
    rpc('GET', '/mlflow/runs/get', byId, async (input) => ({
      run: runJson(await tracking.runRecord(runIdOf(input)), { withModelInputs: true }),
    })),
    update,
    rpc('POST', '/mlflow/runs/delete', byId, async (input) => {
      await tracking.deleteRun(runIdOf(input));
      return {};
    }),
    rpc('POST', '/mlflow/runs/restore', byId, async (input) => {
      await tracking.restoreRun(runIdOf(input));
      return {};
    }),
    rpc('POST', '/mlflow/runs/search', search, (input) => searchRuns(tracking, input)),
    rpc('POST', '/mlflow/runs/delete-tag', message({ ...runRef, key: text() }), async (input) => {
      const id = runIdOf(input);
      const key = input.key ?? '';
      if (key === '') throw invalidParameter("Missing value for required parameter 'key'.");
      if (!(await tracking.deleteTag(id, key))) {
        throw doesNotExist(`No tag with name: ${key.slice(0, 300)} in run with id ${id}`);
      }
      return {};
    }),
  ];
}
