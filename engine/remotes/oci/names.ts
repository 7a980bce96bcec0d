import { createHash } from 'node:crypto';

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The origin of a registry that is named as people do: without a scheme it is https, on this machine http. */
export function registryOrigin(registry: string): URL | null {
  const hasScheme = /^https?:\/\//.test(registry);
  const parsed = URL.parse(hasScheme ? registry : `https://${registry}`);
  if (parsed === null || parsed.pathname !== '/' || parsed.search !== '' || parsed.username !== '')
    return null;
  if (!hasScheme && localHosts.has(parsed.hostname)) parsed.protocol = 'http:';
  // Docker Hub goes by a name of its own.
  if (parsed.hostname === 'docker.io') parsed.hostname = 'registry-1.docker.io';
  return new URL(parsed.origin);
}

/** The name of a model as a component of a repository. Names of models hold more than that, so two may come out alike. */
export function repositoryName(model: string): string {
  const plain = model
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, (joint) => (/^(?:\.|__?|-+)$/.test(joint) ? joint : '-'))
    .replace(/^[._-]+|[._-]+$/g, '');
  return plain === '' ? `model-${createHash('sha256').update(model).digest('hex').slice(0, 12)}` : plain;
}

/** Whether an alias can be a tag. */
export function isTag(text: string): boolean {
  return /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(text);
}
