import { describe, expect, it } from 'vitest';
import type { TrackingService } from '../../../../engine/tracking/index.ts';
import { fillRuns } from '../../../kit/run-volume.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { listQuery, logBatch, newRun } from '../../../kit/workspace.ts';

/** Makes a run whose metric `loss` has these values at the steps 0, 1, 2 …, and gives its name. */
async function runWith(tracking: TrackingService, name: string, values: (number | 'NaN')[]): Promise<void> {
  const { id } = await tracking.createRun(newRun({ name }));
  const metrics = values.map((value, step) => ({ key: 'loss', value, step, timestampMs: step }));
  await tracking.log(id, logBatch({ metrics }));
}

async function sampleRuns(): Promise<TrackingService> {
  const { tracking } = await tempTracking();
  await runWith(tracking, 'falling', [9, 6, 4, 3]);
  await runWith(tracking, 'rising', [1, 2, 3, 4]);
  await runWith(tracking, 'dip', [5, 0.5, 5, 5]);
  await runWith(tracking, 'broken', ['NaN', 'NaN']);
  await runWith(tracking, 'single', [7]);
  await tracking.createRun(newRun({ name: 'none' }));
  return tracking;
}

async function names(tracking: TrackingService, filter: string, sort = 'name'): Promise<string[]> {
  const { items } = await tracking.listRuns(listQuery({ filter, sort, fields: 'name' }));
  expect(await tracking.countRuns(filter)).toBe(items.length);
  return items.map((run) => run.name ?? '');
}

describe('functions of a metric', () => {
  it.each([
    ['min(metrics.loss) < 1', ['dip']],
    ['MAX(metrics.loss) >= 7', ['falling', 'single']],
    ['first(metrics.loss) = 5', ['dip']],
    ['last(metrics.loss) = 4', ['rising']],
    ['count(metrics.loss) < 4', ['broken', 'single']],
    ['slope(metrics.loss) < 0', ['falling']],
    ['slope(metrics.loss, last 2) = 0', ['dip']],
    ['slope(metrics.loss) between 0.9 and 1.1', ['rising']],
    ['slope(metrics.loss) is null', ['broken', 'none', 'single']],
    ['min(metrics.loss) is null', ['none']],
    ['min(metrics.loss) != 1', ['broken', 'dip', 'falling', 'single']],
    ['first(metrics.loss) > 4 and max(metrics.loss) in (5, 9)', ['dip', 'falling']],
    ['not (count(metrics.loss) = 4)', ['broken', 'single']],
  ])('%s finds the runs it says', async (filter, expected) => {
    expect(await names(await sampleRuns(), filter)).toEqual(expected);
  });

  it('are sorted by, with what has no value last', async () => {
    const tracking = await sampleRuns();
    const sorted = (sort: string) => names(tracking, '', sort);
    expect(await sorted('min(metrics.loss),name')).toEqual([
      'dip',
      'rising',
      'falling',
      'single',
      'broken',
      'none',
    ]);
    expect(await sorted('-slope(metrics.loss, last 3),name')).toEqual([
      ...['dip', 'rising', 'falling'],
      ...['broken', 'none', 'single'],
    ]);
  });

  it('are paged through like anything else', async () => {
    const tracking = await sampleRuns();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = listQuery({
        sort: '-max(metrics.loss)',
        limit: 2,
        fields: 'name',
        ...(cursor === undefined ? {} : { cursor }),
      });
      const page = await tracking.listRuns(query);
      seen.push(...page.items.map((run) => run.name ?? ''));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.slice(0, 4)).toEqual(['falling', 'single', 'dip', 'rising']);
    expect(new Set(seen).size).toBe(6);
  });

  it.each([
    ['min(name) = 1', 'a metric'],
    ['min(params.depth) = 1', 'a metric of a run'],
    ['min(max(metrics.loss)) = 1', 'a metric'],
    ['slope(metrics.loss, last 1000) > 0', 'from 2 to 100'],
    ['slope(metrics.loss, 5) > 0', "'last' and a number"],
    ['median(metrics.loss) > 0', 'an operator'],
  ])('%s is refused with what is expected', async (filter, expected) => {
    const { tracking } = await tempTracking();
    const listed = tracking.listRuns(listQuery({ filter }));
    await expect(listed).rejects.toMatchObject({
      code: 'request/bad-filter',
      problems: [{ expected: expect.stringContaining(expected) }],
    });
  });

  it('that read points are refused for too many runs, and taken where another condition leaves few', async () => {
    const { tracking, store } = await tempTracking();
    const shape = { metrics: 1, params: 1, tags: 1 };
    fillRuns(store.sqlite, { experimentId: 1, from: 0, count: 2500, shape });
    for (const query of [{ filter: 'slope(metrics.m0) is null' }, { sort: 'first(metrics.m0)' }]) {
      await expect(tracking.listRuns(listQuery(query))).rejects.toMatchObject({ code: 'request/bad-filter' });
    }
    const few = listQuery({ filter: "params.p0 = 'gbdt' and first(metrics.m0) > 0.5", limit: 1000 });
    expect((await tracking.listRuns(few)).items.length).toBeGreaterThan(100);
    const cheap = listQuery({
      filter: 'min(metrics.m0) > 0.5 and count(metrics.m0) = 1',
      sort: '-max(metrics.m0)',
    });
    expect((await tracking.listRuns(cheap)).items.length).toBe(50);
  });
});
