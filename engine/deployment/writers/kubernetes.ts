import { type Manifest, type Subject, settle } from '../manifests/manifest.ts';
import { manifestsOf } from '../manifests/manifests.ts';
import { yamlOf } from './yaml.ts';

/** Texts by path. */
export type TextFiles = Map<string, string>;

/** One file an object, numbered in the order in which to apply them. */
export function kubernetesFiles(subject: Subject): TextFiles {
  const files = manifestsOf(subject).map((object, index): [string, string] => [
    `${String(index).padStart(2, '0')}-${fileNameOf(object)}`,
    yamlOf(object),
  ]);
  return new Map(files);
}

/** `deployment-late-flights.yaml`. */
export function fileNameOf({ kind, metadata }: Manifest): string {
  return `${kind.toLowerCase()}-${metadata.name}.yaml`;
}

/** An object without its namespace, where Kustomize or Helm gives it. */
export function withoutNamespace({ metadata, ...rest }: Manifest): Manifest {
  const { name, namespace: _, ...others } = metadata;
  return { ...rest, apiVersion: rest.apiVersion, kind: rest.kind, metadata: { name, ...settle(others) } };
}
