import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job, ModelVersion, PullResult } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { ModelRegistry } from '../models/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { runFiles } from '../training/index.ts';
import { type PullJobInput, pulledFolder } from './pull-job.ts';
import type { Targets } from './targets.ts';

/** What a pull is submitted with. */
export type SubmittedPull = z.infer<typeof SubmittedPull>;
const SubmittedPull = z.object({ targetId: z.string(), ref: z.string(), as: z.string().nullable() });

const Texts = z.record(z.string(), z.string());
const Pulled = z.object({
  model: z.string(),
  version: z.string().nullable(),
  description: z.string(),
  aliases: z.array(z.string()),
  tags: Texts,
  run: z.object({
    id: z.string(),
    name: z.string(),
    params: Texts,
    metrics: z.record(z.string(), z.number()),
    tags: Texts,
    startedAtMs: z.number(),
    endedAtMs: z.number().nullable(),
  }),
  from: z.string(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })),
});
type Pulled = z.infer<typeof Pulled>;
type StoredFile = PullResult['files'][number];

const experimentName = 'Pulled models';
/** Where the run of a version keeps the bundle that it came in; what is pushed of it is that one again. */
const keptFolder = 'bundle';
/** Where the registry looks for what makes a version of ours. */
const places: Readonly<Record<string, string>> = {
  'model.onnx': runFiles.model,
  'signature.json': runFiles.signature,
  'card.md': runFiles.card,
  'recipe.json': runFiles.recipe,
  'evaluation.json': runFiles.evaluation,
};

export type PullHandlerOptions = {
  artifacts: Pick<ArtifactStore, 'putFile'>;
  tracking: Pick<
    TrackingService,
    | 'findExperimentByName'
    | 'createExperiment'
    | 'getRun'
    | 'findArtifact'
    | 'importRun'
    | 'log'
    | 'attachArtifact'
    | 'putFile'
  >;
  models: Pick<ModelRegistry, 'get' | 'create' | 'getVersion' | 'register' | 'registerSource'>;
  targets: Pick<Targets, 'ready'>;
};

/**
 * Jobs of kind `pull`. A model of Assay becomes a version that predicts here, another one a version that MLflow's clients
 * load from here; both with the run that they were made by. Doing it twice gives the version that is there.
 */
export function pullHandler(options: PullHandlerOptions): JobHandler<unknown, unknown> {
  return {
    kind: 'pull',
    maxAttempts: 3,
    resumable: true,
    takesSlot: true,
    async prepare(raw): Promise<PullJobInput> {
      const { targetId, ref } = SubmittedPull.parse(raw);
      const { kind, config, hidden } = await options.targets.ready(targetId);
      return { kind: kind.kind, config, hidden, ref };
    },
    async onSuccess(output, job, tmpDir): Promise<PullResult> {
      const pulled = Pulled.parse(output);
      const { as } = SubmittedPull.parse(job.input);
      const files = await store(options, pulled, join(tmpDir, pulledFolder));
      const runId = await takeOverRun(options, { pulled, files });
      const name = as ?? pulled.model;
      const version = await register(options, { pulled, name, runId, files, job });
      return { model: version.model, version: version.version, runId, from: pulled.from, files };
    },
  };
}

async function store(
  { artifacts }: PullHandlerOptions,
  { files }: Pulled,
  dir: string,
): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  for (const { path } of files) stored.push({ path, ...(await artifacts.putFile(join(dir, path))) });
  return stored;
}

/**
 * The run keeps its id where that is free or is the very run; one of somebody else is never written to, whatever the far end
 * says: then the id is made of the content.
 */
async function takeOverRun(
  { tracking }: PullHandlerOptions,
  { pulled: { run, from }, files }: { pulled: Pulled; files: readonly StoredFile[] },
): Promise<string> {
  const experiment =
    (await tracking.findExperimentByName(experimentName)) ??
    (await tracking.createExperiment({
      name: experimentName,
      description: 'Runs of models that were pulled from other registries.',
    }));
  const content = createHash('sha256').update(JSON.stringify([from, files]));
  const own = content.digest('hex').slice(0, 32);
  const wanted = run.tags['assay.run'] ?? run.id;
  const model = files.find(({ path }) => path === 'model.onnx')?.digest ?? null;
  const id = /^[0-9a-f]{32}$/.test(wanted) && (await isFreeOrSame(tracking, wanted, model)) ? wanted : own;
  await tracking.importRun({
    id,
    experimentId: experiment.id,
    name: run.name,
    status: 'finished',
    startedAtMs: run.startedAtMs,
    endedAtMs: Math.max(run.endedAtMs ?? run.startedAtMs, run.startedAtMs),
    params: run.params,
    tags: { ...run.tags, 'assay.pulled-from': from },
  });
  const metrics = Object.entries(run.metrics).map(([key, value]) => ({
    key,
    value,
    step: 0,
    timestampMs: run.endedAtMs ?? run.startedAtMs,
  }));
  await tracking.log(id, { metrics, params: {}, tags: {} });
  return id;
}

/** Whether there is no such run, or it holds this very model. */
async function isFreeOrSame(
  tracking: PullHandlerOptions['tracking'],
  runId: string,
  model: string | null,
): Promise<boolean> {
  if ((await unlessMissing(() => tracking.getRun(runId))) === null) return true;
  const here = await unlessMissing(() => tracking.findArtifact(runId, runFiles.model));
  return model !== null && here?.digest === model;
}

type Registering = { pulled: Pulled; name: string; runId: string; files: readonly StoredFile[]; job: Job };

async function register(options: PullHandlerOptions, registering: Registering): Promise<ModelVersion> {
  const { pulled, name, runId, files, job } = registering;
  const { tracking, models } = options;
  const model = files.find(({ path }) => path === 'model.onnx');
  const isOurs = model !== undefined && files.some(({ path }) => path === 'signature.json');
  if (!isOurs) {
    const folder = `assay-pulled/${job.id}`;
    for (const { path, ...blob } of files) await tracking.putFile(`${folder}/${path}`, blob);
    await unlessTaken(() => models.create({ name }));
    return models.registerSource(name, {
      source: `mlflow-artifacts:/${folder}`,
      storageLocation: null,
      runId,
      runLink: pulled.from,
      loggedModelId: null,
      description: pulled.description,
      tags: pulled.tags,
    });
  }
  const known = pulled.version === null ? null : await versionHere(options, name, pulled.version);
  if (known !== null && known.digest === model.digest) return known;
  if (known !== null) {
    throw new AssayError(
      'models/version-taken',
      `"${name}" has another model as version ${known.version} here.`,
      {
        hint: 'Pull it under another name: "as" in the request, --as on the command line.',
      },
    );
  }
  for (const { path, ...blob } of files) {
    const place = places[path];
    await tracking.attachArtifact(runId, `${keptFolder}/${path}`, blob);
    if (place !== undefined) await tracking.attachArtifact(runId, place, blob);
  }
  const taken = await aliasesHere(options, name);
  return models.register(name, {
    runId,
    ...(pulled.version === null ? {} : { version: pulled.version }),
    // An alias that is in use here stays where it is.
    aliases: pulled.aliases.filter((alias) => !taken.has(alias)),
    description: pulled.description,
    tags: pulled.tags,
  });
}

async function versionHere(
  { models }: PullHandlerOptions,
  name: string,
  version: string,
): Promise<ModelVersion | null> {
  return unlessMissing(() => models.getVersion(name, version));
}

async function aliasesHere({ models }: PullHandlerOptions, name: string): Promise<ReadonlySet<string>> {
  const model = await unlessMissing(() => models.get(name));
  return new Set(Object.keys(model?.aliases ?? {}));
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.endsWith('not-found')) return null;
    throw thrown;
  }
}

async function unlessTaken(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'models/name-taken') throw thrown;
  }
}
