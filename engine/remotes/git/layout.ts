import { manifestPath } from '../files/version-manifest.ts';
import type { GitConfig } from './git-kind.ts';

/**
 * Where things of a model lie: `<folder>/<model>/bundle/…` and the manifest beside it, so that the folder "bundle" is the
 * bundle and nothing else.
 */
export function layoutOf({ folder }: Pick<GitConfig, 'folder'>, slug: string) {
  const root = folder === '' ? slug : `${folder}/${slug}`;
  return {
    root,
    bundle: `${root}/bundle/`,
    manifest: `${root}/${manifestPath}`,
    file: (path: string) => `${root}/bundle/${path}`,
  };
}

export function branchRef({ branch }: Pick<GitConfig, 'branch'>): string {
  return `refs/heads/${branch}`;
}

export function tagRef(tag: string): string {
  return `refs/tags/${tag}`;
}

export function whereOf({ url }: GitConfig, tag: string): string {
  return `${url} ${tag}`;
}

/** A page to look at, where the service has one at a known address. */
export function linkOf({ url }: GitConfig, tag: string): string | null {
  const known = /^(?:https:\/\/|ssh:\/\/git@|git@)(github\.com|gitlab\.com)[:/](.+?)(?:\.git)?$/.exec(url);
  if (known === null) return null;
  const [, host, path] = known;
  return `https://${host}/${path}${host === 'gitlab.com' ? '/-' : ''}/tree/${encodeURIComponent(tag)}`;
}
