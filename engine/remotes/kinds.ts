import { AssayError } from '../errors.ts';
import { folderKind } from './folder/folder-kind.ts';
import { gitKind } from './git/git-kind.ts';
import { hubKind } from './hub/hub-kind.ts';
import { kubernetesKind } from './kubernetes/kubernetes-kind.ts';
import { mlflowKind } from './mlflow/mlflow-kind.ts';
import { azureKind } from './object-store/azure-kind.ts';
import { gcsKind } from './object-store/gcs-kind.ts';
import { s3Kind } from './object-store/s3-kind.ts';
import { ociKind } from './oci/oci-kind.ts';
import { rayKind } from './ray/ray-kind.ts';
import type { TargetKind } from './target.ts';

/** Every kind of target, in the order of the form. Adding a kind is adding a line here. */
export const targetKinds: readonly TargetKind[] = [
  mlflowKind,
  ociKind,
  s3Kind,
  azureKind,
  gcsKind,
  hubKind,
  gitKind,
  folderKind,
  kubernetesKind,
  rayKind,
];

/** Errors: targets/unknown-kind. */
export function targetKind(name: string): TargetKind {
  const kind = targetKinds.find((known) => known.kind === name);
  if (kind !== undefined) return kind;
  const known = targetKinds.map(({ kind: known }) => known).join(', ');
  throw new AssayError('targets/unknown-kind', `There is no kind of target "${name}". Known: ${known}.`);
}
