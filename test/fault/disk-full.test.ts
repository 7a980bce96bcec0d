import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';

const run = promisify(execFile);
const engine = fileURLToPath(new URL('./engines/fill-disk.ts', import.meta.url));
const target = fileURLToPath(new URL('./engines/fill-folder-target.ts', import.meta.url));

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
    await skipWithoutSmallDisk(context);
    const said = saidBy(await onSmallDisk([process.execPath, engine, dir, '1']));
    expect(said).toEqual([
      { what: 'full', outcome: 'artifacts/disk-full', stored: expect.any(Number), staged: [] },
      { what: 'stream', outcome: 'artifacts/disk-full' },
      { what: 'copy', outcome: 'artifacts/disk-full', left: [] },
      { what: 'read', sound: true },
      { what: 'freed', removed: 1, outcome: 'stored' },
    ]);
    expect(said[0].stored).toBeGreaterThan(5);
  });

  it('is targets/full for a push to a folder on it, of which nothing stays', async (context) => {
    await skipWithoutSmallDisk(context);
    const said = saidBy(await onSmallDisk([process.execPath, target, dir]));
    expect(said).toEqual([
      { code: 'targets/full', left: [] },
      { verified: true, left: ['1.0.0', 'versions.json'] },
    ]);
  });
});

async function skipWithoutSmallDisk(context: TestContext): Promise<void> {
  try {
    await onSmallDisk(['true']);
  } catch {
    context.skip('this machine lets nobody mount a small disk (unshare --map-root-user --mount)');
  }
}

function saidBy({ stdout }: { stdout: string }) {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
