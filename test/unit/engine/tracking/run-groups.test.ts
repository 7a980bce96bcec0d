import { describe, expect, it, onTestFinished } from 'vitest';
import { AssayError } from '../../../../engine/errors.ts';
import { type RunGroup, RunGroupQuery } from '../../../../local-api/contract/index.ts';
import { type TempTracking, tempTracking } from '../../../kit/tracking.ts';
import { listQuery, logBatch, newRun } from '../../../kit/workspace.ts';

type Sample = { trainer?: string; team?: string; auc?: number | 'NaN'; experimentId?: string };

async function tracked(samples: Sample[]): Promise<TempTracking & { ids: string[] }> {
  const temp = await tempTracking();
  onTestFinished(() => temp.tracking.stopReading());
  const ids: string[] = [];
  for (const { trainer, team, auc, experimentId = '0' } of samples) {
    temp.clock.advance(1000);
    const { id } = await temp.tracking.createRun(
      newRun({
        experimentId,
        params: trainer === undefined ? {} : { trainer },
        tags: team === undefined ? {} : { team },
      }),
    );
    ids.push(id);
    if (auc !== undefined) {
      await temp.tracking.log(id, logBatch({ metrics: [{ key: 'auc', value: auc, step: 0 }] }));
    }
  }
  return { ...temp, ids };
}

const query = (input: Partial<RunGroupQuery> & { by: string[] }) => RunGroupQuery.parse(input);
const counts = (items: RunGroup[]) => items.map(({ values, count }) => [...Object.values(values), count]);

describe('groups of runs', () => {
  it('hold mean, sample deviation, median and the runs with the extremes, by hand', async () => {
    const { tracking, ids } = await tracked([
      { trainer: 'gbdt', auc: 2 },
      { trainer: 'mlp', auc: 0.5 },
      { trainer: 'gbdt', auc: 4 },
      { trainer: 'gbdt', auc: 9 },
      { trainer: 'gbdt', auc: 'NaN' },
      { trainer: 'gbdt' },
    ]);
    const { items, total } = await tracking.groupRuns(
      query({ by: ['params.trainer'], metrics: ['auc'], runIds: 2 }),
    );
    expect(total).toEqual({ groups: 2, runs: 6 });
    const [gbdt, mlp] = items;
    expect(gbdt?.metrics.auc).toEqual({
      count: 4,
      mean: 5,
      std: Math.sqrt(13),
      min: 2,
      max: 9,
      median: 4,
      minRunId: ids[0],
      maxRunId: ids[3],
    });
    expect(gbdt?.runIds).toEqual([ids[5], ids[4]]);
    expect(mlp?.metrics.auc).toMatchObject({ count: 1, mean: 0.5, std: null, median: 0.5 });
  });

  it('keep runs without the value as a group of their own, and give a filter that finds exactly each group', async () => {
    const { tracking } = await tracked([
      { trainer: "it's", team: 'a' },
      { trainer: "it's", team: 'b' },
      { team: 'a' },
      {},
    ]);
    const { items } = await tracking.groupRuns(
      query({ by: ['params.trainer', 'tags.team'], filter: "status = 'running' order by name" }),
    );
    expect(counts(items)).toHaveLength(4);
    for (const { filter, count, values } of items) {
      const found = await tracking.listRuns(listQuery({ filter }));
      expect(found.items, filter).toHaveLength(count);
      expect(found.items[0]?.params?.trainer ?? null).toBe(values['params.trainer']);
      expect(found.items[0]?.tags?.team ?? null).toBe(values['tags.team']);
    }
  });

  it('can be sorted by an aggregate and read page by page, each group once, null last', async () => {
    const { tracking } = await tracked([
      { trainer: 'a', auc: 1 },
      { trainer: 'b', auc: 3 },
      { trainer: 'c' },
      { trainer: 'd', auc: 2 },
    ]);
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await tracking.groupRuns(
        query({ by: ['params.trainer'], metrics: ['auc'], sort: '-mean(metrics.auc)', limit: 1, cursor }),
      );
      seen.push(...page.items.map(({ values }) => values['params.trainer']));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['b', 'd', 'a', 'c']);
  });

  it('leave deleted runs out unless lifecycle is grouped by', async () => {
    const { tracking, ids } = await tracked([{ trainer: 'a' }, { trainer: 'a' }]);
    await tracking.deleteRun(ids[0] ?? '');
    const plain = await tracking.groupRuns(query({ by: ['params.trainer'] }));
    expect(counts(plain.items)).toEqual([['a', 1]]);
    const both = await tracking.groupRuns(query({ by: ['lifecycle'], sort: 'lifecycle' }));
    expect(counts(both.items)).toEqual([
      ['active', 1],
      ['deleted', 1],
    ]);
  });

  it('of a few runs among many come out as those of a whole reading', async () => {
    const samples = Array.from({ length: 60 }, (_, i) => ({
      trainer: `t${i % 3}`,
      team: `${i % 20}`,
      auc: i,
    }));
    const { tracking } = await tracked(samples);
    const ask = { by: ['params.trainer'], metrics: ['auc'], sort: 'params.trainer' };
    const few = await tracking.groupRuns(query({ ...ask, filter: "tags.team = '7'" }));
    expect(counts(few.items)).toEqual([
      ['t0', 1],
      ['t1', 1],
      ['t2', 1],
    ]);
    expect(few.items.map(({ metrics }) => metrics.auc?.mean)).toEqual([27, 7, 47]);
  });

  it('are refused with every field and order that does not exist', async () => {
    const { tracking } = await tracked([]);
    const refused = (input: Partial<RunGroupQuery> & { by: string[] }) =>
      tracking.groupRuns(query(input)).catch((thrown: unknown) => thrown);
    const fields = await refused({ by: ['nmae', 'params.a,params.b'] });
    expect(fields).toBeInstanceOf(AssayError);
    expect(fields).toMatchObject({
      code: 'request/invalid',
      problems: [{ path: '/by/0' }, { path: '/by/1' }],
    });
    expect(await refused({ by: ['status'], sort: 'mean(metrics.auc)' })).toMatchObject({
      code: 'request/invalid',
    });
    expect(await refused({ by: ['status'], filter: 'and' })).toMatchObject({ code: 'request/bad-filter' });
  });
});

describe('a list read by the thread beside the event loop', () => {
  it('gives the page, the cursor, the count and the faults that the other way gives', async () => {
    const { tracking } = await tracked([
      { trainer: 'a', auc: 3 },
      { trainer: 'a', auc: 1 },
      { trainer: 'b', auc: 2 },
    ]);
    const query = listQuery({ filter: 'max(metrics.auc) > 0', sort: '-max(metrics.auc)', limit: 2 });
    const first = await tracking.listRunsAside(query);
    expect(first).toEqual(await tracking.listRuns(query));
    expect(first.items.map(({ metrics }) => metrics?.auc?.last)).toEqual([3, 2]);
    const next = { ...query, cursor: first.nextCursor ?? '' };
    expect(await tracking.listRunsAside(next)).toEqual(await tracking.listRuns(next));
    expect(await tracking.countRunsAside("params.trainer = 'a' and metrics.auc > 1")).toBe(1);
    await expect(tracking.countRunsAside('min(metrics.auc) < ')).rejects.toMatchObject({
      code: 'request/bad-filter',
      problems: [{ path: '19' }],
    });
  });

  it('knows what was committed before it was asked', async () => {
    const { tracking } = await tracked([]);
    const filter = 'count(metrics.auc) >= 1';
    expect(await tracking.countRunsAside(filter)).toBe(0);
    const { id } = await tracking.createRun(newRun());
    await tracking.log(id, logBatch({ metrics: [{ key: 'auc', value: 1, step: 0 }] }));
    expect(await tracking.countRunsAside(filter)).toBe(1);
  });
});
