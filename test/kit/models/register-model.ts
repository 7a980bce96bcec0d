import type { Workspace } from '../../../engine/index.ts';
import { runFiles } from '../../../engine/training/index.ts';
import {
  CreateRun,
  type ModelVersion,
  RegisterRequest,
  type Signature,
} from '../../../local-api/contract/index.ts';

/**
 * Registers a model as a training would have left it: a finished run with the file and the signature, and the version of the
 * dataset that it was trained on.
 */
export async function registerModel(
  { artifacts, models, tracking }: Workspace,
  name: string,
  { bytes, signature }: { bytes: Uint8Array; signature: Signature },
  { trainedOn, ...request }: { aliases?: string[]; trainedOn?: string } = {},
): Promise<ModelVersion> {
  const inputs =
    trainedOn === undefined
      ? {}
      : { inputs: [{ datasetVersionId: trainedOn, name: 'data', digest: 'digest', context: 'training' }] };
  const run = await tracking.createRun(
    CreateRun.parse({
      name: `a run of ${name}`,
      status: 'finished',
      params: { trainer: 'linear' },
      ...inputs,
    }),
  );
  await tracking.attachArtifact(run.id, runFiles.model, await artifacts.put(bytes));
  const json = Buffer.from(JSON.stringify(signature));
  await tracking.attachArtifact(run.id, runFiles.signature, await artifacts.put(json));
  return models.register(name, RegisterRequest.parse({ ...request, runId: run.id }));
}
