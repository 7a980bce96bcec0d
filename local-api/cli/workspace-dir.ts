import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** The folder to work in: --workspace, then ASSAY_WORKSPACE, then one in the platform's data folder. */
export function workspaceDir(
  option: string | undefined,
  environment: Record<string, string | undefined>,
): string {
  const named = option ?? environment.ASSAY_WORKSPACE;
  if (named) return resolve(named);
  return join(envPaths('Assay', { suffix: '' }).data, 'workspace');
}

/** Where compiled code is kept between commands. */
export function codeCacheDir(): string {
  return join(envPaths('Assay', { suffix: '' }).cache, 'code');
}

export function isWorkspace(dir: string): boolean {
  return existsSync(join(dir, 'assay.db'));
}
