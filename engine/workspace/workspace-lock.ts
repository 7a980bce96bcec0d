import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError, messageOf } from '../errors.ts';
import { isSameProcess, ownStart } from './process-identity.ts';

/** One engine holds a folder at a time. `release` gives it back. */
export type WorkspaceLock = { release(): Promise<void> };

const Holder = z.object({ pid: z.int(), start: z.string(), host: z.string() });
type Holder = z.infer<typeof Holder>;

/** A process of another machine (or container) cannot be looked up: it shows that it lives by touching the file. */
const touchEveryMs = 10_000;
const foreignStaleMs = 60_000;
const attempts = 5;

/** A file that appears complete or not at all; false when there is one already. */
async function place(temporary: string, path: string): Promise<boolean> {
  const isThere = (thrown: unknown) =>
    thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST';
  try {
    await link(temporary, path);
    return true;
  } catch (thrown) {
    if (isThere(thrown)) return false;
  }
  // Some file systems have no links.
  try {
    await copyFile(temporary, path, constants.COPYFILE_EXCL);
    return true;
  } catch (thrown) {
    if (isThere(thrown)) return false;
    throw thrown;
  }
}

async function readHolder(path: string): Promise<{ text: string; holder: Holder | null } | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return { text, holder: Holder.parse(JSON.parse(text)) };
  } catch {
    return { text, holder: null };
  }
}

async function isHeld(path: string, holder: Holder): Promise<boolean> {
  if (holder.host === hostname()) return isSameProcess(holder.pid, holder.start);
  const touched = await stat(path).catch(() => null);
  return touched !== null && Date.now() - touched.mtimeMs < foreignStaleMs;
}

/** Takes a lock away that nobody holds. When another process was faster, what it wrote is put back. */
async function clear(path: string, judged: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, 'utf8').catch(() => judged);
  if (taken !== judged) await place(aside, path);
  await rm(aside, { force: true });
}

/**
 * Takes the folder for this process. A lock whose process has gone is taken over.
 * Throws workspace/locked, with the number of the process that holds it, or workspace/not-writable.
 */
export async function lockWorkspace(dir: string): Promise<WorkspaceLock> {
  const path = join(dir, 'lock');
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const own = JSON.stringify({ pid: process.pid, start: ownStart(), host: hostname() });
  try {
    await writeFile(temporary, own, { mode: 0o600 });
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await place(temporary, path)) return heldLock(path, own);
      const found = await readHolder(path);
      if (found === null) continue;
      if (found.holder !== null && (await isHeld(path, found.holder))) throw locked(dir, found.holder);
      await clear(path, found.text);
    }
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw new AssayError('workspace/not-writable', `${dir} cannot be locked: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
  throw new AssayError('workspace/locked', `Other engines are taking ${dir} at this moment.`);
}

function locked(dir: string, holder: Holder): AssayError {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new AssayError('workspace/locked', `The process ${holder.pid}${where} holds ${dir}.`, {
    problems: [{ path: 'lock', message: `is held by process ${holder.pid}${where}` }],
  });
}

function heldLock(path: string, own: string): WorkspaceLock {
  const touch = (): void => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  };
  const timer = setInterval(touch, touchEveryMs);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      const text = await readFile(path, 'utf8').catch(() => null);
      if (text === own) await rm(path, { force: true });
    },
  };
}
