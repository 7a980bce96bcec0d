import { describe, expect, it } from 'vitest';
import type { TrackingService } from '../../../../engine/tracking/index.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { listQuery, logBatch, newRun } from '../../../kit/workspace.ts';

async function names(tracking: TrackingService, filter: string): Promise<string[]> {
  const { items } = await tracking.listRuns(listQuery({ filter, sort: 'name', fields: 'name' }));
  return items.map((run) => run.name ?? '');
}

async function sampleRuns() {
  const temp = await tempTracking();
  const { tracking } = temp;
  const make = async (run: Parameters<typeof newRun>[0]) => (await tracking.createRun(newRun(run))).id;
  const ids = {
    first: await make({ name: 'late-flights baseline', params: { trainer: 'gbdt', depth: '6' } }),
    second: await make({
      name: 'second',
      notes: 'Too many **late** trains; Ärger mit Zügen',
      tags: { team: 'o-neil' },
    }),
    third: await make({ name: 'third', params: { trainer: 'GBDT' }, tags: { team: 'late' } }),
  };
  return { ...temp, ids };
}

describe('full text', () => {
  it.each([
    ["text ~ 'late'", ['late-flights baseline', 'second', 'third']],
    ["'gbdt'", ['late-flights baseline', 'third']],
    ["'late GBDT'", ['late-flights baseline', 'third']],
    ["'fli'", ['late-flights baseline']],
    ["'arger'", ['second']],
    ["'NEIL' or 'baseline'", ['late-flights baseline', 'second']],
    ["not 'late flights' and params.trainer is not null", ['third']],
    ["'late' order by name desc", ['late-flights baseline', 'second', 'third']],
    [`text ~ 'AND" OR *)('`, []],
    ["'nowhere'", []],
  ])('%s finds the runs with these words', async (filter, expected) => {
    const { tracking } = await sampleRuns();
    expect(await names(tracking, filter)).toEqual(expected);
    expect(await tracking.countRuns(filter)).toBe(expected.length);
  });

  it('keeps up with what changes and goes', async () => {
    const { tracking, ids, clock, store } = await sampleRuns();
    await tracking.updateRun(ids.first, { name: 'renamed' });
    await tracking.log(ids.second, logBatch({ tags: { team: 'flights' }, params: { optimizer: 'adam' } }));
    expect(await names(tracking, "'flights'")).toEqual(['second']);
    expect(await names(tracking, "'adam'")).toEqual(['second']);
    expect(await names(tracking, "'neil'")).toEqual([]);
    await tracking.deleteTag(ids.second, 'team');
    expect(await names(tracking, "'flights'")).toEqual([]);
    for (const id of Object.values(ids)) await tracking.deleteRun(id);
    await tracking.purgeDeleted({ deletedUntilMs: clock.nowMs() });
    const found = store.sqlite
      .prepare(`SELECT count(*) AS n FROM run_text WHERE run_text MATCH '"gbdt" OR "late"'`)
      .get();
    expect(found).toEqual({ n: 0 });
    expect(await store.check()).toEqual([]);
  });

  it('is told to be missing where a list has none', async () => {
    const { tracking } = await tempTracking();
    await expect(tracking.listExperiments(listQuery({ filter: "'late'" }))).rejects.toMatchObject({
      code: 'request/bad-filter',
      problems: [{ path: '0', message: 'experiments have no full text' }],
    });
  });
});
