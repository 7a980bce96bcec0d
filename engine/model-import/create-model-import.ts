import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import {
  CheckModelRequest,
  ImportedVersion,
  ImportModelRequest,
  type Job,
  ModelImportReport,
  type ModelImportResult,
  ModelReading,
} from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { importedModels } from '../bundles/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import type { ModelRegistry } from '../models/index.ts';
import type { Clock } from '../system/index.ts';
import { version as assayVersion } from '../system/version.ts';
import type { TrackingService } from '../tracking/index.ts';
import { runFiles } from '../training/index.ts';
import type { ImportJobInput } from './import-job.ts';
import type { ModelImportService } from './model-import-service.ts';

export type ModelImportOptions = {
  models: Pick<ModelRegistry, 'getVersion' | 'register'>;
  artifacts: Pick<ArtifactStore, 'putFile'>;
  tracking: Pick<
    TrackingService,
    | 'importRun'
    | 'attachArtifact'
    | 'deleteRun'
    | 'findExperimentByName'
    | 'createExperiment'
    | 'restoreExperiment'
  >;
  data: Pick<DataService, 'findUpload'>;
  jobs: Pick<JobQueue, 'register' | 'submit'>;
  clock: Clock;
};

/** What was submitted: `register` is null for a mere check. */
const Submitted = z.object({
  source: z.object({ path: z.string().nullable(), uploadId: z.string().nullable() }),
  question: ModelReading,
  register: ImportedVersion.nullable(),
});
type Submitted = z.infer<typeof Submitted>;
const Output = z.object({
  report: ModelImportReport,
  files: z.array(z.object({ file: z.string(), place: z.string() })),
});
type Output = z.infer<typeof Output>;

/** Registers the handler of its jobs. */
export function createModelImport(options: ModelImportOptions): ModelImportService {
  const { jobs } = options;
  jobs.register(importHandler(options));
  const submit = async (
    what: string,
    input: Submitted,
    seconds: number,
    parentId: string | null,
  ): Promise<Job> => {
    const { name } = await locate(options, input.source);
    return jobs.submit({
      kind: 'import-model',
      title: `${what} ${name}`,
      input,
      parentId,
      limits: { seconds },
    });
  };
  return {
    check: (raw, parentId = null) => {
      const { path = null, uploadId = null, seconds, ...question } = CheckModelRequest.parse(raw);
      return submit(
        'Check the model',
        { source: { path, uploadId }, question, register: null },
        seconds,
        parentId,
      );
    },
    import: (raw, parentId = null) => {
      const request = ImportModelRequest.parse(raw);
      const {
        path = null,
        uploadId = null,
        seconds,
        name,
        version,
        aliases,
        description,
        tags,
        ...question
      } = request;
      const register = { name, ...(version === undefined ? {} : { version }), aliases, description, tags };
      return submit(
        'Import the model',
        { source: { path, uploadId }, question, register },
        seconds,
        parentId,
      );
    },
  };
}

async function locate(
  { data }: Pick<ModelImportOptions, 'data'>,
  { path, uploadId }: Submitted['source'],
): Promise<{ path: string; name: string; hasNeighbours: boolean }> {
  if (uploadId !== null) return { ...(await data.findUpload(uploadId)), hasNeighbours: false };
  return { path: resolve(path ?? ''), name: basename(resolve(path ?? '')), hasNeighbours: true };
}

function importHandler(options: ModelImportOptions): JobHandler<unknown, unknown> {
  return {
    kind: 'import-model',
    maxAttempts: 1,
    resumable: true,
    takesSlot: true,
    overLimits: {
      time: 'The model did not answer a few rows in the time that it was given: it is far too slow, or a loop in it never ends. Where it is slow, give it more seconds.',
      memory: 'The model needs more memory for a few rows than a job may take.',
    },
    async prepare(raw): Promise<ImportJobInput> {
      const { source, question, register } = Submitted.parse(raw);
      return { ...(await locate(options, source)), question, isCheck: register === null, assayVersion };
    },
    async onSuccess(raw, job, tmpDir) {
      const output = Output.parse(raw);
      const { register } = Submitted.parse(job.input);
      if (register === null) return output.report;
      return registerModel(options, { output, register, job, tmpDir });
    },
  };
}

type Registering = {
  output: Output;
  register: NonNullable<Submitted['register']>;
  job: Job;
  tmpDir: string;
};

async function registerModel(
  options: ModelImportOptions,
  { output, register, job, tmpDir }: Registering,
): Promise<z.infer<typeof ModelImportResult>> {
  const { models, artifacts, tracking, clock } = options;
  const { report } = output;
  const blobs = new Map<string, Awaited<ReturnType<ArtifactStore['putFile']>>>();
  for (const { file, place } of output.files) blobs.set(place, await artifacts.putFile(join(tmpDir, file)));
  const known = await versionHere(options, register);
  if (known !== null) {
    const { version, runId } = known;
    if (known.digest === blobs.get(runFiles.model)?.digest && runId !== null)
      return { model: register.name, version, runId, change: 'unchanged', report };
    throw new AssayError('models/version-taken', `"${register.name}" has a version ${version} already`);
  }
  // One run a job: done twice after a crash, it is still one.
  const runId = createHash('sha256').update(`import ${job.id}`).digest('hex').slice(0, 32);
  const nowMs = clock.nowMs();
  await tracking.importRun({
    id: runId,
    experimentId: await importedModels(tracking),
    name: report.file,
    status: 'finished',
    startedAtMs: Math.min(job.startedAtMs ?? nowMs, nowMs),
    endedAtMs: nowMs,
    params: { trainer: 'imported', format: report.format, producer: report.producer },
    tags: { 'assay.imported': report.digest, 'mlflow.source.name': report.file },
  });
  for (const [place, blob] of blobs) await tracking.attachArtifact(runId, place, blob);
  const { name, ...labels } = register;
  try {
    const { version } = await models.register(name, { runId, ...labels });
    return { model: name, version, runId, change: 'added', report };
  } catch (thrown) {
    await tracking.deleteRun(runId);
    throw thrown;
  }
}

async function versionHere({ models }: ModelImportOptions, { name, version }: Registering['register']) {
  if (version === undefined) return null;
  try {
    return await models.getVersion(name, version);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.endsWith('not-found')) return null;
    throw thrown;
  }
}
