import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
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
    const script = `console.log('up');
      process.stdin.once('data', () => { globalThis.held = Buffer.alloc(64 * 1024 * 1024, 1); console.log('held'); });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    await once(child.stdout, 'data');
    const before = (await privateBytes(child.pid ?? 0)) ?? Number.NaN;
    child.stdin.write('hold');
    await once(child.stdout, 'data');
    const after = (await privateBytes(child.pid ?? 0)) ?? Number.NaN;
    expect(after - before).toBeGreaterThan(50 * 1024 * 1024);
    expect(await privateBytes(2 ** 30)).toBeUndefined();
  });
});
