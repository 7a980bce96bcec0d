import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const engine = fileURLToPath(new URL('./engines/fill-disk.ts', import.meta.url));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-full-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Runs a command with a small disk of its own mounted on `dir`, which needs user namespaces (Linux). */
function onSmallDisk(command: string[]): Promise<{ stdout: string }> {
  const script = 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"';
  return run('unshare', ['--map-root-user', '--mount', 'sh', '-c', script, dir, ...command]);
}

describe('a disk that fills up', () => {
  it('is artifacts/disk-full, leaves what is stored readable, and is over once space is freed', async (context) => {
    try {
      await onSmallDisk(['true']);
    } catch {
      context.skip('this machine lets nobody mount a small disk (unshare --map-root-user --mount)');
    }
    const { stdout } = await onSmallDisk([process.execPath, engine, dir, '1']);
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(said).toEqual([
      { what: 'full', outcome: 'artifacts/disk-full', stored: expect.any(Number), staged: [] },
      { what: 'stream', outcome: 'artifacts/disk-full' },
      { what: 'copy', outcome: 'artifacts/disk-full', left: [] },
      { what: 'read', sound: true },
      { what: 'freed', removed: 1, outcome: 'stored' },
    ]);
    expect(said[0].stored).toBeGreaterThan(5);
  });
});
