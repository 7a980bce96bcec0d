import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { Bundle, PushContext, RemoteReceipt } from '../target.ts';
import { filesToSend, isOtherModel } from './compare-files.ts';
import {
  CreatedExperiment,
  LoggedModelAnswer,
  LoggedModelsAnswer,
  type RemoteVersion,
  RunAnswer,
  RunsAnswer,
  tagsOf,
  VersionAnswer,
} from './messages.ts';
import { type MlflowClient, proxyPath } from './mlflow-client.ts';
import type { MlflowConfig } from './mlflow-kind.ts';
import { metricsOf, runName } from './plan-push.ts';
import {
  aliasesToMove,
  changedTags,
  findExperiment,
  findModel,
  folderOf,
  getVersion,
  listVersions,
  marks,
  pushedVersion,
  wantedTags,
} from './remote-models.ts';

/** What MLflow takes in one call, and as one value. */
const limits = { batchMetrics: 1000, batchParams: 100, batchTags: 100, param: 6000, tag: 8000, key: 250 };
const pollMs = 500;
const longestRegistrationMs = 60_000;

/** Of an attempt that was cut off. */
const Saved = z.object({
  runId: z.string(),
  folder: z.string(),
  modelId: z.string().nullable(),
  sent: z.array(z.string()),
});
type Place = z.infer<typeof Saved>;

/**
 * Sends run, files and logged model first and registers the version last: until then nothing is found under its name. A
 * version that is there already gets what it lacks.
 */
export async function pushBundle(
  config: MlflowConfig,
  client: MlflowClient,
  bundle: Bundle,
  context: PushContext,
): Promise<RemoteReceipt> {
  const { version } = bundle;
  const name = version.model;
  const there = pushedVersion(await listVersions(client, name), version.version);
  if (there !== null && isOtherModel(bundle, tagsOf(there.tags), marks.model)) {
    throw new AssayError(
      'targets/conflict',
      `${config.url} has another model as ${name} ${version.version} (version ${there.version} there).`,
    );
  }
  const { remote, sent } =
    there === null
      ? await pushNew(config, client, bundle, context)
      : await renew(client, bundle, there, context);
  context.progress(0.95, 'Setting aliases');
  if (config.aliases) {
    const moves = aliasesToMove(version.aliases, await findModel(client, name), remote.version);
    for (const { alias } of moves) {
      await client.ensure('registered-models/alias', { name, alias, version: remote.version });
    }
  }
  const base = config.url.replace(/\/+$/, '');
  const page = `${base}/#/models/${encodeURIComponent(name)}/versions/${remote.version}`;
  return {
    where: page,
    link: page,
    remoteIds: {
      model: name,
      version: remote.version,
      run: remote.run_id,
      ...(remote.model_id === '' ? {} : { loggedModel: remote.model_id }),
      source: remote.source,
    },
    files: bundle.files.map(({ path, digest, sizeBytes }) => ({
      path,
      digest,
      sizeBytes,
      sent: sent.has(path),
    })),
  };
}

type Pushed = { remote: RemoteVersion; sent: ReadonlySet<string> };

async function pushNew(
  config: MlflowConfig,
  client: MlflowClient,
  bundle: Bundle,
  context: PushContext,
): Promise<Pushed> {
  const { version } = bundle;
  const saved = Saved.safeParse(context.state.saved);
  const place = saved.success ? saved.data : await makePlace(config, client, bundle, context);
  if (saved.success) context.log(`Going on in run ${place.runId}: ${place.sent.length} files are there.`);
  const before = new Set(place.sent);
  const sent = new Set<string>();
  await send(client, context, {
    folder: place.folder,
    files: bundle.files.filter(({ path }) => !before.has(path)),
    done(path) {
      sent.add(path);
      place.sent.push(path);
      context.state.save(place);
    },
  });
  const lacking = await filesToSend(client, bundle, place.folder);
  if (lacking.length > 0) {
    context.state.save({ ...place, sent: [] });
    const names = lacking.map(({ path }) => path).join(', ');
    throw new AssayError('targets/damaged', `The server did not keep what was sent: ${names}.`);
  }
  context.progress(0.85, 'Registering the version');
  if (place.modelId !== null) {
    await client.patch(`logged-models/${place.modelId}`, {
      model_id: place.modelId,
      status: 'LOGGED_MODEL_READY',
    });
  }
  await client.ensure('registered-models/create', { name: version.model, description: '' });
  const endTime = Math.max(bundle.run?.endedAtMs ?? version.createdAtMs, bundle.run?.startedAtMs ?? 0);
  await client.post(
    'runs/update',
    { run_id: place.runId, status: 'FINISHED', end_time: endTime },
    z.unknown(),
  );
  const created = await client.post(
    'model-versions/create',
    {
      name: version.model,
      source: place.modelId === null ? `runs:/${place.runId}/model` : `models:/${place.modelId}`,
      run_id: place.runId,
      description: version.description,
      tags: pairs(wantedTags(bundle)),
      ...(place.modelId === null ? {} : { model_id: place.modelId }),
    },
    VersionAnswer,
  );
  return { remote: await ready(client, created.model_version, context), sent };
}

/** Run and logged model for the files. An earlier attempt whose answer was lost is found by its mark. */
async function makePlace(
  config: MlflowConfig,
  client: MlflowClient,
  bundle: Bundle,
  { progress, state }: PushContext,
): Promise<Place> {
  const { version, run } = bundle;
  progress(0.02, 'Making the run');
  const found = await findExperiment(client, config.experiment);
  const experimentId =
    found?.experiment_id ??
    (await client.post('experiments/create', { name: config.experiment }, CreatedExperiment)).experiment_id;
  const filter = `tags.\`${marks.bundle}\` = '${bundle.digest}'`;
  const earlier = await client.post(
    'runs/search',
    { experiment_ids: [experimentId], filter, max_results: 1 },
    RunsAnswer,
  );
  const remote =
    earlier.runs[0] ??
    (
      await client.post(
        'runs/create',
        {
          experiment_id: experimentId,
          start_time: run?.startedAtMs ?? version.createdAtMs,
          run_name: runName(bundle),
          tags: pairs({
            ...run?.tags,
            [marks.bundle]: bundle.digest,
            [marks.version]: `${version.model}/${version.version}`,
            ...(run === null ? {} : { 'assay.run': run.id }),
          }).slice(0, limits.batchTags),
        },
        RunAnswer,
      )
    ).run;
  proxyPath(remote.info.artifact_uri);
  const runId = remote.info.run_id;
  const logged = await loggedModel(client, bundle, { experimentId, runId });
  await logFigures(client, bundle, runId);
  const place = {
    runId,
    folder: logged?.artifact_uri ?? `${remote.info.artifact_uri.replace(/\/+$/, '')}/model`,
    modelId: logged?.model_id ?? null,
    sent: [],
  };
  state.save(place);
  return place;
}

/** Null on a server before MLflow 3, which knows no logged models. */
async function loggedModel(
  client: MlflowClient,
  bundle: Bundle,
  { experimentId, runId }: { experimentId: string; runId: string },
) {
  const { version } = bundle;
  try {
    const found = await client.post(
      'logged-models/search',
      {
        experiment_ids: [experimentId],
        filter: `tags.\`${marks.bundle}\` = '${bundle.digest}'`,
        max_results: 1,
      },
      LoggedModelsAnswer,
    );
    const known = found.models.find(({ info }) => info.source_run_id === runId);
    if (known !== undefined) return known.info;
    const created = await client.post(
      'logged-models',
      {
        experiment_id: experimentId,
        name: version.model.replace(/[/:.%"']/g, '_'),
        source_run_id: runId,
        model_type: version.signature.task,
        params: pairs(bundle.run?.params ?? {}).map(({ key, value }) => ({
          key,
          value: value.slice(0, limits.param),
        })),
        tags: pairs({ [marks.bundle]: bundle.digest, [marks.version]: version.version }),
      },
      LoggedModelAnswer,
    );
    await client.post(
      'runs/outputs',
      { run_id: runId, models: [{ model_id: created.model.info.model_id, step: 0 }] },
      z.unknown(),
    );
    return created.model.info;
  } catch (thrown) {
    const isOld =
      thrown instanceof AssayError &&
      thrown.code === 'targets/refused' &&
      /\b(404|405)\b/.test(thrown.message);
    if (isOld) return null;
    throw thrown;
  }
}

async function logFigures(client: MlflowClient, bundle: Bundle, runId: string): Promise<void> {
  const params = pairs(bundle.run?.params ?? {}).map(({ key, value }) => ({
    key,
    value: value.slice(0, limits.param),
  }));
  const metrics = Object.entries(metricsOf(bundle)).map(([key, { value, step, timestampMs }]) => ({
    key,
    value,
    step,
    timestamp: timestampMs,
  }));
  for (let at = 0; at < Math.max(params.length, 1); at += limits.batchParams) {
    const batch = {
      run_id: runId,
      params: params.slice(at, at + limits.batchParams),
      metrics: at === 0 ? metrics.slice(0, limits.batchMetrics - limits.batchParams) : [],
    };
    await client.post('runs/log-batch', batch, z.unknown());
  }
}

/** Brings a version that is there up to date: files that differ, tags, description. */
async function renew(
  client: MlflowClient,
  bundle: Bundle,
  remote: RemoteVersion,
  context: PushContext,
): Promise<Pushed> {
  const { model: name, description } = bundle.version;
  const number = remote.version;
  const folder = await folderOf(client, name, number);
  const files = await filesToSend(client, bundle, folder);
  const sent = new Set<string>();
  await send(client, context, { folder, files, done: (path) => sent.add(path) });
  for (const [key, value] of changedTags(wantedTags(bundle), tagsOf(remote.tags))) {
    await client.ensure('model-versions/set-tag', { name, version: number, key, value });
  }
  if (remote.description !== description) {
    await client.patch('model-versions/update', { name, version: number, description });
  }
  return { remote, sent };
}

async function send(
  client: MlflowClient,
  { progress, signal }: PushContext,
  { folder, files, done }: { folder: string; files: Bundle['files']; done(path: string): void },
): Promise<void> {
  const all = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let gone = 0;
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    progress(
      0.05 + 0.75 * (all === 0 ? 1 : gone / all),
      `Sending ${file.path} (${index + 1} of ${files.length})`,
    );
    await client.writeFile(folder, file.path, await file.bytes());
    gone += file.sizeBytes;
    done(file.path);
  }
}

/** Waits until the server has registered a version. */
async function ready(
  client: MlflowClient,
  created: RemoteVersion,
  { signal }: PushContext,
): Promise<RemoteVersion> {
  let version = created;
  const until = performance.now() + longestRegistrationMs;
  while (version.status === 'PENDING_REGISTRATION' && performance.now() < until) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    version = (await getVersion(client, created.name, created.version)) ?? version;
  }
  if (version.status === '' || version.status === 'READY') return version;
  throw new AssayError(
    'targets/refused',
    `The server did not register version ${version.version}: ${version.status} ${version.status_message}`.trim(),
  );
}

function pairs(texts: Record<string, string>): { key: string; value: string }[] {
  return Object.entries(texts)
    .filter(([key]) => key.length <= limits.key && !key.startsWith('mlflow.'))
    .map(([key, value]) => ({ key, value: value.slice(0, limits.tag) }));
}
