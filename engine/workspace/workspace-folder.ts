import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, messageOf } from '../errors.ts';

/** Where things are in a workspace folder. */
export type WorkspacePaths = {
  database: string;
  artifacts: string;
  datasets: string;
  /** Batch predictions that are under way. */
  batches: string;
  logs: string;
  tmp: string;
  backups: string;
  token: string;
  secretsKey: string;
  engine: string;
  /** OpenLineage events, one a line, when the settings ask for them. */
  openLineage: string;
};

export function workspacePaths(dir: string): WorkspacePaths {
  return {
    database: join(dir, 'assay.db'),
    artifacts: join(dir, 'artifacts'),
    datasets: join(dir, 'datasets'),
    batches: join(dir, 'batches'),
    logs: join(dir, 'logs'),
    tmp: join(dir, 'tmp'),
    backups: join(dir, 'backups'),
    token: join(dir, 'token'),
    secretsKey: join(dir, 'secrets.key'),
    engine: join(dir, 'engine.json'),
    openLineage: join(dir, 'lineage', 'openlineage.ndjson'),
  };
}

function notWritable(dir: string, thrown: unknown): AssayError {
  return new AssayError('workspace/not-writable', `${dir} cannot be used: ${messageOf(thrown)}.`, {
    cause: thrown,
  });
}

/** Makes the folder itself, readable to its owner only. Throws workspace/not-writable. */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw notWritable(dir, thrown);
  }
}

/** Makes what is missing in a folder that this process holds, and removes what an engine that died left in `tmp`. */
export async function prepareFolders(dir: string, paths: WorkspacePaths): Promise<void> {
  try {
    // A job process of an engine that was killed may live half a second longer and still write there.
    await rm(paths.tmp, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    for (const folder of [paths.artifacts, paths.datasets, paths.logs, paths.tmp]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
  } catch (thrown) {
    throw notWritable(dir, thrown);
  }
}

/** Writes a file that only its owner can read, complete or not at all. */
async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(temporary, text, { mode: 0o600, flush: true });
  await rename(temporary, path);
}

/** The token of the local API: 256 random bits, made once. Throws workspace/not-writable. */
export async function readOrMakeToken(path: string): Promise<string> {
  try {
    const existing = await readFile(path, 'utf8').catch(() => '');
    if (/^[\w-]{43}$/.test(existing.trim())) {
      await chmod(path, 0o600);
      return existing.trim();
    }
    const token = randomBytes(32).toString('base64url');
    await writePrivate(path, `${token}\n`);
    return token;
  } catch (thrown) {
    throw notWritable(path, thrown);
  }
}

/** Tells other programs of this user where the engine of this folder answers. `url` is null while it does not. */
export function announceEngine(path: string, url: string | null, startedAtMs: number): Promise<void> {
  return writePrivate(path, `${JSON.stringify({ pid: process.pid, startedAtMs, url })}\n`);
}

/** The engine of this folder has ended. */
export async function withdrawEngine(path: string): Promise<void> {
  await rm(path, { force: true });
}
