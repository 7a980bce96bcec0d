import { writeSync } from 'node:fs';
import { join } from 'node:path';

/** Tells the test, past all buffers, what this engine has promised to keep. */
export function acknowledge(what: string, facts: Record<string, unknown>): void {
  writeSync(1, `${JSON.stringify({ what, ...facts })}\n`);
}

/** From now on this process may be killed. */
export function ready(): void {
  writeSync(1, 'ready\n');
}

export function folderAndSeed(): { dir: string; seed: number } {
  const [dir, seed] = process.argv.slice(2);
  if (dir === undefined || seed === undefined) throw new Error('usage: <script> <folder> <seed>');
  return { dir, seed: Number(seed) };
}

/** The workspace of a test's folder, beside the files that the test works with. */
export function workspaceIn(dir: string): string {
  return join(dir, 'workspace');
}
