import { mkdir } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { AssayError } from '../../errors.ts';
import type { RemoteContext } from '../../http/index.ts';
import type { PulledVersion, PushContext } from '../target.ts';
import { type RegisteredModel, type RemoteVersion, RunAnswer, tagsOf } from './messages.ts';
import type { MlflowClient } from './mlflow-client.ts';
import type { MlflowConfig } from './mlflow-kind.ts';
import { findModel, folderOf, getVersion, listVersions, marks, pushedVersion } from './remote-models.ts';

/** Fetches the files of a version and what is known of its run. Names of files cannot lead out of the folder. */
export async function pullVersion(
  config: MlflowConfig,
  client: MlflowClient,
  ref: string,
  dir: string,
  { signal, progress }: RemoteContext & Pick<PushContext, 'progress'>,
): Promise<PulledVersion> {
  progress(0, 'Looking the version up');
  const { model, version } = await resolveRef(client, ref);
  const folder = await folderOf(client, model.name, version.version);
  const listed = await client.listFiles(folder);
  if (listed.length === 0) {
    throw new AssayError(
      'targets/not-there',
      `${model.name} version ${version.version} has no files at ${folder}.`,
    );
  }
  const all = listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const files: PulledVersion['files'] = [];
  let come = 0;
  for (const { path, sizeBytes } of listed) {
    signal.throwIfAborted();
    progress(all === 0 ? null : come / all, `Fetching ${path}`);
    const file = resolve(dir, path);
    if (!file.startsWith(resolve(dir) + sep)) {
      throw new AssayError('targets/damaged', `The server names a file outside of the model: ${path}.`);
    }
    await mkdir(dirname(file), { recursive: true });
    const got = await client.downloadFile(folder, path, file);
    files.push({ path, sizeBytes: got.sizeBytes });
    come += sizeBytes;
  }
  const tags = tagsOf(version.tags);
  const aliases = model.aliases
    .filter((alias) => alias.version === version.version)
    .map(({ alias }) => alias);
  return {
    model: model.name,
    version: tags[marks.version] ?? null,
    description: version.description,
    aliases,
    tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('assay.'))),
    run: await readRun(client, version),
    from: `${config.url.replace(/\/+$/, '')}/#/models/${encodeURIComponent(model.name)}/versions/${version.version}`,
    files,
  };
}

/** `name`, `name@alias`, `name/1.2.0` (as Assay counts) or `name/3` (as MLflow does). */
async function resolveRef(
  client: MlflowClient,
  ref: string,
): Promise<{ model: RegisteredModel; version: RemoteVersion }> {
  const [, name = ref, alias, wanted] = /^([^@/]+)(?:@(.+)|\/(.+))?$/.exec(ref) ?? [];
  const model = await findModel(client, name);
  if (model === null) throw new AssayError('targets/not-there', `There is no model "${name}" there.`);
  if (alias !== undefined) {
    const number = model.aliases.find((known) => known.alias === alias)?.version;
    const version = number === undefined ? null : await getVersion(client, name, number);
    if (version === null)
      throw new AssayError('targets/not-there', `"${name}" has no alias "${alias}" there.`);
    return { model, version };
  }
  const versions = await listVersions(client, name);
  const version =
    wanted === undefined
      ? versions[0]
      : (pushedVersion(versions, wanted) ??
        versions.find((known) => known.version === wanted.replace(/^v/, '')));
  if (version !== undefined && version !== null) return { model, version };
  throw new AssayError(
    'targets/not-there',
    `"${name}" has no version ${wanted ?? ''} there.`.replace('  ', ' '),
  );
}

async function readRun(client: MlflowClient, version: RemoteVersion): Promise<PulledVersion['run']> {
  const found =
    version.run_id === '' ? null : await client.find('runs/get', { run_id: version.run_id }, RunAnswer);
  const run = found?.run;
  return {
    id: run?.info.run_id ?? '',
    name: run?.info.run_name ?? '',
    params: tagsOf(run?.data.params ?? []),
    metrics: Object.fromEntries((run?.data.metrics ?? []).map(({ key, value }) => [key, value])),
    tags: tagsOf(run?.data.tags ?? []),
    startedAtMs: run?.info.start_time ?? version.creation_timestamp,
    endedAtMs: run?.info.end_time ?? null,
  };
}
