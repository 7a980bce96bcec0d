import type { Bundle } from '../target.ts';
import {
  DownloadUriAnswer,
  ExperimentAnswer,
  type RegisteredModel,
  RegisteredModelAnswer,
  type RemoteVersion,
  tagsOf,
  VersionAnswer,
  VersionsAnswer,
} from './messages.ts';
import type { MlflowClient } from './mlflow-client.ts';

/** Tags by which a version of ours is known again. */
export const marks = {
  version: 'assay.version',
  bundle: 'assay.bundle',
  model: 'assay.model-digest',
} as const;

export function findExperiment(client: MlflowClient, name: string) {
  return client
    .find('experiments/get-by-name', { experiment_name: name }, ExperimentAnswer)
    .then((found) => found?.experiment ?? null);
}

export async function findModel(client: MlflowClient, name: string): Promise<RegisteredModel | null> {
  const found = await client.find('registered-models/get', { name }, RegisteredModelAnswer);
  return found?.registered_model ?? null;
}

/** Newest first. Cost: a request for each thousand. */
export async function listVersions(client: MlflowClient, name: string): Promise<RemoteVersion[]> {
  const filter = `name=${name.includes("'") ? `"${name}"` : `'${name}'`}`;
  const versions: RemoteVersion[] = [];
  for (let token = ''; ; ) {
    const page = await client.find(
      'model-versions/search',
      { filter, max_results: 1000, ...(token === '' ? {} : { page_token: token }) },
      VersionsAnswer,
    );
    versions.push(...(page?.model_versions ?? []));
    token = page?.next_page_token ?? '';
    if (token === '') return versions.sort((a, b) => Number(b.version) - Number(a.version));
  }
}

export async function getVersion(
  client: MlflowClient,
  name: string,
  version: string,
): Promise<RemoteVersion | null> {
  const found = await client.find('model-versions/get', { name, version }, VersionAnswer);
  return found?.model_version ?? null;
}

/** The folder that holds the files of a version. */
export async function folderOf(client: MlflowClient, name: string, version: string): Promise<string> {
  const found = await client.find('model-versions/get-download-uri', { name, version }, DownloadUriAnswer);
  return found?.artifact_uri ?? '';
}

/** The version there that was pushed for this version of ours, whatever is in it. */
export function pushedVersion(versions: readonly RemoteVersion[], ours: string): RemoteVersion | null {
  return versions.find(({ tags }) => tagsOf(tags)[marks.version] === ours) ?? null;
}

/** Tags that a version has there. */
export function wantedTags({ version, digest }: Bundle): Record<string, string> {
  return {
    ...version.tags,
    [marks.version]: version.version,
    [marks.bundle]: digest,
    [marks.model]: version.digest,
  };
}

/** Tags that are not there as they should be. */
export function changedTags(
  wanted: Record<string, string>,
  there: Record<string, string>,
): [string, string][] {
  return Object.entries(wanted).filter(([key, value]) => there[key] !== value);
}

/** Aliases of the version here that point elsewhere there, with the version they point at, or null. */
export function aliasesToMove(
  aliases: readonly string[],
  model: RegisteredModel | null,
  version: string | null,
): { alias: string; from: string | null }[] {
  return aliases
    .map((alias) => ({
      alias,
      from: model?.aliases.find((known) => known.alias === alias)?.version ?? null,
    }))
    .filter(({ from }) => from === null || from !== version);
}
