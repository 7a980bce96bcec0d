import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalArtifactStore } from '../../engine/artifacts/index.ts';
import { systemClock } from '../../engine/system/index.ts';
import { momentsToKill, runUntilKilled } from './crash-harness.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-fault-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('kill -9 during artifact puts', () => {
  it('loses no acknowledged artifact and shows no half-written one, ten times over in one folder', async () => {
    const promised = new Map<string, number>();
    for (const moment of momentsToKill(10, 10, 500)) {
      for (const line of await runUntilKilled('put-artifacts.ts', dir, moment)) {
        expect(line.digest).toBe(line.expected);
        promised.set(String(line.digest), Number(line.sizeBytes));
      }
    }
    expect(promised.size).toBeGreaterThan(50);

    const store = await createLocalArtifactStore({
      dir: join(dir, 'artifacts'),
      tmpDir: join(dir, 'tmp'),
      clock: systemClock,
    });
    expect((await readdir(join(dir, 'tmp'))).filter((name) => !name.startsWith('given-'))).toEqual([]);
    for (const [digest, sizeBytes] of promised) {
      expect((await store.stat(digest)).sizeBytes).toBe(sizeBytes);
      // Reading compares the bytes with the digest.
      expect((await store.read(digest)).length).toBe(sizeBytes);
    }
    for await (const { digest, ok } of store.verify()) expect([digest, ok]).toEqual([digest, true]);
    const found = await readdir(join(dir, 'artifacts', 'objects'), { recursive: true, withFileTypes: true });
    const strange = found.filter((entry) => entry.isFile() && !/^[0-9a-f]{62}(\.zst)?$/.test(entry.name));
    expect(strange).toEqual([]);
  });
});
