import type { Manifest } from '../manifests/manifest.ts';
import { manifestsOf } from '../manifests/manifests.ts';
import type { Environment } from '../read-document.ts';
import { jsonPatch } from './json-patch.ts';
import { fileNameOf, type TextFiles, withoutNamespace } from './kubernetes.ts';
import { kustomizeWorkflow } from './kustomize-workflow.ts';
import { yamlOf } from './yaml.ts';

const head = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

/** A base, and an overlay an environment that says only what differs there. */
export function kustomizeFiles(environments: readonly Environment[]): TextFiles {
  const base = environments.find(({ environment }) => environment === null);
  if (base === undefined) return new Map();
  const objects = manifestsOf(base.subject).map(withoutNamespace);
  const files: TextFiles = new Map([
    [
      'base/kustomization.yaml',
      yamlOf({
        ...head,
        namespace: base.subject.deployment.namespace,
        resources: objects.map(fileNameOf),
      }),
    ],
    ...objects.map((object): [string, string] => [`base/${fileNameOf(object)}`, yamlOf(object)]),
  ]);
  for (const { environment, subject } of environments) {
    if (environment === null) continue;
    const overlay = overlayOf(objects, manifestsOf(subject).map(withoutNamespace));
    const dir = `overlays/${environment}`;
    files.set(
      `${dir}/kustomization.yaml`,
      yamlOf({
        ...head,
        namespace: subject.deployment.namespace,
        resources: ['../../base', ...overlay.added.map(fileNameOf)],
        ...(overlay.patches.length === 0 ? {} : { patches: overlay.patches }),
      }),
    );
    for (const object of overlay.added) files.set(`${dir}/${fileNameOf(object)}`, yamlOf(object));
  }
  if (environments.length > 1) files.set('.github/workflows/deploy.yml', kustomizeWorkflow(environments));
  return files;
}

type Patch = {
  target: { group?: string; version: string; kind: string; name: string };
  patch: string;
};

function overlayOf(
  base: readonly Manifest[],
  wanted: readonly Manifest[],
): { added: Manifest[]; patches: Patch[] } {
  const there = new Map(base.map((object) => [keyOf(object), object]));
  const kept = new Map(wanted.map((object) => [keyOf(object), object]));
  const added = wanted.filter((object) => !there.has(keyOf(object)));
  const patches = base.flatMap((object): Patch[] => {
    const other = kept.get(keyOf(object));
    const { apiVersion, kind, metadata } = object;
    const target = { ...groupVersion(apiVersion), kind, name: metadata.name };
    if (other === undefined) {
      const gone = { $patch: 'delete', apiVersion, kind, metadata: { name: metadata.name } };
      return [{ target, patch: yamlOf(gone) }];
    }
    const operations = jsonPatch(object, other);
    return operations.length === 0 ? [] : [{ target, patch: yamlOf(operations) }];
  });
  return { added, patches };
}

function keyOf({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion} ${kind} ${metadata.name}`;
}

function groupVersion(apiVersion: string): { group?: string; version: string } {
  const [group = '', version] = apiVersion.split('/');
  return version === undefined ? { version: group } : { group, version };
}
