import { mkdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import module from 'node:module';
import { join } from 'node:path';

/** V8's cache of compiled modules, read by every Node process at its start. */
const variable = 'NODE_COMPILE_CACHE';

/** Code that was not compiled anew for so long belongs to a build that is gone, or costs one compilation. */
const keptMs = 30 * 86_400_000;

/**
 * Keeps what V8 compiles in `folder`, so that the next process does not compile it again: a program calls it before it loads
 * its modules, and its job processes share the folder. Does nothing where the person named a folder or switched it off
 * (NODE_DISABLE_COMPILE_CACHE), and where the folder cannot be written; nothing depends on it.
 */
export function enableCodeCache(folder: string): void {
  if (process.env[variable] || process.env.NODE_DISABLE_COMPILE_CACHE) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Older Nodes have no such cache. Whether it could be made is told by the answer, not by an exception.
    if (module.enableCompileCache?.(folder).directory !== undefined) process.env[variable] = folder;
  } catch {
    // Without it, everything only starts later.
  }
}

/** Writes what was compiled so far: a job process is killed at its end, which would lose it. */
export function keepCompiledCode(): void {
  module.flushCompileCache?.();
}

/** Removes code of builds that are gone from the folder of `enableCodeCache`. One stat a file, some hundreds of files. */
export async function pruneCodeCache(folder: string, nowMs: number): Promise<void> {
  try {
    for (const name of await readdir(folder, { recursive: true })) {
      const path = join(folder, name);
      const info = await stat(path);
      if (info.isFile() && nowMs - info.mtimeMs > keptMs) await rm(path, { force: true });
    }
  } catch {
    // Another engine tidies it, or it is not there.
  }
}
