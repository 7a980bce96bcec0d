import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRunControl } from '../../../../engine/run-control/index.ts';
import { silentLogger } from '../../../../engine/system/index.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { logBatch, newRun } from '../../../kit/workspace.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function fixture() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { tracking, clock } = await tempTracking();
  const cancelled: string[] = [];
  const jobs = {
    cancel: async (jobId: string): Promise<never> => {
      cancelled.push(jobId);
      throw new Error('There is no queue in this test.');
    },
  };
  const control = createRunControl({
    tracking,
    jobs,
    clock,
    logger: silentLogger,
    silenceSeconds: () => 60,
  });
  await control.start();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    vi.advanceTimersByTime(15_000);
    await control.close();
    await control.start();
  };
  return { tracking, clock, control, cancelled, pass };
}

describe('a run that sends heartbeats', () => {
  it('is killed after a minute of silence, at the time of the last it told', async () => {
    const { tracking, clock, control, pass } = await fixture();
    const run = await tracking.createRun(newRun());
    await control.heartbeat(run.id);
    clock.advance(5000);
    const lastMs = clock.nowMs();
    await tracking.log(
      run.id,
      logBatch({ metrics: [{ key: 'loss', value: 1, step: 0, timestampMs: lastMs }] }),
    );
    clock.advance(61_000);
    vi.advanceTimersByTime(15_000);
    await control.close();
    expect(await tracking.getRun(run.id)).toMatchObject({ status: 'killed', endedAtMs: lastMs });
    expect((await tracking.getRun(run.id)).tags['assay.error']).toContain('has not been heard from');
    await pass(0);
  });

  it('lives as long as it is heard', async () => {
    const { tracking, clock, control } = await fixture();
    const run = await tracking.createRun(newRun());
    for (let i = 0; i < 5; i += 1) {
      await control.heartbeat(run.id);
      clock.advance(50_000);
      vi.advanceTimersByTime(15_000);
    }
    await control.close();
    expect((await tracking.getRun(run.id)).status).toBe('running');
  });

  it('goes on when it is heard again after it was given up', async () => {
    const { tracking, clock, control } = await fixture();
    const run = await tracking.createRun(newRun());
    await control.heartbeat(run.id);
    clock.advance(61_000);
    vi.advanceTimersByTime(15_000);
    await control.close();
    expect((await tracking.getRun(run.id)).status).toBe('killed');
    await control.heartbeat(run.id);
    const after = await tracking.getRun(run.id);
    expect(after).toMatchObject({ status: 'running', endedAtMs: null });
    expect(after.tags).not.toHaveProperty('assay.error');
  });

  it('is given a minute by the next engine, and then killed', async () => {
    const { tracking, clock, control } = await fixture();
    const run = await tracking.createRun(newRun({ tags: { 'assay.keeper': 'exec' } }));
    await control.close();
    const next = createRunControl({
      tracking,
      jobs: { cancel: () => Promise.reject(new Error('none')) },
      clock,
      logger: silentLogger,
      silenceSeconds: () => 60,
    });
    await next.start();
    clock.advance(30_000);
    vi.advanceTimersByTime(15_000);
    await next.close();
    expect((await tracking.getRun(run.id)).status).toBe('running');
    await next.start();
    clock.advance(61_000);
    vi.advanceTimersByTime(15_000);
    await next.close();
    expect((await tracking.getRun(run.id)).status).toBe('killed');
  });

  it('hears of a stop, also from an engine that was started after it was asked for', async () => {
    const { tracking, clock, control } = await fixture();
    const run = await tracking.createRun(newRun());
    expect(await control.heartbeat(run.id)).toEqual({ stopRequested: false });
    expect((await control.stop(run.id)).tags).toHaveProperty('assay.stop_requested');
    expect(await control.heartbeat(run.id)).toEqual({ stopRequested: true });
    const next = createRunControl({
      tracking,
      jobs: { cancel: () => Promise.reject(new Error('none')) },
      clock,
      logger: silentLogger,
      silenceSeconds: () => 60,
    });
    expect(await next.heartbeat(run.id)).toEqual({ stopRequested: true });
    await control.close();
  });
});

describe('stopping', () => {
  it('cancels the job of a run', async () => {
    const { tracking, control, cancelled } = await fixture();
    const run = await tracking.createRun(newRun(), { jobId: 'job_1' });
    await expect(control.stop(run.id)).rejects.toThrow('no queue');
    expect(cancelled).toEqual(['job_1']);
    await control.close();
  });

  it('refuses a run that ended, and one that nothing here controls', async () => {
    const { tracking, control } = await fixture();
    const over = await tracking.createRun(newRun({ status: 'finished' }));
    const script = await tracking.createRun(newRun());
    await expect(control.stop(over.id)).rejects.toMatchObject({ code: 'runs/not-stoppable' });
    await expect(control.stop(script.id)).rejects.toMatchObject({ code: 'runs/not-stoppable' });
    await control.close();
  });
});
