import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEventBus } from '../../../../engine/events/index.ts';
import { createScheduler, type Scheduler, type WorkStarter } from '../../../../engine/jobs/index.ts';
import { openStore, type Store } from '../../../../engine/store/index.ts';
import { silentLogger, systemIds } from '../../../../engine/system/index.ts';
import { CreateSchedule, type Job } from '../../../../local-api/contract/index.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { storeOptions } from '../../../kit/store.ts';

const minute = 60_000;
const start = Date.parse('2026-06-01T05:30:00Z');
const at = (text: string): number => Date.parse(`2026-06-01T${text}Z`);

let dir: string;
let store: Store;
let clock: ReturnType<typeof fakeClock>;
let schedules: Scheduler;
let started: string[];
let states: Map<string, Job['state']>;

/** A scheduler over the store of the test; what it starts are jobs in name only. */
function scheduler(work: Partial<WorkStarter> = {}): Scheduler {
  const jobs = {
    get: async (id: string) => ({ id, state: states.get(id) ?? 'succeeded' }) as Job,
  };
  return createScheduler({
    store,
    jobs,
    events: createEventBus({ store, clock, logger: silentLogger }),
    clock,
    ids: systemIds(clock),
    logger: silentLogger,
    work: {
      check: async () => {},
      start: async (_work, scheduleId) => {
        started.push(scheduleId);
        return `job_${started.length}`;
      },
      ...work,
    },
  });
}

const nightly = (more: object = {}) =>
  CreateSchedule.parse({
    name: 'nightly',
    cron: '0 6 * * *',
    work: { kind: 'batch', request: { model: 'late', source: { kind: 'dataset', dataset: 'flights' } } },
    ...more,
  });
const outcomes = async (id: string) =>
  (await schedules.runs(id)).map(({ outcome, dueAtMs }) => [outcome, new Date(dueAtMs).toISOString()]);

beforeEach(async () => {
  clock = fakeClock(start);
  dir = mkdtempSync(join(tmpdir(), 'assay-schedules-'));
  store = await openStore(storeOptions(dir));
  started = [];
  states = new Map();
  schedules = scheduler();
});
afterEach(async () => {
  await schedules.close();
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a schedule', () => {
  test('starts its work once at each of its times', async () => {
    const { id, nextRunAtMs } = await schedules.create(nightly());
    expect(nextRunAtMs).toBe(at('06:00:00'));
    clock.advance(29 * minute);
    await schedules.check();
    expect(started).toEqual([]);
    clock.advance(minute);
    await schedules.check();
    await schedules.check();
    expect(started).toEqual([id]);
    expect(await schedules.get(id)).toMatchObject({
      nextRunAtMs: at('06:00:00') + 24 * 60 * minute,
      lastRun: { outcome: 'started', jobId: 'job_1', byHand: false, dueAtMs: at('06:00:00') },
    });
  });

  test('rests while it is paused and goes on with the next time when it is resumed', async () => {
    const { id } = await schedules.create(nightly({ cron: '0 * * * *' }));
    expect((await schedules.update(id, { isPaused: true })).nextRunAtMs).toBeNull();
    clock.advance(5 * 60 * minute);
    await schedules.check();
    expect(started).toEqual([]);
    expect((await schedules.update(id, { isPaused: false })).nextRunAtMs).toBe(at('11:00:00'));
  });

  test('leaves out the times that an engine was not there for, or runs once for all of them', async () => {
    const skipping = await schedules.create(nightly({ cron: '0 * * * *' }));
    const catching = await schedules.create(nightly({ name: 'other', cron: '0 * * * *', catchUp: 'once' }));
    await schedules.close();
    clock.advance(3 * 60 * minute);
    schedules = scheduler();
    await schedules.start();
    expect(started).toEqual([catching.id]);
    expect(await outcomes(skipping.id)).toEqual([['missed', '2026-06-01T06:00:00.000Z']]);
    expect(await outcomes(catching.id)).toEqual([['started', '2026-06-01T06:00:00.000Z']]);
    expect((await schedules.get(skipping.id)).nextRunAtMs).toBe(at('09:00:00'));
  });

  test('leaves a time out while the job before still runs, and is not started by hand either', async () => {
    const { id } = await schedules.create(nightly({ cron: '0 * * * *' }));
    await schedules.runNow(id);
    states.set('job_1', 'running');
    clock.advance(30 * minute);
    await schedules.check();
    await expect(schedules.runNow(id)).rejects.toMatchObject({ code: 'schedules/still-running' });
    expect((await outcomes(id)).map(([outcome]) => outcome)).toEqual(['skipped', 'started']);
    states.set('job_1', 'succeeded');
    clock.advance(60 * minute);
    await schedules.check();
    expect(started).toHaveLength(2);
  });

  test('says why its work could not be started, and goes on', async () => {
    let isBroken = true;
    await schedules.close();
    schedules = scheduler({
      start: async () => {
        if (isBroken) throw new Error('There is no model late.');
        return 'job_9';
      },
    });
    const { id } = await schedules.create(nightly({ cron: '0 * * * *' }));
    clock.advance(30 * minute);
    await schedules.check();
    expect((await schedules.get(id)).lastRun).toMatchObject({
      outcome: 'failed',
      message: 'There is no model late.',
      jobId: null,
    });
    isBroken = false;
    clock.advance(60 * minute);
    await schedules.check();
    expect((await schedules.get(id)).lastRun).toMatchObject({ outcome: 'started', jobId: 'job_9' });
  });

  test('is started by the next engine when one was killed between time and start', async () => {
    let isAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const dying = scheduler({
      start: () => {
        isAsked();
        return new Promise<string>(() => {});
      },
    });
    const { id } = await dying.create(nightly());
    clock.advance(30 * minute);
    void dying.check();
    await asked;
    schedules = scheduler();
    await schedules.start();
    expect(started).toEqual([id]);
    expect(await outcomes(id)).toEqual([['started', '2026-06-01T06:00:00.000Z']]);
  });

  test('has a name of its own, and goes with what came of its times', async () => {
    const { id } = await schedules.create(nightly());
    await expect(schedules.create(nightly({ name: 'Nightly' }))).rejects.toMatchObject({
      code: 'schedules/name-taken',
    });
    await schedules.delete(id);
    await expect(schedules.runs(id)).rejects.toMatchObject({ code: 'schedules/not-found' });
    expect(await schedules.list()).toEqual([]);
  });
});
