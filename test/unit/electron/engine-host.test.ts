import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createEngineHost,
  type EngineProcess,
  type EngineState,
} from '../../../electron/engine-host/engine-host.ts';
import type { ToEngine } from '../../../electron/engine-host/messages.ts';
import { createRestartPolicy } from '../../../electron/engine-host/restart-policy.ts';

/** Stands for the utility process: what was sent to it, and a way to let it speak and die. */
class FakeProcess extends EventEmitter implements EngineProcess {
  readonly sent: ToEngine[] = [];
  killed = false;
  postMessage(message: ToEngine): void {
    this.sent.push(message);
  }
  kill(): boolean {
    this.killed = true;
    this.emit('exit', 1);
    return true;
  }
}

function harness() {
  const processes: FakeProcess[] = [];
  const states: EngineState[] = [];
  const jobs: unknown[] = [];
  const alerts: unknown[] = [];
  const host = createEngineHost({
    fork: () => {
      const process = new FakeProcess();
      processes.push(process);
      return process;
    },
    init: { type: 'init', workspace: '/data', rendererDir: '/ui', port: 0 },
    onState: (state) => states.push(state),
    onJobEnded: (job) => jobs.push(job),
    onAlert: (alert) => alerts.push(alert),
    onBusy: () => {},
    nowMs: () => Date.now(),
    startTimeoutMs: 1000,
    stopTimeoutMs: 500,
  });
  const last = (): FakeProcess => {
    const process = processes.at(-1);
    if (!process) throw new Error('no process was forked');
    return process;
  };
  return { host, processes, states, jobs, alerts, last };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('engine host', () => {
  it('tells the process what to open and reports when it is ready', () => {
    const { host, states, last } = harness();
    host.start();
    expect(last().sent).toEqual([{ type: 'init', workspace: '/data', rendererDir: '/ui', port: 0 }]);
    last().emit('message', { type: 'ready', readyUrl: 'http://127.0.0.1:1/?token=x' });
    expect(states.at(-1)).toEqual({ name: 'ready', readyUrl: 'http://127.0.0.1:1/?token=x' });
  });

  it('starts again after a crash, and gives up when it keeps crashing', () => {
    const { host, processes, states, last } = harness();
    host.start();
    for (const delayMs of [0, 1000, 5000, 15_000]) {
      last().emit('exit', 134);
      vi.advanceTimersByTime(delayMs);
    }
    expect(processes).toHaveLength(5);
    last().emit('exit', 134);
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(5);
    expect(states.at(-1)).toMatchObject({ name: 'failed' });
    host.restart();
    expect(processes).toHaveLength(6);
  });

  it('does not start again when the engine said why it cannot open the workspace', () => {
    const { host, processes, states, last } = harness();
    host.start();
    last().emit('message', { type: 'failed', code: 'workspace/newer', message: 'too new', hint: 'update' });
    last().emit('exit', 1);
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(1);
    expect(states.at(-1)).toEqual({
      name: 'failed',
      code: 'workspace/newer',
      message: 'too new',
      hint: 'update',
    });
  });

  it('ends an engine that never becomes ready and says so', () => {
    const { host, states, last } = harness();
    host.start();
    vi.advanceTimersByTime(1001);
    expect(last().killed).toBe(true);
    expect(states.at(-1)).toMatchObject({ name: 'failed', code: 'request/timeout' });
  });

  it('asks for a graceful stop and kills after the time limit', async () => {
    const { host, states, last } = harness();
    host.start();
    last().emit('message', { type: 'ready', readyUrl: 'http://127.0.0.1:1/' });
    const stopped = host.stop();
    expect(last().sent.at(-1)).toEqual({ type: 'shutdown' });
    expect(last().killed).toBe(false);
    vi.advanceTimersByTime(501);
    await stopped;
    expect(last().killed).toBe(true);
    expect(states.at(-1)).toEqual({ name: 'stopped' });
  });

  it('passes on the alerts of monitors', () => {
    const { host, alerts, last } = harness();
    host.start();
    last().emit('message', { type: 'alert', title: 'flights has drifted', body: '3 of 9', link: '/drift/d' });
    expect(alerts).toMatchObject([{ title: 'flights has drifted', body: '3 of 9', link: '/drift/d' }]);
  });

  it('ignores messages that do not fit', () => {
    const { host, states, jobs, last } = harness();
    host.start();
    const before = states.length;
    last().emit('message', { type: 'ready', readyUrl: 5 });
    last().emit('message', 'hello');
    last().emit('message', { type: 'job-ended', title: 'Import', state: 'succeeded', link: null });
    expect(states).toHaveLength(before);
    expect(jobs).toEqual([{ type: 'job-ended', title: 'Import', state: 'succeeded', link: null }]);
  });
});

describe('restart policy', () => {
  it('forgets crashes that are five minutes old', () => {
    const policy = createRestartPolicy();
    for (let i = 0; i < 4; i++) expect(policy.next(i)).not.toBeNull();
    expect(policy.next(5)).toBeNull();
    expect(policy.next(5 * 60_000 + 10)).not.toBeNull();
  });
});
