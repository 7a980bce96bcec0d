import type { DeploymentFormat } from '../../local-api/contract/index.ts';
import { needsOf } from './manifests/manifests.ts';
import { type Environment, environmentOf } from './read-document.ts';
import { composeFiles, contextFolder } from './writers/compose.ts';
import { dockerFiles, type ImageFacts } from './writers/docker.ts';
import { helmFiles } from './writers/helm.ts';
import { kubernetesFiles, type TextFiles } from './writers/kubernetes.ts';
import { kustomizeFiles } from './writers/kustomize.ts';

/** Texts by path, sorted, and what has to be there before they work. */
export type RenderedFiles = { files: TextFiles; notes: string[] };

/** Where the build context lies in each format that has one: the files of the model and the server are put there. */
export const contextFolders: Partial<Record<DeploymentFormat, string>> = {
  docker: '.',
  compose: contextFolder,
};

/**
 * The files of a format, but for those of the model and the server. The same input gives the same bytes.
 * Errors: deployments/no-such-environment.
 */
export function renderFiles(
  format: DeploymentFormat,
  environments: readonly Environment[],
  wanted: { environment: string | null; facts: ImageFacts },
): RenderedFiles {
  const { subject } = environmentOf(environments, wanted.environment);
  const sorted = (files: TextFiles): TextFiles => new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  const needs = needsOf(subject);
  switch (format) {
    case 'k8s':
      return { files: sorted(kubernetesFiles(subject)), notes: needs };
    case 'kustomize':
      return { files: sorted(kustomizeFiles(environments)), notes: needs };
    case 'helm':
      return { files: sorted(helmFiles(environments)), notes: needs };
    case 'docker':
      return { files: sorted(dockerFiles(subject, wanted.facts)), notes: ['Docker, or another builder'] };
    case 'compose': {
      const image = [...dockerFiles(subject, wanted.facts)]
        .filter(([path]) => !path.startsWith('.github/'))
        .map(([path, text]): [string, string] => [`${contextFolder}/${path}`, text]);
      const files = new Map([...composeFiles(subject), ...image]);
      return { files: sorted(files), notes: ['Docker with Compose', 'A password for Grafana in .env'] };
    }
  }
}
