import { describe, expect, it } from 'vitest';
import { parseStatus, privateBytes } from '../../../../engine/jobs/memory-watch.ts';

describe('memory of a process', () => {
  it('is its anonymous and shared memory, without file pages', () => {
    const status =
      'Name:\tnode\nVmRSS:\t   90000 kB\nRssAnon:\t   50000 kB\nRssFile:\t   39000 kB\nRssShmem:\t    1000 kB\n';
    expect(parseStatus(status)).toBe(51_000 * 1024);
    expect(parseStatus('Name:\tkthreadd\n')).toBeUndefined();
  });

  it('grows by what native buffers take, where the system tells', async () => {
    if (process.platform !== 'linux') {
      expect(await privateBytes(process.pid)).toBeUndefined();
      return;
    }
    const before = (await privateBytes(process.pid)) ?? Number.NaN;
    const held = Buffer.alloc(64 * 1024 * 1024, 1);
    const after = (await privateBytes(process.pid)) ?? Number.NaN;
    expect(held.length).toBe(64 * 1024 * 1024);
    expect(after - before).toBeGreaterThan(50 * 1024 * 1024);
    expect(await privateBytes(2 ** 30)).toBeUndefined();
  });
});
