import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSystemSampler } from '../../../../engine/run-facts/index.ts';

const aWhile = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a sample of the system', () => {
  it('has shares between 0 and 100 under the names that MLflow uses', async () => {
    const sampler = await createSystemSampler({ diskPath: tmpdir() });
    await aWhile(120);
    const sample = await sampler.sample();
    for (const name of [
      'cpu_utilization_percentage',
      'system_memory_usage_percentage',
      'disk_usage_percentage',
    ]) {
      const share = sample[`system/${name}`];
      expect(share, name).toBeGreaterThanOrEqual(0);
      expect(share, name).toBeLessThanOrEqual(100);
    }
    expect(sample['system/system_memory_usage_megabytes']).toBeGreaterThan(10);
  });

  it.runIf(process.platform === 'linux')(
    'sees what a command and its children use, and nobody else',
    async () => {
      const script = `const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', 'for (;;);']); for (const end = Date.now() + 20000; Date.now() < end;);`;
      const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' });
      await once(child, 'spawn');
      const { pid } = child;
      if (pid === undefined) throw new Error('The command has started.');
      onTestFinished(() => void process.kill(-pid, 'SIGKILL'));
      await aWhile(400);
      const sampler = await createSystemSampler({ sessionId: pid, diskPath: tmpdir() });
      await sampler.sample();
      await aWhile(500);
      const sample = await sampler.sample();
      expect(sample['system/process_count']).toBe(2);
      // Two busy loops, of which a loaded machine may give little.
      expect(sample['system/process_cpu_percentage']).toBeGreaterThan(2);
      expect(sample['system/process_memory_megabytes']).toBeGreaterThan(30);
    },
  );
});
