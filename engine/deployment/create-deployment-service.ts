import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import {
  DeploymentDocument,
  DeploymentFields,
  DeploymentFormat,
  type DeploymentDocument as Document,
  ExportResult,
} from '../../local-api/contract/index.ts';
import type { BundleService } from '../bundles/index.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import { checkTargetFree, exportTarget, type ModelRegistry, readServerScript } from '../models/index.ts';
import { type OnnxVersion, withOnnx } from '../onnx/index.ts';
import { contextFolders, type RenderedFiles, renderFiles } from './deployment-files.ts';
import type { DeploymentFilesPlan } from './deployment-files-job.ts';
import type { DeploymentRequest, DeploymentService } from './deployment-service.ts';
import { readDocument } from './read-document.ts';
import { yamlOf } from './writers/yaml.ts';

/** The document that the files were made of, kept with them: changed and given again it makes the next ones. */
const documentFile = 'deployment.yaml';

const ExportInput = z.object({
  model: z.string(),
  version: z.string(),
  target: z.string(),
  overwrite: z.boolean(),
  format: DeploymentFormat,
  environment: z.string().nullable(),
  document: DeploymentDocument,
});
type ExportInput = z.infer<typeof ExportInput>;

/** Over the registry of a workspace. Registers the handler of its jobs. */
export function createDeploymentService(options: {
  models: Pick<ModelRegistry, 'getVersion'>;
  bundles: Pick<BundleService, 'plan'>;
  jobs: Pick<JobQueue, 'register' | 'submit'>;
  /** The workspace folder: exports go to its folder `exports` unless they name another. */
  dir: string;
}): DeploymentService {
  const { models, jobs, dir } = options;
  const find = async (model: string, version: string) => withOnnx(await models.getVersion(model, version));

  jobs.register(exportHandler(options, find));

  return {
    async document(model, version) {
      await find(model, version);
      const document: Document = { replicas: 2, environments: { staging: { replicas: 1 } } };
      return { document, schema: documentSchema() };
    },
    async preview(name, ref, request) {
      const { files, notes } = rendered(await find(name, ref), request);
      return {
        format: request.format,
        environment: request.environment,
        files: [...files].map(([path, text]) => ({
          path,
          sizeBytes: Buffer.byteLength(text),
          digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
          text,
        })),
        notes,
      };
    },
    async export(name, ref, { path, overwrite, ...request }, parentId = null) {
      const version = await find(name, ref);
      rendered(version, request);
      const { model, version: number } = version;
      const target = await exportTarget(dir, path, `${model}-${number}-${request.format}`);
      await checkTargetFree(target, overwrite);
      if (contextFolders[request.format] !== undefined) await readServerScript();
      const input: ExportInput = { model, version: number, target, overwrite, ...request };
      return jobs.submit({
        kind: 'deployment-files',
        title: `Export ${model} ${number} for ${formatNames[request.format]}`,
        input,
        parentId,
        runId: version.runId,
        dedupKey: `export:${target}`,
      });
    },
  };
}

const formatNames: Record<DeploymentFormat, string> = {
  k8s: 'Kubernetes',
  kustomize: 'Kustomize',
  helm: 'Helm',
  docker: 'Docker',
  compose: 'Docker Compose',
};

/** The files with the document among them. Errors: deployments/bad-document, deployments/no-such-environment. */
function rendered(version: OnnxVersion, request: DeploymentRequest): RenderedFiles {
  const environments = readDocument(request.document, version);
  const { files, notes } = renderFiles(request.format, environments, {
    environment: request.environment,
    facts: version,
  });
  // Below a chart and beside manifests that are applied as a folder, it would be taken for one of them.
  const folder = request.format === 'k8s' || request.format === 'helm' ? 'source/' : '';
  const path = `${folder}${documentFile}`;
  const all = [...files, [path, yamlOf(request.document)] as const];
  return { files: new Map(all.sort(([a], [b]) => (a < b ? -1 : 1))), notes };
}

function documentSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(DeploymentFields, { io: 'input' }) };
}

function exportHandler(
  { bundles }: { bundles: Pick<BundleService, 'plan'> },
  find: (model: string, version: string) => Promise<OnnxVersion>,
): JobHandler<unknown, unknown> {
  return {
    kind: 'deployment-files',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw, job): Promise<DeploymentFilesPlan> {
      const { model, version: number, target, overwrite, ...request } = ExportInput.parse(raw);
      const version = await find(model, number);
      const context = contextFolders[request.format];
      return {
        target,
        staging: stagingOf(target, job.id),
        overwrite,
        texts: [...rendered(version, request).files],
        context:
          context === undefined
            ? null
            : {
                folder: context,
                version: { model, version: number },
                server: await readServerScript(),
                bundle: await bundles.plan(model, number),
              },
      };
    },
    onSuccess: async (output) => ExportResult.parse(output),
    async onEnd(job) {
      const { target } = ExportInput.parse(job.input);
      await rm(stagingOf(target, job.id), { recursive: true, force: true });
    },
  };
}

function stagingOf(target: string, jobId: string): string {
  return `${target}.partial-${jobId}`;
}
