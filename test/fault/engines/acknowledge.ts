import { writeSync } from 'node:fs';

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
