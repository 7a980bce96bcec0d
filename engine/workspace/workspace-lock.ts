import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError, messageOf } from '../errors.ts';
import { withFileLock } from '../store/index.ts';
import { isSameProcess, ownStart } from './process-identity.ts';

/** One engine holds a folder at a time. `release` gives it back. */
export type WorkspaceLock = { release(): void };

const Holder = z.object({ pid: z.int(), start: z.string(), host: z.string() });
type Holder = z.infer<typeof Holder>;

/** A process of another machine (or container) cannot be looked up: it shows that it lives by touching the file. */
const touchEveryMs = 10_000;
const foreignStaleMs = 60_000;

/** Who holds the folder by the file; null for a file that is not there or that no engine wrote to its end. */
function readHolder(path: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function isHeld(path: string, holder: Holder): boolean {
  if (holder.host === hostname()) return isSameProcess(holder.pid, holder.start);
  return Date.now() - statSync(path).mtimeMs < foreignStaleMs;
}

/** Looking at the lock and taking it is one step: two engines that find it stale at once do not both get it. */
function take(dir: string, path: string, own: string): void {
  withFileLock(join(dir, 'lock-guard'), () => {
    const holder = readHolder(path);
    if (holder !== null && isHeld(path, holder)) {
      const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
      throw new AssayError('workspace/locked', `The process ${holder.pid}${where} holds ${dir}.`, {
        problems: [{ path: 'lock', message: `is held by process ${holder.pid}${where}` }],
      });
    }
    writeFileSync(`${path}.tmp`, own, { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  });
}

/**
 * Takes the folder for this process. A lock whose process has gone is taken over.
 * Throws workspace/locked, with the number of the process that holds it, or workspace/not-writable.
 */
export function lockWorkspace(dir: string): WorkspaceLock {
  const path = join(dir, 'lock');
  const own = JSON.stringify({ pid: process.pid, start: ownStart(), host: hostname() });
  try {
    take(dir, path, own);
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw new AssayError('workspace/not-writable', `${dir} cannot be locked: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  }
  const touch = (): void => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  };
  const timer = setInterval(touch, touchEveryMs);
  timer.unref();
  return {
    release() {
      clearInterval(timer);
      const holder = readHolder(path);
      if (holder !== null && JSON.stringify(holder) === own) rmSync(path, { force: true });
    },
  };
}
