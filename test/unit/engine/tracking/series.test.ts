import { describe, expect, it } from 'vitest';
import type { TrackingService } from '../../../../engine/tracking/index.ts';
import { seededRandom } from '../../../kit/random.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { logBatch, newRun } from '../../../kit/workspace.ts';

describe('series', () => {
  it('gives curves by step then time, only of what is there', async () => {
    const { tracking } = await tempTracking();
    const [a, b] = [await tracking.createRun(newRun()), await tracking.createRun(newRun())];
    const points = [
      { key: 'loss', value: 3, step: 2, timestampMs: 1 },
      { key: 'loss', value: 1, step: -1, timestampMs: 5 },
      { key: 'loss', value: 2, step: 2, timestampMs: 0 },
    ];
    await tracking.log(a.id, logBatch({ metrics: points }));
    await tracking.log(b.id, logBatch({ metrics: [{ key: 'auc', value: 1, step: 0, timestampMs: 0 }] }));
    expect(
      await tracking.series({ runIds: [b.id, a.id, a.id], keys: ['loss', 'auc', 'never'], maxPoints: 10 }),
    ).toEqual([
      { runId: b.id, key: 'auc', steps: [0], timestampsMs: [0], values: [1], total: 1 },
      { runId: a.id, key: 'loss', steps: [-1, 2, 2], timestampsMs: [5, 0, 1], values: [1, 2, 3], total: 3 },
    ]);
  });

  it('reads a range of steps, both ends included, and thins out what is in it', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    const random = seededRandom(7);
    const values = Array.from({ length: 10_000 }, () => random.normal());
    await tracking.log(
      id,
      logBatch({ metrics: values.map((value, step) => ({ key: 'x', value, step, timestampMs: step })) }),
    );
    const read = async (maxPoints: number, fromStep?: number, toStep?: number) =>
      (await tracking.series({ runIds: [id], keys: ['x'], maxPoints, fromStep, toStep }))[0];
    const exact = await read(10_000, 100, 199);
    expect(exact?.values).toEqual(values.slice(100, 200));
    expect(exact?.total).toBe(10_000);
    const thinned = await read(50, 1000, 8999);
    expect(thinned?.values.length).toBeLessThanOrEqual(50);
    expect(thinned?.steps[0]).toBe(1000);
    expect(thinned?.steps.at(-1)).toBe(8999);
    const part = values.slice(1000, 9000);
    expect(thinned?.values).toContain(Math.max(...part));
    expect(thinned?.values).toContain(Math.min(...part));
    expect((await read(50, 20_000))?.values).toEqual([]);
  });

  it('reads a curve longer than one chunk completely and lets others work meanwhile', async () => {
    const { tracking, store } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    const total = 45_000;
    await tracking.log(id, logBatch({ metrics: [{ key: 'x', value: 0, step: 0, timestampMs: 0 }] }));
    await store.transactionSync((sqlite) => {
      const insert = sqlite.prepare(
        'INSERT INTO metric_points SELECT run_pk, key_id, ?, 0, ?, 0 FROM metric_latest',
      );
      for (let step = 1; step < total; step += 1) insert.run(step, step % 1000);
      sqlite.prepare('UPDATE metric_latest SET points = ?').run(total);
    });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const [series] = await tracking.series({ runIds: [id], keys: ['x'], maxPoints: 100_000 });
    clearInterval(timer);
    expect(series?.steps).toEqual(Array.from({ length: total }, (_, step) => step));
    expect(turns).toBeGreaterThan(0);
  });

  describe('of a long curve that is looked at again', () => {
    const logPoints = (tracking: TrackingService, runId: string, points: readonly [number, number][]) =>
      tracking.log(
        runId,
        logBatch({ metrics: points.map(([step, value]) => ({ key: 'x', value, step, timestampMs: step })) }),
      );
    const look = async (tracking: TrackingService, runId: string) => {
      const [series] = await tracking.series({ runIds: [runId], keys: ['x'], maxPoints: 40 });
      if (series === undefined) throw new Error('there is no curve');
      return series;
    };
    const random = seededRandom(3);
    const points = Array.from({ length: 20_000 }, (_, step): [number, number] => [step, random.normal()]);

    it('gives every extreme, the ends and the newest point, after each addition', async () => {
      const { tracking } = await tempTracking();
      const { id } = await tracking.createRun(newRun());
      for (const end of [6000, 6001, 6500, 20_000]) {
        await logPoints(tracking, id, points.slice(0, end));
        const series = await look(tracking, id);
        const values = points.slice(0, end).map(([, value]) => value);
        expect(series.total).toBe(end);
        expect(series.values.length).toBeLessThanOrEqual(40);
        expect([series.steps[0], series.steps.at(-1)]).toEqual([0, end - 1]);
        expect(series.values).toContain(Math.max(...values));
        expect(series.values).toContain(Math.min(...values));
        expect(series.steps).toEqual(series.steps.toSorted((a, b) => a - b));
        for (const [at, step] of series.steps.entries()) expect(series.values[at]).toBe(values[step]);
      }
    });

    it('gives a peak that came late, before the greatest step', async () => {
      const { tracking } = await tempTracking();
      const { id } = await tracking.createRun(newRun());
      await logPoints(tracking, id, points);
      await look(tracking, id);
      await logPoints(tracking, id, [[77, 1000]]);
      expect((await look(tracking, id)).values).toContain(1000);
    });

    it('keeps a place for a stretch that is NaN throughout, and its neighbours whole', async () => {
      const { tracking } = await tempTracking();
      const { id } = await tracking.createRun(newRun());
      const metrics = points.map(([step, value]) => ({
        key: 'x',
        value: step >= 5000 && step < 12_000 ? ('NaN' as const) : value,
        step,
        timestampMs: step,
      }));
      await tracking.log(id, logBatch({ metrics }));
      const { values } = await look(tracking, id);
      const real = metrics.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
      expect(values).toContain('NaN');
      expect(values).toContain(Math.max(...real));
      expect(values).toContain(Math.min(...real));
    });

    it('gives what two that look at the same time both ask for', async () => {
      const { tracking } = await tempTracking();
      const { id } = await tracking.createRun(newRun());
      await logPoints(tracking, id, points);
      const [first, second] = await Promise.all([look(tracking, id), look(tracking, id)]);
      expect(second).toEqual(first);
      expect(await look(tracking, id)).toEqual(first);
    });
  });

  it('lists every run that is not there', async () => {
    const { tracking } = await tempTracking();
    await expect(tracking.series({ runIds: ['a', 'b'], keys: ['x'], maxPoints: 5 })).rejects.toMatchObject({
      code: 'runs/not-found',
      problems: [{ path: 'a' }, { path: 'b' }],
    });
  });
});
