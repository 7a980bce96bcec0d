import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunSourceFormat } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { entriesOf, filesBelow, kindOf } from './files.ts';

export type Source = { path: string; format: RunSourceFormat };

/** Files looked at before a folder counts as holding nothing known. */
const filesLookedAt = 5000;

/**
 * Which tracker wrote what is at a path, and where in it that begins: `.` of a project is as good as the `mlruns` in it.
 * Errors: run-imports/source-not-found, run-imports/unknown-format.
 */
export async function detectSource(path: string, format?: RunSourceFormat): Promise<Source> {
  const kind = await kindOf(path);
  if (kind === null) {
    throw new AssayError('run-imports/source-not-found', `There is no file or folder ${path}.`);
  }
  const found = kind === 'file' ? await sourceOfFile(path) : await sourceOfFolder(path);
  if (format !== undefined) return found?.format === format ? found : { path, format };
  if (found !== null) return found;
  const isAim = basename(path) === '.aim' || (await kindOf(join(path, '.aim'))) === 'folder';
  throw new AssayError(
    'run-imports/unknown-format',
    `${path} holds no runs of a tracker that is known here.`,
    isAim
      ? { hint: "Aim's own database cannot be read; export it first: docs/guide/migrating.md says how." }
      : {},
  );
}

async function sourceOfFile(path: string): Promise<Source | null> {
  const name = basename(path);
  if (await isSqlite(path)) return { path, format: 'mlflow-database' };
  if (name.endsWith('.wandb')) return { path, format: 'wandb' };
  if (isEventFile(name)) return { path, format: 'tensorboard' };
  if (/\.jsonl$/i.test(name)) return { path, format: 'aim' };
  return null;
}

async function sourceOfFolder(dir: string): Promise<Source | null> {
  const entries = await entriesOf(dir);
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('mlflow.db') && (await isSqlite(join(dir, 'mlflow.db')))) {
    return { path: join(dir, 'mlflow.db'), format: 'mlflow-database' };
  }
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^\d+$/.test(entry.name)) continue;
    if ((await kindOf(join(dir, entry.name, 'meta.yaml'))) === 'file') return { path: dir, format: 'mlruns' };
  }
  if (names.has('mlruns')) {
    const inner = await sourceOfFolder(join(dir, 'mlruns'));
    if (inner !== null) return inner;
  }
  let seen = 0;
  for await (const file of filesBelow(dir)) {
    if (file.endsWith('.wandb')) return { path: dir, format: 'wandb' };
    if (isEventFile(basename(file))) return { path: dir, format: 'tensorboard' };
    seen += 1;
    if (seen > filesLookedAt) break;
  }
  return null;
}

/** How TensorFlow, PyTorch and the others name event files. */
export function isEventFile(name: string): boolean {
  return name.includes('tfevents');
}

async function isSqlite(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return bytesRead === 16 && buffer.toString('latin1') === 'SQLite format 3\0';
  } finally {
    await file.close();
  }
}
