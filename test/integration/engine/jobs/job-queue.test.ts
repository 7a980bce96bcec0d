import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job, JobLogLine } from '../../../../local-api/contract/index.ts';
import { type JobQueueFixture, jobQueueFixture } from '../../../kit/jobs/job-queue-fixture.ts';

let fixture: JobQueueFixture;
const ended: Job[] = [];

beforeEach(async () => {
  ended.length = 0;
  fixture = await jobQueueFixture();
  fixture.handle('export', { onEnd: async (job) => void ended.push(job) });
  fixture.handle('quickstart', { takesSlot: false });
});
afterEach(() => fixture.close());

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (thrown: { code?: unknown }) => thrown.code,
  );
const statesOf = (jobId: string): string[] =>
  fixture.events.flatMap((event) =>
    event.type === 'job.changed' && event.data.jobId === jobId ? [event.data.state] : [],
  );
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!(await what())) {
    if (performance.now() > untilMs) throw new Error(`did not come: ${what}`);
    await delay(10);
  }
}
/** A process that has ended but that nobody has asked after (a zombie) is not alive. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}
const isState = (jobId: string, state: Job['state']) => async (): Promise<boolean> =>
  (await fixture.queue.get(jobId)).state === state;
const hasLogged = (jobId: string, text: string) => async (): Promise<boolean> =>
  (await fixture.queue.logs(jobId, 0, 100)).some((line) => line.text === text);

describe('a job that succeeds', () => {
  it('is acknowledged as queued, runs, and keeps its result', async () => {
    const submitted = await fixture.submit({ do: 'echo', value: { rows: 3 } }, { title: 'Count rows' });
    expect(submitted).toMatchObject({ state: 'queued', attempt: 0, title: 'Count rows', result: null });
    await fixture.queue.start();
    const job = await fixture.queue.wait(submitted.id);
    expect(job).toMatchObject({ state: 'succeeded', attempt: 1, result: { rows: 3 }, error: null });
    expect(job.progress.fraction).toBe(1);
    expect(job.endedAtMs).toBeGreaterThanOrEqual(job.startedAtMs ?? Number.POSITIVE_INFINITY);
    expect(await fixture.queue.get(job.id)).toEqual(job);
    expect(statesOf(job.id)).toEqual(['queued', 'running', 'succeeded']);
    expect(await fixture.bus.activity(10)).toMatchObject([
      { text: 'Count rows: finished', link: `/jobs/${job.id}` },
    ]);
  });

  it('is handed what prepare made, and its folder is there until onSuccess is done', async () => {
    let content = '';
    fixture.handle('train', {
      prepare: async () => ({ do: 'write-file', name: 'model.onnx', text: 'weights' }),
      onSuccess: async (_output, _job, tmpDir) => {
        content = readFileSync(join(tmpDir, 'model.onnx'), 'utf8');
        return { stored: true };
      },
    });
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'echo', value: 1 }, { kind: 'train' });
    expect((await fixture.queue.wait(job.id)).result).toEqual({ stored: true });
    expect(content).toBe('weights');
    expect(fixture.jobFolders()).toEqual([]);
  });

  it('delivers 10,000 messages in order, one at a time, before it counts as succeeded', async () => {
    const steps: number[] = [];
    let atOnce = 0;
    let stateAtLast = '';
    fixture.handle('train', {
      onMessage: async (message, job) => {
        expect(++atOnce).toBe(1);
        const { step, values } = message as { step: number; values: Float64Array };
        expect(values[0]).toBe(step / 2);
        steps.push(step);
        if (step % 1000 === 0) await delay(1);
        if (step === 9999) stateAtLast = (await fixture.queue.get(job.id)).state;
        atOnce -= 1;
      },
    });
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'send', messages: 10_000 }, { kind: 'train' });
    expect((await fixture.queue.wait(job.id)).state).toBe('succeeded');
    expect(steps).toEqual(Array.from({ length: 10_000 }, (_, step) => step));
    expect(stateAtLast).toBe('running');
  });

  it('shows its progress while it runs, also when it never yields', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'spin-with-progress', ms: 800 });
    await until(async () => ((await fixture.queue.get(job.id)).progress.fraction ?? 0) > 0.3);
    expect((await fixture.queue.get(job.id)).state).toBe('running');
    expect((await fixture.queue.list({ limit: 10 })).items[0]?.progress.message).toMatch(/^step \d+$/);
    await fixture.queue.wait(job.id);
    const fractions = fixture.events.flatMap((event) =>
      event.type === 'job.changed' && event.data.state === 'running' ? [event.data.fraction ?? 0] : [],
    );
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    // At most ten a second: the job says more than a hundred.
    expect(fractions.length).toBeGreaterThan(3);
    expect(fractions.length).toBeLessThan(16);
  });

  it('sees a minimal environment: no secrets of the engine, its own temporary folder', async () => {
    process.env.ASSAY_TEST_SECRET = 'hunter2';
    process.env.NODE_OPTIONS = '--no-deprecation';
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'environment' });
    const { env, tmpDir } = (await fixture.queue.wait(job.id)).result as {
      env: Record<string, string>;
      tmpDir: string;
    };
    delete process.env.ASSAY_TEST_SECRET;
    delete process.env.NODE_OPTIONS;
    expect(env).not.toHaveProperty('ASSAY_TEST_SECRET');
    expect(env).not.toHaveProperty('NODE_OPTIONS');
    expect(env).toMatchObject({ ASSAY_URL: 'http://127.0.0.1:1', TMPDIR: tmpDir });
  });

  it('leaves no process behind', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'leave-a-child' });
    const { pid } = (await fixture.queue.wait(job.id)).result as { pid: number };
    await until(() => !isAlive(pid));
  });
});

describe('turns', () => {
  it('go by priority, then by age, one after the other when there is one place', async () => {
    fixture.settings.concurrency = 1;
    const begun: string[] = [];
    fixture.handle('train', {
      prepare: async (input, job) => {
        begun.push(job.title);
        return input;
      },
    });
    const jobs: Job[] = [];
    for (const [title, priority] of [
      ['first', 0],
      ['second', 0],
      ['urgent', 5],
      ['whenever', -1],
    ] as const) {
      jobs.push(await fixture.submit({ do: 'echo', value: 0 }, { kind: 'train', title, priority }));
    }
    await fixture.queue.start();
    await Promise.all(jobs.map((job) => fixture.queue.wait(job.id)));
    expect(begun).toEqual(['urgent', 'first', 'second', 'whenever']);
  });

  it('never run more jobs at once than there are places, and each job exactly once', async () => {
    fixture.settings.concurrency = 3;
    let running = 0;
    let most = 0;
    const begun: string[] = [];
    fixture.handle('train', {
      prepare: async (input, job) => {
        begun.push(job.id);
        most = Math.max(most, ++running);
        return input;
      },
      onSuccess: async () => void running--,
    });
    await fixture.queue.start();
    const jobs = await Promise.all(
      Array.from({ length: 12 }, () => fixture.submit({ do: 'sleep', ms: 30 }, { kind: 'train' })),
    );
    await Promise.all(jobs.map((job) => fixture.queue.wait(job.id)));
    expect(most).toBe(3);
    expect(begun.toSorted()).toEqual(jobs.map((job) => job.id).toSorted());
  });

  it('start more jobs as soon as a setting allows it', async () => {
    fixture.settings.concurrency = 1;
    await fixture.queue.start();
    const long = await fixture.submit({ do: 'sleep', ms: 60_000 });
    const next = await fixture.submit({ do: 'echo', value: 0 });
    await until(isState(long.id, 'running'));
    fixture.settings.concurrency = 2;
    fixture.bus.emit({ type: 'settings.changed', data: { keys: ['jobs.concurrency'] } });
    expect((await fixture.queue.wait(next.id)).state).toBe('succeeded');
  });

  it('let a job that takes no place start while the pool is full', async () => {
    fixture.settings.concurrency = 1;
    await fixture.queue.start();
    const long = await fixture.submit({ do: 'sleep', ms: 60_000 });
    await until(isState(long.id, 'running'));
    const waiting = await fixture.submit({ do: 'echo', value: 0 });
    const unpooled = await fixture.submit({ do: 'echo', value: 'free' }, { kind: 'quickstart' });
    expect((await fixture.queue.wait(unpooled.id)).result).toBe('free');
    expect((await fixture.queue.get(waiting.id)).state).toBe('queued');
  });

  it('give one job to submits with the same key, until it has ended', async () => {
    const submit = () => fixture.submit({ do: 'echo', value: 0 }, { dedupKey: 'import flights' });
    const [one, two] = await Promise.all([submit(), submit()]);
    expect(two.id).toBe(one.id);
    await fixture.queue.start();
    await fixture.queue.wait(one.id);
    expect((await submit()).id).not.toBe(one.id);
  });
});

describe('a job that fails', () => {
  it('is failed at once when its input was wrong, with code, message and hint', async () => {
    fixture.handle('train', { maxAttempts: 3, onEnd: async (job) => void ended.push(job) });
    await fixture.queue.start();
    const job = await fixture.submit(
      { do: 'fail', code: 'datasets/empty', message: 'The file has no rows.' },
      { kind: 'train', title: 'Import flights' },
    );
    const after = await fixture.queue.wait(job.id);
    expect(after).toMatchObject({
      state: 'failed',
      attempt: 1,
      result: null,
      error: { code: 'datasets/empty', message: 'The file has no rows.' },
    });
    expect(after.error?.hint).not.toBe('');
    expect(ended).toEqual([after]);
    const [latest] = await fixture.bus.activity(1);
    expect(latest?.text).toBe('Import flights: failed. The file has no rows.');
  });

  it('is failed when prepare refuses the input, without starting a process', async () => {
    const { AssayError } = await import('../../../../engine/errors.ts');
    fixture.handle('train', {
      prepare: async () => {
        throw new AssayError('datasets/not-found', 'There is no dataset "flights".');
      },
    });
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'echo', value: 0 }, { kind: 'train' });
    expect(await fixture.queue.wait(job.id)).toMatchObject({
      state: 'failed',
      error: { code: 'datasets/not-found' },
    });
  });

  it('is tried again after a crash, and succeeds when the crash has passed', async () => {
    fixture.handle('train', {
      maxAttempts: 3,
      prepare: async (_input, job) =>
        job.attempt < 3 ? { do: 'kill-itself' } : { do: 'echo', value: 'third time lucky' },
    });
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'echo', value: 0 }, { kind: 'train' });
    const after = await fixture.queue.wait(job.id);
    expect(after).toMatchObject({ state: 'succeeded', attempt: 3, result: 'third time lucky', error: null });
    expect(statesOf(job.id)).toEqual([
      'queued',
      'running',
      'queued',
      'running',
      'queued',
      'running',
      'succeeded',
    ]);
    const log = await fixture.queue.logs(job.id, 0, 100);
    expect(log.map((line) => line.seq)).toEqual([1, 2, 3, 4]);
    expect(log[1]?.text).toMatch(/^Attempt 1 of 3 failed; the next starts in 0\.\d s\.$/);
  });

  it.each([
    ['an exit code', { do: 'exit', exitCode: 3 }, 'jobs/crashed', /exit code 3/],
    ['a signal', { do: 'kill-itself' }, 'jobs/crashed', /SIGKILL/],
    ['an exception', { do: 'fail', message: 'x is not a function' }, 'internal', /x is not a function/],
    ['an unhandled rejection', { do: 'reject-later' }, 'internal', /nobody waits for this/],
    ['a result that cannot be sent', { do: 'return-a-function' }, 'internal', /could not be cloned/],
  ] as const)('is dead after its last attempt ended with %s', async (_name, input, code, message) => {
    await fixture.queue.start();
    const job = await fixture.submit(input);
    const after = await fixture.queue.wait(job.id);
    expect(after).toMatchObject({ state: 'dead', attempt: 1, error: { code } });
    expect(after.error?.message).toMatch(message);
    expect(after.error).not.toHaveProperty('stack');
    expect(ended).toEqual([after]);
    expect((await fixture.queue.list({ filter: "state = 'dead'", limit: 10 })).items).toEqual([after]);
  });

  it('ends when the host cannot deal with a message', async () => {
    fixture.handle('train', {
      onMessage: async () => {
        throw new Error('database is gone');
      },
    });
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'report', steps: 1000, stepMs: 50 }, { kind: 'train' });
    expect(await fixture.queue.wait(job.id)).toMatchObject({
      state: 'dead',
      error: { message: 'database is gone' },
    });
  });

  it('seems to run until its end can be written, however long the database refuses', async () => {
    await fixture.queue.start();
    fixture.store.sqlite.exec(
      `CREATE TRIGGER refuse BEFORE UPDATE ON jobs WHEN NEW.state = 'succeeded' BEGIN SELECT RAISE(ABORT, 'full'); END`,
    );
    const job = await fixture.submit({ do: 'echo', value: 1 });
    await delay(600);
    expect((await fixture.queue.get(job.id)).state).toBe('running');
    fixture.store.sqlite.exec('DROP TRIGGER refuse');
    expect((await fixture.queue.wait(job.id)).state).toBe('succeeded');
  });
});

describe('limits', () => {
  it('end a job that runs too long, without another attempt', async () => {
    fixture.handle('train', { maxAttempts: 3 });
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'spin', ms: 60_000 }, { kind: 'train', limits: { seconds: 1 } });
    const after = await fixture.queue.wait(job.id);
    expect(after).toMatchObject({ state: 'dead', attempt: 1, error: { code: 'jobs/timed-out' } });
  });

  it('end a job whose native memory grows past the limit, without another attempt', async () => {
    fixture.handle('train', { maxAttempts: 3 });
    fixture.settings.memoryMb = 300;
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'allocate-native', mb: 2000 }, { kind: 'train' });
    const after = await fixture.queue.wait(job.id);
    expect(after).toMatchObject({ state: 'dead', attempt: 1, error: { code: 'jobs/out-of-memory' } });
    expect(after.error?.message).toContain('300 MB');
  });

  it('end a job whose heap grows past the limit', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'allocate-heap' }, { limits: { memoryMb: 128 } });
    expect(await fixture.queue.wait(job.id)).toMatchObject({
      state: 'dead',
      error: { code: 'jobs/out-of-memory' },
    });
  });
});

describe('cancel', () => {
  it('ends a queued job that never runs', async () => {
    const job = await fixture.submit({ do: 'echo', value: 0 });
    expect(await fixture.queue.cancel(job.id)).toMatchObject({
      state: 'cancelled',
      attempt: 0,
      error: { code: 'jobs/cancelled' },
    });
    expect(ended.map(({ id }) => id)).toEqual([job.id]);
    await fixture.queue.start();
    await delay(50);
    expect(statesOf(job.id)).toEqual(['queued', 'cancelled']);
  });

  it('ends a running job at once when it listens', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'sleep', ms: 60_000, heedsCancel: true });
    await until(hasLogged(job.id, 'asleep'));
    const sinceMs = performance.now();
    expect((await fixture.queue.cancel(job.id)).state).toBe('cancelled');
    expect(performance.now() - sinceMs).toBeLessThan(2900);
    expect(ended.map(({ state }) => state)).toEqual(['cancelled']);
    expect(fixture.jobFolders()).toEqual([]);
  });

  it('kills a job that does not listen, after three seconds', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'spin', ms: 60_000 });
    await until(hasLogged(job.id, 'spinning'));
    const sinceMs = performance.now();
    const [one, two] = await Promise.all([fixture.queue.cancel(job.id), fixture.queue.cancel(job.id)]);
    expect([one.state, two.state]).toEqual(['cancelled', 'cancelled']);
    expect(performance.now() - sinceMs).toBeGreaterThan(2500);
    expect(performance.now() - sinceMs).toBeLessThan(15_000);
    expect(ended.length).toBe(1);
  });

  it('ends the jobs that a job started, queued and running, and refuses new ones', async () => {
    fixture.settings.concurrency = 1;
    await fixture.queue.start();
    const parent = await fixture.submit({ do: 'sleep', ms: 60_000 }, { kind: 'quickstart' });
    const child = (heedsCancel: boolean) =>
      fixture.submit({ do: 'sleep', ms: 60_000, heedsCancel }, { parentId: parent.id });
    const [running, queued] = [await child(true), await child(false)];
    await until(hasLogged(running.id, 'asleep'));
    const cancelling = fixture.queue.cancel(parent.id);
    await delay(100);
    expect(await codeOf(child(true))).toBe('jobs/cancelled');
    expect((await cancelling).state).toBe('cancelled');
    for (const id of [running.id, queued.id]) {
      expect((await fixture.queue.get(id)).state).toBe('cancelled');
    }
  });

  it('also ends what a job started when it fails by itself', async () => {
    fixture.settings.concurrency = 1;
    const parent = await fixture.submit({ do: 'fail', message: 'lost' }, { kind: 'quickstart' });
    const child = await fixture.submit(
      { do: 'sleep', ms: 60_000, heedsCancel: true },
      { parentId: parent.id },
    );
    await fixture.queue.start();
    expect((await fixture.queue.wait(parent.id)).state).toBe('dead');
    expect((await fixture.queue.get(child.id)).state).toBe('cancelled');
  });

  it('refuses a job that has ended, and one that there is not', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'echo', value: 0 });
    await fixture.queue.wait(job.id);
    expect(await codeOf(fixture.queue.cancel(job.id))).toBe('jobs/not-cancellable');
    for (const call of ['cancel', 'get', 'retry', 'wait'] as const) {
      expect(await codeOf(fixture.queue[call]('job_absent'))).toBe('jobs/not-found');
    }
    expect(await codeOf(fixture.queue.logs('job_absent', 0, 10))).toBe('jobs/not-found');
  });
});

describe('retry by hand', () => {
  it('queues an ended job once more, with all its attempts and its old log', async () => {
    let isFixed = false;
    fixture.handle('train', {
      prepare: async () => (isFixed ? { do: 'echo', value: 'well' } : { do: 'fail', message: 'broken' }),
    });
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'echo', value: 0 }, { kind: 'train' });
    expect((await fixture.queue.wait(job.id)).state).toBe('dead');
    isFixed = true;
    expect(await fixture.queue.retry(job.id)).toMatchObject({ state: 'queued', attempt: 0, error: null });
    expect(await fixture.queue.wait(job.id)).toMatchObject({
      state: 'succeeded',
      attempt: 1,
      result: 'well',
    });
    expect(await codeOf(fixture.queue.retry(job.id))).toBe('jobs/not-retryable');
    expect((await fixture.queue.logs(job.id, 0, 10))[0]?.text).toContain('broken');
  });

  it('refuses while a job with the same key is on its way', async () => {
    const job = await fixture.submit({ do: 'echo', value: 0 }, { dedupKey: 'one' });
    await fixture.queue.cancel(job.id);
    await fixture.submit({ do: 'echo', value: 0 }, { dedupKey: 'one' });
    expect(await codeOf(fixture.queue.retry(job.id))).toBe('jobs/not-retryable');
  });
});

describe('logs', () => {
  it('hold what the job says and prints, numbered, readable while it runs', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'report', steps: 20, stepMs: 25 });
    await until(hasLogged(job.id, 'step 2'));
    expect((await fixture.queue.get(job.id)).state).toBe('running');
    await fixture.queue.wait(job.id);
    const lines = await fixture.queue.logs(job.id, 0, 100);
    expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, i) => `step ${i + 1}`));
    expect(await fixture.queue.logs(job.id, 18, 1)).toEqual([lines[18]]);
  });

  it('take stdout as information and stderr as warnings', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'print', lines: 2 });
    await fixture.queue.wait(job.id);
    const lines = await fixture.queue.logs(job.id, 0, 10);
    const said = lines.map(({ level, text }) => `${level}: ${text}`);
    expect(said.toSorted()).toEqual(['info: line 1', 'info: line 2', 'warn: printed to stderr']);
  });

  it('keep the last 10,000 lines of a job that prints without end', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'print', lines: 45_000 });
    await fixture.queue.wait(job.id);
    const all: JobLogLine[] = [];
    for (;;) {
      const page = await fixture.queue.logs(job.id, all.at(-1)?.seq ?? 0, 5000);
      if (page.length === 0) break;
      all.push(...page);
    }
    expect(all.length).toBeGreaterThanOrEqual(10_000);
    expect(all.length).toBeLessThan(12_000);
    expect(all.findLast(({ level }) => level === 'info')?.text).toBe('line 45000');
  });
});

describe('an orderly stop', () => {
  it('lets a running job finish within the grace, and starts no other', async () => {
    fixture.settings.concurrency = 1;
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'sleep', ms: 400 });
    const next = await fixture.submit({ do: 'echo', value: 0 });
    await until(hasLogged(job.id, 'asleep'));
    await fixture.queue.stop(5000);
    expect((await fixture.queue.get(job.id)).state).toBe('succeeded');
    expect((await fixture.queue.get(next.id)).state).toBe('queued');
  });

  it('queues a resumable job again at no cost of an attempt, and marks another interrupted', async () => {
    fixture.handle('import', { resumable: true });
    await fixture.queue.start();
    const resumable = await fixture.submit({ do: 'sleep', ms: 60_000 }, { kind: 'import' });
    const other = await fixture.submit({ do: 'sleep', ms: 60_000 });
    await until(hasLogged(resumable.id, 'asleep'));
    await until(hasLogged(other.id, 'asleep'));
    await fixture.queue.stop(50);
    expect(await fixture.queue.get(resumable.id)).toMatchObject({ state: 'queued', attempt: 0 });
    expect(await fixture.queue.get(other.id)).toMatchObject({
      state: 'dead',
      error: { code: 'jobs/interrupted' },
    });
    expect(ended.map(({ id }) => id)).toEqual([other.id]);
  });

  it('tells those who wait, and an abort ends a wait', async () => {
    await fixture.queue.start();
    const job = await fixture.submit({ do: 'sleep', ms: 60_000 });
    expect(await codeOf(fixture.queue.wait(job.id, AbortSignal.abort(new Error('gone'))))).toBeUndefined();
    const controller = new AbortController();
    const aborted = fixture.queue.wait(job.id, controller.signal);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    fixture.handle('import', { resumable: true });
    const requeued = await fixture.submit({ do: 'sleep', ms: 60_000 }, { kind: 'import' });
    await until(hasLogged(requeued.id, 'asleep'));
    const waiting = codeOf(fixture.queue.wait(requeued.id));
    await fixture.queue.stop(0);
    expect(await waiting).toBe('jobs/interrupted');
    expect(await codeOf(fixture.queue.wait(requeued.id))).toBe('jobs/interrupted');
  });
});

describe('counts', () => {
  it('tell jobs by kind and state, and a filter counts them', async () => {
    await fixture.submit({ do: 'echo', value: 0 });
    await fixture.submit({ do: 'echo', value: 0 });
    const job = await fixture.submit({ do: 'echo', value: 0 }, { kind: 'quickstart' });
    await fixture.queue.cancel(job.id);
    expect(await fixture.queue.countsByKindAndState()).toEqual(
      expect.arrayContaining([
        { kind: 'export', state: 'queued', count: 2 },
        { kind: 'quickstart', state: 'cancelled', count: 1 },
      ]),
    );
    expect(await fixture.queue.count("kind = 'export'")).toBe(2);
    expect(await codeOf(fixture.queue.count('state ='))).toBe('request/bad-filter');
  });
});
