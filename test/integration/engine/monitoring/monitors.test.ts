import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEventBus, type EventBus } from '../../../../engine/events/index.ts';
import { createMonitorService, type MonitorService } from '../../../../engine/monitoring/index.ts';
import type { LoggedFigures } from '../../../../engine/serving/index.ts';
import { openStore, type Store } from '../../../../engine/store/index.ts';
import { silentLogger, systemIds } from '../../../../engine/system/index.ts';
import {
  CreateMonitor,
  type DatasetProfile,
  type DatasetVersion,
  type DriftReport,
  type Job,
  type MonitorAlertNews,
} from '../../../../local-api/contract/index.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { storeOptions } from '../../../kit/store.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-06-01T05:30:00Z');

let dir: string;
let store: Store;
let clock: ReturnType<typeof fakeClock>;
let events: EventBus;
let monitors: MonitorService;
/** What the stand-in for the data knows, newest last. */
let versions: { missing: number; drifted: boolean }[];
let endJobs: ((job: Job) => void)[] | null;
let startedJobs: number;
let news: MonitorAlertNews[];
let webhooks: string[];
let requests: number;

const versionOf = (index: number) =>
  ({
    id: `v${index + 1}`,
    dataset: 'flights',
    version: index + 1,
    rows: 1000,
    badRows: 0,
    createdAtMs: start,
  }) as DatasetVersion;

/** A service over the store of the test. The rooms that it asks are stood in for: their answers are set by the tests. */
function service(more: { webhook?: () => void } = {}): MonitorService {
  const job = (state: Job['state']) =>
    ({ id: 'job_1', state, result: { reportId: 'drf_1' }, error: null }) as Job;
  const logged: LoggedFigures = {
    newestId: async () => requests,
    countAfter: async (_endpoint, id, most) => Math.min(most, requests - id),
    loss: async () => (requests === 0 ? null : { truths: requests, loss: 0.3, newestId: requests }),
  };
  return createMonitorService({
    store,
    events,
    clock,
    logged,
    ids: systemIds(clock),
    logger: silentLogger,
    localActor: () => 'ada',
    webhook: more.webhook ?? ((event) => webhooks.push(event)),
    jobs: {
      wait: (_id, signal) =>
        endJobs === null
          ? Promise.resolve(job('succeeded'))
          : new Promise((resolve, reject) => {
              endJobs?.push(resolve);
              signal?.addEventListener('abort', () => reject(signal.reason));
            }),
    },
    drift: {
      start: async () => {
        startedJobs += 1;
        return job('queued');
      },
      get: async () => {
        const drifted = versions.at(-1)?.drifted === true;
        const columns = [{ name: 'delay', drifted }, { name: 'carrier' }];
        return {
          id: 'drf_1',
          drifted,
          driftedSections: drifted ? ['prediction'] : [],
          driftedColumns: drifted ? 1 : 0,
          totalColumns: 2,
          columns,
        } as DriftReport;
      },
    },
    validation: {
      findActive: async () => null,
      start: async () => job('queued'),
      get: async () => Promise.reject(new Error('there is none')),
    },
    data: {
      get: async () => ({ latest: versions.length === 0 ? null : versionOf(versions.length - 1) }) as never,
      getVersion: async (id) => versionOf(Number(id.slice(1)) - 1),
      listVersions: async () => ({
        items: versions.map((_, index) => versionOf(index)).reverse(),
        nextCursor: null,
      }),
      profile: async (id) =>
        ({
          rows: 1000,
          columns: [{ name: 'delay', missing: versions[Number(id.slice(1)) - 1]?.missing, warnings: [] }],
          duplicateRows: null,
          warnings: [],
        }) as unknown as DatasetProfile,
    },
  });
}

const drift = (more: object = {}) =>
  CreateMonitor.parse({
    name: 'flights drift',
    watch: { kind: 'drift', dataset: 'flights', reference: { kind: 'previous' } },
    schedule: { kind: 'cron', cron: '0 * * * *' },
    rule: { metric: 'driftedShare', when: { kind: 'verdict' }, coolDownMinutes: 0 },
    ...more,
  });
const quality = (more: object = {}) =>
  CreateMonitor.parse({
    name: 'flights quality',
    watch: { kind: 'quality', dataset: 'flights' },
    schedule: { kind: 'versions' },
    rule: { metric: 'missingShare', when: { kind: 'above', limit: 0.1 }, coolDownMinutes: 0 },
    ...more,
  });
const settle = async (): Promise<void> => {
  await monitors.check();
  await monitors.idle();
};
const pass = async (ms: number): Promise<void> => {
  clock.advance(ms);
  await settle();
};
const outcomes = async (id: string) =>
  (await monitors.checks(id, { limit: 100 })).map(({ outcome, trigger }) => `${trigger} ${outcome}`);
const told = () => news.map(({ change, title }) => `${change}: ${title}`);
/** The same store under a new engine. */
const restart = async (more?: Parameters<typeof service>[0]): Promise<void> => {
  await monitors.close();
  monitors = service(more);
  await monitors.start();
  await monitors.idle();
};

beforeEach(async () => {
  clock = fakeClock(start);
  dir = mkdtempSync(join(tmpdir(), 'assay-monitors-'));
  store = await openStore(storeOptions(dir));
  events = createEventBus({ store, clock, logger: silentLogger });
  versions = [
    { missing: 0, drifted: false },
    { missing: 0, drifted: false },
  ];
  endJobs = null;
  startedJobs = 0;
  requests = 0;
  news = [];
  webhooks = [];
  events.subscribe((event) => {
    if (event.type === 'monitor.alert') news.push(event.data);
  });
  monitors = service();
});
afterEach(async () => {
  await monitors.close();
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('when a monitor checks', () => {
  test('at its times, once each', async () => {
    const { id, nextCheckAtMs } = await monitors.create(drift());
    expect(nextCheckAtMs).toBe(Date.parse('2026-06-01T06:00:00Z'));
    await pass(29 * minute);
    expect(await outcomes(id)).toEqual([]);
    await pass(minute);
    await settle();
    expect(await outcomes(id)).toEqual(['schedule ok']);
    expect(await monitors.get(id)).toMatchObject({
      state: 'ok',
      lastCheck: { value: 0, subject: 'flights v2 against flights v1', link: '/drift/drf_1' },
      nextCheckAtMs: Date.parse('2026-06-01T07:00:00Z'),
    });
  });

  test('once for all the times that the engine was not running', async () => {
    const { id } = await monitors.create(drift());
    await monitors.close();
    clock.advance(5 * hour);
    await restart();
    expect(await outcomes(id)).toEqual(['catch-up ok']);
  });

  test('on each new version, not on those that were there', async () => {
    const { id } = await monitors.create(quality());
    await settle();
    expect(await outcomes(id)).toEqual([]);
    versions.push({ missing: 500, drifted: false });
    await settle();
    await settle();
    expect(await outcomes(id)).toEqual(['version breach']);
  });

  test('every so many requests, over restarts', async () => {
    requests = 40;
    const { id, requestsToGo } = await monitors.create(
      quality({
        watch: { kind: 'performance', endpoint: 'late', last: 100 },
        schedule: { kind: 'requests', every: 100 },
        rule: { metric: 'loss', when: { kind: 'above', limit: 0.25 } },
      }),
    );
    expect(requestsToGo).toBe(100);
    requests = 139;
    await settle();
    await restart();
    expect(await outcomes(id)).toEqual([]);
    expect((await monitors.get(id)).requestsToGo).toBe(1);
    requests = 140;
    await settle();
    await settle();
    expect(await outcomes(id)).toEqual(['requests breach']);
  });

  test('not while it is disabled, and not for what came meanwhile', async () => {
    const { id } = await monitors.create(quality({ isEnabled: false }));
    versions.push({ missing: 500, drifted: false });
    await settle();
    await monitors.update(id, { isEnabled: true });
    await settle();
    expect(await outcomes(id)).toEqual([]);
  });

  test('by hand, but not twice at once', async () => {
    const { id } = await monitors.create(drift());
    endJobs = [];
    expect(await monitors.runNow(id)).toMatchObject({ outcome: 'running', trigger: 'hand' });
    await expect(monitors.runNow(id)).rejects.toMatchObject({ code: 'monitors/still-checking' });
    await expect.poll(() => endJobs?.length).toBe(1);
    endJobs[0]?.({ id: 'job_1', state: 'succeeded', result: { reportId: 'drf_1' } } as Job);
    await monitors.idle();
    expect(await outcomes(id)).toEqual(['hand ok']);
  });

  test('data that is the same as before is no further check, and no further breach', async () => {
    versions.push({ missing: 0, drifted: true });
    const { id } = await monitors.create(drift({ rule: { ...drift().rule, consecutive: 2 } }));
    await pass(30 * minute);
    await pass(hour);
    expect(await outcomes(id)).toEqual(['schedule unchanged', 'schedule breach']);
    await monitors.runNow(id);
    await monitors.idle();
    expect(await monitors.get(id)).toMatchObject({ state: 'pending', breaches: 1 });
    versions.push({ missing: 0, drifted: true });
    await pass(hour);
    expect(await monitors.get(id)).toMatchObject({ state: 'firing', breaches: 2 });
    expect(startedJobs).toBe(3);
  });

  test('what cannot be measured is noted and changes nothing', async () => {
    const { id } = await monitors.create(drift());
    endJobs = [];
    await monitors.runNow(id);
    await expect.poll(() => endJobs?.length).toBe(1);
    endJobs[0]?.({ id: 'job_1', state: 'failed', error: { message: 'no rows' } } as Job);
    await monitors.idle();
    expect((await monitors.checks(id, { limit: 1 }))[0]).toMatchObject({
      outcome: 'failed',
      message: 'no rows',
    });
    expect((await monitors.get(id)).state).toBe('waiting');
  });

  test('on the requests of an endpoint, once there are any, and not again before there are newer ones', async () => {
    const { id } = await monitors.create(
      quality({
        watch: { kind: 'endpoint-drift', endpoint: 'late' },
        schedule: { kind: 'cron', cron: '0 * * * *' },
        rule: { metric: 'driftedShare', when: { kind: 'verdict' } },
      }),
    );
    await pass(30 * minute);
    requests = 5;
    versions.push({ missing: 0, drifted: true });
    await pass(hour);
    await pass(hour);
    requests = 6;
    await pass(hour);
    expect(await outcomes(id)).toEqual([
      'schedule breach',
      'schedule unchanged',
      'schedule breach',
      'schedule nothing',
    ]);
    expect(news[0]).toMatchObject({
      title: 'What late is asked has drifted',
      subject: 'the last 1,000 requests of late',
    });
  });

  test('with one version only there is nothing to compare, and it says so', async () => {
    versions.pop();
    const { id } = await monitors.create(drift());
    expect(await monitors.runNow(id)).toMatchObject({
      outcome: 'nothing',
      message: 'flights has one version only',
    });
  });
});

describe('alerts', () => {
  const breach = async (id: string): Promise<void> => {
    versions.push({ missing: 500, drifted: true });
    await monitors.runNow(id);
    await monitors.idle();
  };
  const quiet = async (id: string): Promise<void> => {
    versions.push({ missing: 0, drifted: false });
    await monitors.runNow(id);
    await monitors.idle();
  };

  test('are told once when they are raised and once when they are over', async () => {
    const { id } = await monitors.create(quality());
    await breach(id);
    await breach(id);
    expect(await monitors.get(id)).toMatchObject({ state: 'firing', breaches: 2 });
    await quiet(id);
    expect(told()).toEqual([
      'firing: Missing values of flights: 50 %, above 10 %',
      'resolved: Missing values of flights: 50 %, above 10 %',
    ]);
    expect(webhooks).toEqual(['monitor_alert.fired', 'monitor_alert.resolved']);
    expect(await monitors.alerts({ monitorId: id, limit: 10 })).toMatchObject({
      unread: 0,
      items: [{ state: 'resolved', resolution: 'recovered', checks: 2, severity: 'warning' }],
    });
    expect((await monitors.get(id)).alertId).toBeNull();
  });

  test('carry what a message to a person needs', async () => {
    const { id } = await monitors.create(drift());
    await breach(id);
    expect(news[0]).toMatchObject({
      monitor: 'flights drift',
      kind: 'drift',
      severity: 'warning',
      title: 'flights has drifted',
      text: '1 of 2 columns drifted: delay (flights v3 against flights v2).',
      value: 0.5,
      link: '/drift/drf_1',
      sinceMs: start,
    });
    expect((await events.activity(1))[0]).toMatchObject({
      text: 'Alert: flights has drifted',
      link: '/drift/drf_1',
    });
  });

  test('are kept silent while the monitor is muted, and told of afterwards if they still hold', async () => {
    const { id } = await monitors.create(quality());
    await monitors.update(id, { mutedUntilMs: clock.nowMs() + hour });
    await breach(id);
    expect(told()).toEqual([]);
    expect(await monitors.alerts({ limit: 1 })).toMatchObject({ unread: 0, items: [{ isMuted: true }] });
    clock.advance(2 * hour);
    await breach(id);
    expect(told()).toHaveLength(1);
    expect((await monitors.alerts({ limit: 1 })).unread).toBe(1);
  });

  test('one that was raised and is over within the silence is never told of', async () => {
    const { id } = await monitors.create(quality());
    await monitors.update(id, { mutedUntilMs: clock.nowMs() + hour });
    await breach(id);
    await quiet(id);
    expect(told()).toEqual([]);
    expect(webhooks).toEqual([]);
  });

  test('are looked after by somebody, with a note', async () => {
    const { id } = await monitors.create(quality());
    await breach(id);
    const alertId = (await monitors.get(id)).alertId ?? '';
    const alert = await monitors.acknowledge(alertId, { note: 'the feed is being repaired' });
    expect(alert.acknowledged).toEqual({ by: 'ada', note: 'the feed is being repaired', atMs: start });
    expect((await monitors.alerts({ limit: 1 })).unread).toBe(0);
    await expect(monitors.acknowledge('alt_none', { note: '' })).rejects.toMatchObject({
      code: 'monitor-alerts/not-found',
    });
  });

  test('are closed when the rule is changed or the monitor is disabled, and begin anew', async () => {
    const { id } = await monitors.create(quality());
    await breach(id);
    await monitors.update(id, {
      rule: { ...quality().rule, when: { kind: 'above', limit: 0.9 } },
    });
    expect((await monitors.alerts({ limit: 1 })).items[0]).toMatchObject({
      state: 'resolved',
      resolution: 'changed',
    });
    expect(await monitors.get(id)).toMatchObject({ state: 'waiting', alertId: null });
    await breach(id);
    expect((await monitors.get(id)).state).toBe('ok');
  });
});

describe('an engine that is killed', () => {
  test('in the middle of a check leaves it to the next one, which raises one alert', async () => {
    const { id } = await monitors.create(drift());
    versions.push({ missing: 0, drifted: true });
    endJobs = [];
    await monitors.runNow(id);
    await expect.poll(() => endJobs?.length).toBe(1);
    endJobs = null;
    await restart();
    expect(await outcomes(id)).toEqual(['hand breach']);
    expect(told()).toEqual(['firing: flights has drifted']);
    expect(startedJobs).toBe(1);
    await restart();
    expect(told()).toHaveLength(1);
  });

  test('between the check and the news tells the news when it is back, once', async () => {
    await monitors.close();
    const died = (): void => {
      throw new Error('killed');
    };
    monitors = service({ webhook: died });
    const { id } = await monitors.create(quality());
    versions.push({ missing: 500, drifted: true });
    await monitors.runNow(id);
    await monitors.idle();
    expect(await outcomes(id)).toEqual(['hand breach']);
    expect(webhooks).toEqual([]);
    await restart();
    expect(webhooks).toEqual(['monitor_alert.fired']);
    await restart();
    expect(webhooks).toEqual(['monitor_alert.fired']);
    expect((await monitors.alerts({ limit: 10 })).items).toHaveLength(1);
  });
});

describe('a monitor that could not work', () => {
  test('is refused with all its faults', async () => {
    const bad = quality({
      schedule: { kind: 'requests', every: 100 },
      rule: { metric: 'driftedShare', when: { kind: 'verdict' } },
    });
    await expect(monitors.create(bad)).rejects.toMatchObject({
      code: 'monitors/bad-definition',
      problems: [{ path: '/rule/metric' }, { path: '/rule/when' }, { path: '/schedule' }],
    });
    await expect(
      monitors.create(
        quality({
          watch: { kind: 'validation', dataset: 'flights' },
          rule: { metric: 'failed', when: { kind: 'verdict' } },
        }),
      ),
    ).rejects.toMatchObject({ code: 'data-schemas/not-found' });
    await monitors.create(quality());
    await expect(monitors.create(quality())).rejects.toMatchObject({ code: 'monitors/name-taken' });
    await expect(monitors.create(drift({ schedule: { kind: 'cron', cron: 'never' } }))).rejects.toMatchObject(
      { code: 'schedules/bad-cron' },
    );
  });
});
