import { describe, expect, it } from 'vitest';
import { tempTracking } from '../../../kit/tracking.ts';
import { logBatch, newRun } from '../../../kit/workspace.ts';

const atMs = Date.UTC(2026, 0, 1);
const point = (value: number | 'NaN' | 'Infinity' | '-Infinity', step = 0, timestampMs = atMs) => ({
  key: 'loss',
  value,
  step,
  timestampMs,
});

describe('log', () => {
  it('takes the point with the greatest step, then time, then value as the last one, in whatever order they come', async () => {
    const { tracking } = await tempTracking();
    const orders = [
      [point(5, 1, 10), point(1, 2, 5), point(2, 2, 7), point(3, 2, 7)],
      [point(3, 2, 7), point(2, 2, 7), point(1, 2, 5), point(5, 1, 10)],
      [point(2, 2, 7), point(5, 1, 10), point(3, 2, 7), point(1, 2, 5)],
    ];
    for (const points of orders) {
      const [together, apart] = [await tracking.createRun(newRun()), await tracking.createRun(newRun())];
      await tracking.log(together.id, logBatch({ metrics: points }));
      for (const each of points) await tracking.log(apart.id, logBatch({ metrics: [each] }));
      const expected = { loss: { last: 3, step: 2, timestampMs: 7, min: 1, max: 5, count: 4 } };
      expect((await tracking.getRun(together.id)).metrics).toEqual(expected);
      expect((await tracking.getRun(apart.id)).metrics).toEqual(expected);
    }
  });

  it('changes nothing when the same points come again, NaN and infinities included', async () => {
    const { tracking, events } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    const batch = logBatch({
      metrics: [point(1), point('NaN', 1), point('Infinity', 2), point('-Infinity', 3), point(0, 1)],
      params: { lr: '0.1' },
      tags: { team: 'a' },
    });
    await tracking.log(id, batch);
    const before = await tracking.getRun(id);
    const told = events.length;
    await tracking.log(id, batch);
    expect(await tracking.getRun(id)).toEqual(before);
    expect(events).toHaveLength(told);
    expect(before.metrics.loss).toEqual({
      last: '-Infinity',
      step: 3,
      timestampMs: atMs,
      min: '-Infinity',
      max: 'Infinity',
      count: 5,
    });
    const [series] = await tracking.series({ runIds: [id], keys: ['loss'], maxPoints: 100 });
    expect(series?.values).toEqual([1, 0, 'NaN', 'Infinity', '-Infinity']);
  });

  it('says NaN for the bounds of a metric that never had a number', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    await tracking.log(id, logBatch({ metrics: [point('NaN')] }));
    expect((await tracking.getRun(id)).metrics.loss).toMatchObject({
      last: 'NaN',
      min: 'NaN',
      max: 'NaN',
      count: 1,
    });
    await tracking.log(id, logBatch({ metrics: [point(2, 1)] }));
    expect((await tracking.getRun(id)).metrics.loss).toMatchObject({ last: 2, min: 2, max: 2, count: 2 });
  });

  it('uses the time of arrival for points without one', async () => {
    const { tracking, clock } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    clock.advance(5000);
    await tracking.log(id, logBatch({ metrics: [{ key: 'a', value: 1, step: 0 }] }));
    expect((await tracking.getRun(id)).metrics.a?.timestampMs).toBe(atMs + 5000);
  });

  it('refuses to change params, naming each, and writes nothing of that call', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun({ params: { depth: '6', lr: '0.1', same: 'x' } }));
    const changed = tracking.log(
      id,
      logBatch({
        params: { depth: '7', lr: '0.2', same: 'x', fresh: '1' },
        tags: { team: 'a' },
        metrics: [point(1)],
      }),
    );
    await expect(changed).rejects.toMatchObject({
      code: 'runs/param-changed',
      problems: [
        { path: '/params/depth', message: "is '6' and cannot become '7'" },
        { path: '/params/lr', message: "is '0.1' and cannot become '0.2'" },
      ],
    });
    expect(await tracking.getRun(id)).toMatchObject({
      params: { depth: '6', lr: '0.1', same: 'x' },
      tags: {},
      metrics: {},
    });
  });

  it('commits the good calls of a moment when others of it are bad', async () => {
    const { tracking } = await tempTracking();
    const runs = await Promise.all(
      Array.from({ length: 20 }, () => tracking.createRun(newRun({ params: { p: '1' } }))),
    );
    const answers = await Promise.allSettled(
      runs.map((run, i) =>
        tracking.log(
          i % 4 === 1 ? 'nope' : run.id,
          logBatch({ metrics: [{ ...point(i), key: `new ${i}` }], params: { p: i % 4 === 2 ? '2' : '1' } }),
        ),
      ),
    );
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? 'ok' : answer.reason.code))).toEqual(
      runs.map((_, i) => ['ok', 'runs/not-found', 'runs/param-changed', 'ok'][i % 4]),
    );
    for (const [i, run] of runs.entries()) {
      const { metrics } = await tracking.getRun(run.id);
      expect(Object.keys(metrics)).toEqual(i % 4 === 0 || i % 4 === 3 ? [`new ${i}`] : []);
    }
    // A key first seen in a call that was undone is good again in the next.
    const second = runs[2]?.id ?? '';
    await tracking.log(second, logBatch({ metrics: [{ ...point(1), key: 'new 2' }] }));
    expect(Object.keys((await tracking.getRun(second)).metrics)).toEqual(['new 2']);
  });

  it('keeps every point of many callers at once, and takes calls made while one ends', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    await Promise.all(
      Array.from({ length: 16 }, async (_, caller) => {
        for (let step = 0; step < 50; step += 1) {
          await tracking.log(
            id,
            logBatch({ metrics: [{ key: `m${caller}`, value: step, step, timestampMs: atMs }] }),
          );
        }
      }),
    );
    const { metrics } = await tracking.getRun(id);
    expect(Object.values(metrics).map((metric) => metric.count)).toEqual(
      Array.from({ length: 16 }, () => 50),
    );
  });

  it('replaces tags, removes them, and refuses writes to a run that is deleted or not there', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun({ tags: { a: '1', b: '2' } }));
    await tracking.log(id, logBatch({ tags: { a: '3', c: '4' } }));
    await tracking.deleteTag(id, 'b');
    await tracking.deleteTag(id, 'never');
    expect((await tracking.getRun(id)).tags).toEqual({ a: '3', c: '4' });
    await tracking.deleteRun(id);
    await expect(tracking.log(id, logBatch())).rejects.toMatchObject({ code: 'runs/deleted' });
    await expect(tracking.deleteTag(id, 'a')).rejects.toMatchObject({ code: 'runs/deleted' });
    await expect(tracking.log('0'.repeat(32), logBatch())).rejects.toMatchObject({ code: 'runs/not-found' });
  });

  it('tells of new points with their keys, and of new facts', async () => {
    const { tracking, events } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    events.length = 0;
    await tracking.log(
      id,
      logBatch({ metrics: [point(1), { ...point(1), key: 'auc' }], params: { p: '1' } }),
    );
    expect(events).toMatchObject([
      { type: 'metrics.logged', data: { runId: id, keys: ['loss', 'auc'] } },
      { type: 'run.changed', data: { runId: id, change: 'updated' } },
    ]);
  });

  it('takes keys that are names of JavaScript itself', async () => {
    const { tracking } = await tempTracking();
    const keys = ['__proto__', 'constructor', 'toString'];
    const facts = Object.fromEntries(keys.map((key) => [key, 'x']));
    const { id } = await tracking.createRun(newRun({ params: facts }));
    await tracking.log(id, logBatch({ metrics: keys.map((key) => ({ ...point(1), key })) }));
    const run = await tracking.getRun(id);
    expect(Object.keys(run.metrics).sort()).toEqual([...keys].sort());
    expect(Object.keys(run.params).sort()).toEqual([...keys].sort());
    expect(Object.getPrototypeOf(run.params)).toBe(Object.prototype);
  });
});
