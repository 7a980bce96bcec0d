import type { LoggedModel } from '../../../engine/tracking/index.ts';
import { safePath } from './artifact-paths.ts';
import { type ArtifactParts, fileAnswer, filesIn, requireProxied } from './artifacts.ts';
import { type MlflowEndpoint, raw, rpc } from './endpoint.ts';
import { doesNotExist, invalidParameter, MlflowError } from './errors.ts';
import { requireExperiment } from './experiments.ts';
import { listOf, recordOf, tags, unlessEmpty } from './fields.ts';
import { bool, enumeration, int64, item, message, repeated, required, text } from './message.ts';
import { checkLength, paramValue } from './names.ts';
import { wireNumber } from './real-number.ts';
import { searchLoggedModels } from './search/logged-model-search.ts';

const statusNumbers = {
  LOGGED_MODEL_STATUS_UNSPECIFIED: 0,
  LOGGED_MODEL_PENDING: 1,
  LOGGED_MODEL_READY: 2,
  LOGGED_MODEL_UPLOAD_FAILED: 3,
} as const;
const statusNames: Record<LoggedModel['status'], keyof typeof statusNumbers> = {
  unspecified: 'LOGGED_MODEL_STATUS_UNSPECIFIED',
  pending: 'LOGGED_MODEL_PENDING',
  ready: 'LOGGED_MODEL_READY',
  'upload-failed': 'LOGGED_MODEL_UPLOAD_FAILED',
};
const statuses: Record<keyof typeof statusNumbers, LoggedModel['status']> = {
  LOGGED_MODEL_STATUS_UNSPECIFIED: 'unspecified',
  LOGGED_MODEL_PENDING: 'pending',
  LOGGED_MODEL_READY: 'ready',
  LOGGED_MODEL_UPLOAD_FAILED: 'upload-failed',
};

/** The models that a version was registered from, as MLflow's registry notes them in a tag. */
const versionsTag = 'mlflow.modelVersions';

function registrationsOf(tagText: string | undefined): object[] {
  if (tagText === undefined) return [];
  try {
    const list: unknown = JSON.parse(tagText);
    if (!Array.isArray(list)) return [];
    return list.flatMap((each: unknown) => {
      if (typeof each !== 'object' || each === null || !('name' in each) || !('version' in each)) return [];
      return [{ name: String(each.name), version: String(each.version) }];
    });
  } catch {
    return [];
  }
}

export function loggedModelJson(model: LoggedModel): object {
  const metrics = model.metrics.map((metric) => ({
    key: metric.key,
    value: wireNumber(metric.value),
    timestamp: metric.timestampMs,
    step: metric.step,
    ...(metric.datasetName === '' ? {} : { dataset_name: metric.datasetName }),
    ...(metric.datasetDigest === '' ? {} : { dataset_digest: metric.datasetDigest }),
    model_id: model.id,
    run_id: metric.runId,
  }));
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdAtMs,
      last_updated_timestamp_ms: model.updatedAtMs,
      artifact_uri: model.artifactUri,
      status: statusNames[model.status],
      ...(model.modelType === '' ? {} : { model_type: model.modelType }),
      ...(model.sourceRunId === null ? {} : { source_run_id: model.sourceRunId }),
      ...(model.statusMessage === '' ? {} : { status_message: model.statusMessage }),
      ...unlessEmpty('tags', listOf(model.tags)),
      ...unlessEmpty('registrations', registrationsOf(model.tags[versionsTag])),
    },
    data: { ...unlessEmpty('params', listOf(model.params)), ...unlessEmpty('metrics', metrics) },
  };
}

function checkName(name: string): void {
  checkLength('name', name, 500);
  if (/[/:.%"']/.test(name)) {
    throw invalidParameter(`Invalid model name ("${name.slice(0, 200)}"): it may not hold / : . % " or '.`);
  }
}

/** `logged-models/…`: what `log_model` keeps before anybody registers it. */
export function loggedModelEndpoints(parts: ArtifactParts): MlflowEndpoint[] {
  const { tracking } = parts;
  const base = '/mlflow/logged-models';
  const one = `${base}/{model_id}`;
  const byId = { model_id: required(text()) };

  const find = async (id: string, deletedToo = false): Promise<LoggedModel> => {
    const model = await tracking.loggedModel(id, { deletedToo });
    if (model === null) throw doesNotExist(`Logged model with ID '${id.slice(0, 200)}' not found.`);
    return model;
  };
  const cut = (list: Parameters<typeof recordOf>[0]): Record<string, string> =>
    Object.fromEntries(Object.entries(recordOf(list)).map(([key, value]) => [key, paramValue(value)]));

  return [
    rpc(
      'POST',
      base,
      message({
        experiment_id: required(text()),
        name: text(),
        model_type: text(),
        source_run_id: text(),
        params: tags(),
        tags: tags(),
      }),
      async (input) => {
        const { lifecycle } = await requireExperiment(tracking, input.experiment_id);
        if (lifecycle === 'deleted') {
          throw invalidParameter(`The experiment ${input.experiment_id} must be in the 'active' state.`);
        }
        if (input.name) checkName(input.name);
        const model = await tracking.createLoggedModel({
          experimentId: input.experiment_id,
          name: input.name || undefined,
          modelType: input.model_type ?? '',
          sourceRunId: input.source_run_id || null,
          params: cut(input.params),
          tags: recordOf(input.tags),
        });
        return { model: loggedModelJson(model) };
      },
    ),
    rpc(
      'POST',
      `${base}/search`,
      message({
        experiment_ids: repeated(item()),
        filter: text(),
        datasets: repeated(message({ dataset_name: required(text()), dataset_digest: text() })),
        max_results: int64(),
        order_by: repeated(
          message({
            field_name: required(text()),
            ascending: bool(),
            dataset_name: text(),
            dataset_digest: text(),
          }),
        ),
        page_token: text(),
      }),
      (input) => searchLoggedModels(tracking, input, loggedModelJson),
    ),
    rpc('GET', one, message({ ...byId, allow_deleted: bool() }), async (input) => ({
      model: loggedModelJson(await find(input.model_id, input.allow_deleted)),
    })),
    rpc(
      'PATCH',
      one,
      message({ ...byId, status: enumeration(statusNumbers) }),
      async ({ model_id: id, status }) => {
        await tracking.updateLoggedModel(id, {
          status: statuses[status ?? 'LOGGED_MODEL_STATUS_UNSPECIFIED'],
        });
        return { model: loggedModelJson(await find(id)) };
      },
    ),
    rpc('DELETE', one, message(byId), async ({ model_id: id }) => {
      await tracking.deleteLoggedModel(id);
      return {};
    }),
    rpc('POST', `${one}/params`, message({ ...byId, params: tags() }), async ({ model_id: id, params }) => {
      await tracking.updateLoggedModel(id, { params: cut(params) });
      return {};
    }),
    rpc('PATCH', `${one}/tags`, message({ ...byId, tags: tags() }), async (input) => {
      await tracking.updateLoggedModel(input.model_id, { tags: recordOf(input.tags) });
      return {};
    }),
    rpc(
      'DELETE',
      `${one}/tags/{tag_key}`,
      message({ ...byId, tag_key: required(text()) }),
      async ({ model_id: id, tag_key: key }) => {
        if (!(await tracking.deleteLoggedModelTag(id, key))) {
          throw doesNotExist(`No tag with key '${key}' found for model with ID '${id}'.`);
        }
        return {};
      },
    ),
    rpc(
      'GET',
      `${one}/artifacts/directories`,
      message({ ...byId, artifact_directory_path: text() }),
      async ({ model_id: id, artifact_directory_path: folder = '' }) => {
        const { artifactUri } = await find(id);
        const root = requireProxied(artifactUri);
        const whole = [root, safePath(folder)].filter((part) => part !== '').join('/');
        const files = await filesIn(tracking, whole, (path) => path.slice(root.length + 1));
        return { root_uri: artifactUri, ...unlessEmpty('files', files) };
      },
    ),
    raw(
      'GET',
      `${one}/artifacts/files`,
      'query',
      async (call) => {
        const path = safePath(call.query.get('artifact_file_path') ?? '');
        if (path === '') throw new MlflowError('BAD_REQUEST', "Request must specify 'artifact_file_path'.");
        const { artifactUri } = await find(call.params.model_id ?? '');
        return fileAnswer(parts, `${requireProxied(artifactUri)}/${path}`);
      },
      { ajaxOnly: true },
    ),
  ];
}
