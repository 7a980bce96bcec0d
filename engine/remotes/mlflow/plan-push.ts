import type { PushPlanLine } from '../../../local-api/contract/index.ts';
import type { Bundle, RemotePlan } from '../target.ts';
import { filesToSend, isOtherModel } from './compare-files.ts';
import { tagsOf } from './messages.ts';
import { type MlflowClient, proxyPath } from './mlflow-client.ts';
import type { MlflowConfig } from './mlflow-kind.ts';
import {
  aliasesToMove,
  changedTags,
  findExperiment,
  findModel,
  folderOf,
  listVersions,
  marks,
  pushedVersion,
  wantedTags,
} from './remote-models.ts';

/** What a push would do. Reads only. */
export async function planPush(
  config: MlflowConfig,
  client: MlflowClient,
  bundle: Bundle,
): Promise<RemotePlan> {
  const { version } = bundle;
  const name = version.model;
  const model = await findModel(client, name);
  const there = model === null ? null : pushedVersion(await listVersions(client, name), version.version);
  const where = `${config.url.replace(/\/+$/, '')}/#/models/${encodeURIComponent(name)}`;
  const aliases = config.aliases ? aliasesToMove(version.aliases, model, there?.version ?? null) : [];
  const aliasLines = aliases.map(({ alias, from }): PushPlanLine => {
    const detail = from === null ? 'is set' : `moves from version ${from}`;
    return {
      what: 'alias',
      name: alias,
      action: from === null ? 'create' : 'change',
      detail,
      sizeBytes: null,
    };
  });
  const modelLine = line(
    'model',
    name,
    model === null ? 'create' : 'keep',
    model === null ? 'is registered' : 'is there',
  );

  if (there === null) {
    const experiment = await findExperiment(client, config.experiment);
    if (experiment !== null) proxyPath(experiment.artifact_location);
    return {
      where,
      verdict: 'new',
      lines: [
        line(
          'experiment',
          config.experiment,
          experiment === null ? 'create' : 'keep',
          experiment === null ? 'is made' : 'is there',
        ),
        line(
          'run',
          runName(bundle),
          'create',
          `${Object.keys(bundle.run?.params ?? {}).length} params, ${Object.keys(metricsOf(bundle)).length} metrics`,
        ),
        modelLine,
        line('version', version.version, 'create', `with ${Object.keys(wantedTags(bundle)).length} tags`),
        ...aliasLines,
        ...bundle.files.map((file) => fileLine(file.path, 'create', file.sizeBytes)),
      ],
      warnings: [],
    };
  }
  const remoteTags = tagsOf(there.tags);
  if (isOtherModel(bundle, remoteTags, marks.model)) {
    const detail = `version ${there.version} there holds ${remoteTags[marks.model]}, here it is ${version.digest}`;
    return {
      where,
      verdict: 'conflict',
      lines: [modelLine, line('version', version.version, 'conflict', detail)],
      warnings: [],
    };
  }
  const folder = await folderOf(client, name, there.version);
  const sending = new Set((await filesToSend(client, bundle, folder)).map(({ path }) => path));
  const tags = changedTags(wantedTags(bundle), remoteTags);
  const isSame = sending.size === 0 && tags.length === 0 && aliasLines.length === 0;
  return {
    where,
    verdict: isSame ? 'same' : 'update',
    lines: [
      modelLine,
      line('version', version.version, 'keep', `is version ${there.version} there`),
      ...tags.map(([key, value]) =>
        line('tag', key, remoteTags[key] === undefined ? 'create' : 'change', value.slice(0, 200)),
      ),
      ...aliasLines,
      ...bundle.files.map((file) =>
        sending.has(file.path)
          ? fileLine(file.path, 'change', file.sizeBytes)
          : fileLine(file.path, 'keep', 0),
      ),
    ],
    warnings: [],
  };
}

/** What the run of a version is called there. */
export function runName({ run, version }: Bundle): string {
  return run === null || run.name === '' ? `${version.model} ${version.version}` : run.name;
}

/** Metrics of the run, or those of the version where the run is gone. */
export function metricsOf({
  run,
  version,
}: Bundle): Record<string, { value: number; step: number; timestampMs: number }> {
  const ofVersion = Object.entries(version.metrics).map(([key, value]) => [
    key,
    { value, step: 0, timestampMs: version.createdAtMs },
  ]);
  return { ...run?.metrics, ...Object.fromEntries(ofVersion) };
}

function line(what: string, name: string, action: PushPlanLine['action'], detail: string): PushPlanLine {
  return { what, name, action, detail, sizeBytes: null };
}

function fileLine(path: string, action: PushPlanLine['action'], sizeBytes: number): PushPlanLine {
  return { what: 'file', name: path, action, detail: action === 'keep' ? 'is there' : 'is sent', sizeBytes };
}
