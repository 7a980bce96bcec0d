import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pruneCodeCache } from '../../../engine/system/code-cache.ts';
import { assay } from '../../kit/assay.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

describe('the cache of compiled code', () => {
  it('is filled by a command where the platform keeps caches, and is used by the next', async () => {
    const home = tempFolder();
    const env = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), NODE_COMPILE_CACHE: '' };
    expect((await assay(['jobs', '--help'], { env })).code).toBe(0);
    const folder = join(home, 'cache', 'Assay', 'code');
    const files = readdirSync(folder, { recursive: true }).length;
    expect(files).toBeGreaterThan(3);
    expect((await assay(['jobs', '--help'], { env })).code).toBe(0);
    expect(readdirSync(folder, { recursive: true })).toHaveLength(files);
  });

  it('is not missed where it cannot be written', async () => {
    const home = tempFolder();
    // A file where the folder would be: permissions would not stop an administrator.
    writeFileSync(join(home, 'cache'), '');
    const result = await assay(['jobs', '--help'], {
      env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), NODE_COMPILE_CACHE: '' },
    });
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('loses what was compiled for builds of more than a month ago', async () => {
    const folder = join(tempFolder(), 'code');
    mkdirSync(join(folder, 'v24'), { recursive: true });
    const [old, recent] = ['old', 'recent'].map((name) => join(folder, 'v24', name));
    for (const path of [old, recent]) writeFileSync(path ?? '', 'code');
    const now = Date.now();
    utimesSync(old ?? '', now / 1000 - 31 * 86_400, now / 1000 - 31 * 86_400);
    await pruneCodeCache(folder, now);
    expect([existsSync(old ?? ''), existsSync(recent ?? '')]).toEqual([false, true]);
  });
});
