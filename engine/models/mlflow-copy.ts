import type { ArtifactStore } from '../artifacts/index.ts';
import type { OnnxVersion } from '../onnx/index.ts';
import { exampleRow } from '../serving/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { mlflowFiles } from './export/mlflow-files.ts';

const exampleRows = 3;

export type MlflowCopies = {
  artifacts: Pick<ArtifactStore, 'read' | 'put'>;
  tracking: Pick<TrackingService, 'putFile' | 'deleteFiles'>;
};

/** Below mlflow-artifacts:/. Nothing in it is a name of somebody's, which may be any text. */
function folderOf(modelId: number, number: number): string {
  return `assay-models/${modelId}/${number}`;
}

/**
 * Keeps the files by which MLflow's clients load a version of ours: an MLmodel and what it names. The ONNX file is in the
 * store already and takes no room again. Gives the location of the folder.
 */
export async function keepMlflowCopy(
  { artifacts, tracking }: MlflowCopies,
  version: OnnxVersion,
  modelId: number,
): Promise<string> {
  const folder = folderOf(modelId, version.number);
  const rows = Array.from({ length: exampleRows }, (_, n) => exampleRow(version.signature, n));
  const files = mlflowFiles(version, await artifacts.read(version.digest), rows);
  for (const [path, bytes] of files) await tracking.putFile(`${folder}/${path}`, await artifacts.put(bytes));
  return `mlflow-artifacts:/${folder}`;
}

/** Of one version, or of all of a model. */
export async function dropMlflowCopies(
  { tracking }: Pick<MlflowCopies, 'tracking'>,
  modelId: number,
  number?: number,
): Promise<void> {
  await tracking.deleteFiles(number === undefined ? `assay-models/${modelId}` : folderOf(modelId, number));
}
