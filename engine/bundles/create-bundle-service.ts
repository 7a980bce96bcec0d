import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { BundleReport, ExportResult, type Job } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import { exportTarget } from '../models/index.ts';
import { withOnnx } from '../onnx/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { Clock } from '../system/index.ts';
import type { ArchivePlan } from './archive-job.ts';
import { checkFileFree } from './archive-target.ts';
import type { BundleService } from './bundle-service.ts';
import type { TrustedKeys } from './checks/signature-checks.ts';
import type { ImportPlan } from './import-job.ts';
import { createKeyring } from './keyring.ts';
import { exportSources, type PlanSources, planBundle } from './plan-bundle.ts';
import { ImportedBundle, type RegisterSources, registerBundle } from './register-bundle.ts';
import { readPublicKey } from './signing-key.ts';
import { trustedKeys } from './trusted-keys.ts';
import type { VerifyPlan } from './verify-job.ts';

type BundleOptions = Omit<PlanSources, 'keys'> &
  RegisterSources & {
    jobs: Pick<JobQueue, 'register' | 'submit'>;
    data: Pick<DataService, 'getVersion' | 'findUpload'>;
    secrets: Pick<SecretStore, 'get' | 'set'>;
    clock: Clock;
    /** The workspace folder: archives go to its folder `exports` unless they name another. */
    dir: string;
  };

const ArchiveInput = z.object({
  model: z.string(),
  version: z.string(),
  format: z.enum(['bundle', 'zip']),
  target: z.string(),
  overwrite: z.boolean(),
});
const SourceInput = z.object({ path: z.string().nullable(), uploadId: z.string().nullable() });
const VerifyInput = SourceInput.extend({ publicKey: z.string().nullable() });
const ImportInput = SourceInput.extend({ name: z.string().nullable(), acceptUnknownSigner: z.boolean() });

/** Over the registry of a workspace. Registers the handlers of its three kinds of jobs. */
export function createBundleService(options: BundleOptions): BundleService {
  const { jobs, models, dir } = options;
  const keys = createKeyring({ ...options, workspace: dir });
  const plan: BundleService['plan'] = (name, version) => planBundle({ ...options, keys }, name, version);

  /** Where the bytes are, and what to call them. */
  const find = async ({
    path,
    uploadId,
  }: {
    path?: string | null | undefined;
    uploadId?: string | null | undefined;
  }) => {
    if (uploadId == null) return { path: resolve(path ?? ''), name: basename(path ?? '') };
    return options.data.findUpload(uploadId);
  };

  jobs.register(archiveHandler(options, plan));
  jobs.register({
    kind: 'verify-bundle',
    maxAttempts: 1,
    resumable: true,
    takesSlot: true,
    async prepare(raw): Promise<VerifyPlan> {
      const input = VerifyInput.parse(raw);
      return { path: (await find(input)).path, trusted: await trustOf(dir, input.publicKey) };
    },
    onSuccess: async (output) => BundleReport.parse(output),
  });
  jobs.register({
    kind: 'import-bundle',
    // What is there already is passed over, so that going on after a crash is importing again.
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw): Promise<ImportPlan> {
      const input = ImportInput.parse(raw);
      const { path } = await find(input);
      return { path, trusted: await trustedKeys(dir), acceptUnknownSigner: input.acceptUnknownSigner };
    },
    async onSuccess(output, job) {
      const imported = ImportedBundle.parse(output);
      return registerBundle(options, imported, ImportInput.parse(job.input).name ?? imported.manifest.model);
    },
  });

  return {
    keys,
    plan,
    async export(name, ref, { format, path, overwrite }, parentId = null) {
      const { model, version, runId } = withOnnx(await models.getVersion(name, ref));
      const target = await exportTarget(dir, path, `${model}-${version}.zip`);
      await checkFileFree(target, overwrite);
      return jobs.submit({
        kind: 'bundle',
        title: `${format === 'bundle' ? 'Bundle' : 'ZIP'} of ${model} ${version}`,
        input: { model, version, format, target, overwrite } satisfies z.infer<typeof ArchiveInput>,
        parentId,
        runId,
        dedupKey: `export:${target}`,
      });
    },
    async verify({ path = null, uploadId = null, publicKey = null }, parentId = null) {
      const { name } = await find({ path, uploadId });
      if (publicKey !== null) readPublicKey(publicKey);
      const input: z.infer<typeof VerifyInput> = { path, uploadId, publicKey };
      return jobs.submit({ kind: 'verify-bundle', title: `Verify ${name}`, input, parentId });
    },
    async import(
      { path = null, uploadId = null, name = null, acceptUnknownSigner },
      parentId = null,
    ): Promise<Job> {
      const source = await find({ path, uploadId });
      const input: z.infer<typeof ImportInput> = { path, uploadId, name, acceptUnknownSigner };
      return jobs.submit({
        kind: 'import-bundle',
        title: `Import the bundle ${source.name}`,
        input,
        parentId,
      });
    },
  };
}

/** One key that was given, or those of the workspace. */
async function trustOf(workspace: string, publicKey: string | null): Promise<TrustedKeys> {
  if (publicKey === null) return trustedKeys(workspace);
  return [{ ...readPublicKey(publicKey), name: 'the key given' }];
}

function archiveHandler(options: BundleOptions, plan: BundleService['plan']): JobHandler<unknown, unknown> {
  return {
    kind: 'bundle',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw, job): Promise<ArchivePlan> {
      const { model, version, format, target, overwrite } = ArchiveInput.parse(raw);
      const place = { target, staging: stagingOf(target, job.id), overwrite };
      if (format === 'bundle') return { ...place, format, bundle: await plan(model, version) };
      const found = withOnnx(await options.models.getVersion(model, version));
      return { ...place, format, sources: await exportSources(options, found) };
    },
    onSuccess: async (output) => ExportResult.parse(output),
    async onEnd(job) {
      await rm(stagingOf(ArchiveInput.parse(job.input).target, job.id), { force: true });
    },
  };
}

function stagingOf(target: string, jobId: string): string {
  return `${target}.partial-${jobId}`;
}
