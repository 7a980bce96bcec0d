import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunStatus } from '../../local-api/contract/index.ts';
import { kindOf } from './files.ts';

/** The context of a dataset input is a tag of this name. */
export const contextTag = 'mlflow.data.context';

const statuses: readonly RunStatus[] = ['running', 'scheduled', 'finished', 'failed', 'killed'];

/** MLflow writes a status as its name (database) or its number from 1 on (files). What is unknown counts as finished. */
export function statusOf(status: string | number | null): RunStatus {
  if (typeof status === 'number') return statuses[status - 1] ?? 'finished';
  const name = status?.toLowerCase();
  return statuses.find((known) => known === name) ?? 'finished';
}

/** The database has no infinities: MLflow puts the largest number in their place. */
export function fromDatabase(value: number, isNan: number): number {
  if (isNan === 1) return Number.NaN;
  if (value >= Number.MAX_VALUE) return Number.POSITIVE_INFINITY;
  return value <= -Number.MAX_VALUE ? Number.NEGATIVE_INFINITY : value;
}

/** A number as Python writes it: `nan`, `inf`, `-inf` besides the usual. */
export function fromPython(text: string): number {
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

/**
 * The folder on this machine that an artifact URI means, or why there is none. Stores are moved: where the folder named is
 * not there, the end of its path (`<experiment>/<run>/artifacts`) is looked for beside the store.
 */
export async function artifactFolder(
  uri: string,
  store: { dir: string; artifactsRoot: string | null },
): Promise<{ dir: string } | { reason: string }> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  const candidates: string[] = [];
  const roots = [...(store.artifactsRoot === null ? [] : [store.artifactsRoot]), ...besides(store.dir)];
  if (scheme === 'mlflow-artifacts') {
    const path = uri.slice('mlflow-artifacts:'.length).replace(/^\/\/[^/]*/, '');
    candidates.push(...roots.map((root) => join(root, path)));
  } else if (scheme === undefined || scheme === 'file') {
    const named = scheme === 'file' ? pathOfFileUri(uri) : uri;
    candidates.push(isAbsolute(named) ? named : resolve(store.dir, named));
    const end = named.split(/[\\/]/).slice(-3).join('/');
    candidates.push(...roots.map((root) => join(root, end)));
  } else {
    return { reason: `the files are in ${scheme}:// and not on this machine` };
  }
  for (const dir of candidates) {
    if ((await kindOf(dir)) === 'folder') return { dir };
  }
  return { reason: 'no files were found where the run says they are' };
}

function besides(dir: string): string[] {
  return [join(dir, 'mlruns'), join(dir, 'mlartifacts'), dir, dirname(dir)];
}

function pathOfFileUri(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return uri.slice('file:'.length);
  }
}
