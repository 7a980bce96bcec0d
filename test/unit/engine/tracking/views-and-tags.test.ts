import { describe, expect, it } from 'vitest';
import { tempTracking } from '../../../kit/tracking.ts';
import { listQuery, newRun } from '../../../kit/workspace.ts';

describe('saved views', () => {
  it('are listed by page and experiment, and keep their state as it was given', async () => {
    const { tracking } = await tempTracking();
    const { id: experimentId } = await tracking.createExperiment({ name: 'vision' });
    const state = { filter: "tags.team = 'a'", columns: ['name', 'metrics.auc'], group: null };
    const own = await tracking.createView({ name: 'b of vision', page: 'runs', experimentId, state });
    await tracking.createView({ name: 'a of all', page: 'runs', experimentId: null, state: {} });
    await tracking.createView({ name: 'c', page: 'compare', experimentId, state: {} });
    expect((await tracking.getView(own.id)).state).toEqual(state);
    const offered = await tracking.listViews(
      listQuery({ filter: `page = 'runs' and (experimentId = ${experimentId} or experimentId is null)` }),
    );
    expect(offered.items.map(({ name }) => name)).toEqual(['a of all', 'b of vision']);
  });

  it('come back after a deletion until the trash is emptied, and tell of each change', async () => {
    const { tracking, clock, events } = await tempTracking();
    const { id } = await tracking.createView({ name: 'v', page: 'runs', experimentId: null, state: {} });
    await tracking.updateView(id, { name: 'w', state: { sort: 'name' } });
    await tracking.deleteView(id);
    expect((await tracking.listViews(listQuery())).items).toEqual([]);
    await expect(tracking.updateView(id, { name: 'x' })).rejects.toMatchObject({ code: 'views/not-found' });
    expect(await tracking.restoreView(id)).toMatchObject({ name: 'w', state: { sort: 'name' } });
    await tracking.deleteView(id);
    expect(await tracking.purgeViews(clock.nowMs() - 1)).toBe(0);
    expect(await tracking.purgeViews(clock.nowMs())).toBe(1);
    await expect(tracking.restoreView(id)).rejects.toMatchObject({ code: 'views/not-found' });
    const told = events.flatMap((event) => (event.type === 'view.changed' ? [event.data.change] : []));
    expect(told).toEqual(['created', 'updated', 'deleted', 'restored', 'deleted']);
  });

  it('are refused for an experiment that is not there', async () => {
    const { tracking } = await tempTracking();
    const view = { name: 'v', page: 'runs', experimentId: '77', state: {} } as const;
    await expect(tracking.createView(view)).rejects.toMatchObject({ code: 'experiments/not-found' });
  });
});

describe('tags of many runs', () => {
  it('are set and removed in one call that tells which runs it could not change', async () => {
    const { tracking, events } = await tempTracking();
    const a = await tracking.createRun(newRun({ tags: { old: 'x' } }));
    const b = await tracking.createRun(newRun({ tags: { 'assay.starred': 'true' } }));
    const gone = await tracking.createRun(newRun());
    await tracking.deleteRun(gone.id);
    const before = events.length;
    const change = {
      runIds: [a.id, b.id, gone.id, 'nobody', a.id],
      set: { 'assay.starred': 'true' },
      remove: ['old'],
    };
    expect(await tracking.changeRunTags(change)).toEqual({
      changed: 1,
      problems: [
        { path: gone.id, message: 'is deleted' },
        { path: 'nobody', message: 'is not a run of this workspace' },
      ],
    });
    expect((await tracking.getRun(a.id)).tags).toEqual({ 'assay.starred': 'true' });
    expect(events.slice(before).map(({ data }) => data)).toEqual([
      { runId: a.id, experimentId: '0', change: 'updated' },
    ]);
    const starred = await tracking.listRuns(listQuery({ filter: "tags.assay.starred = 'true'" }));
    expect(starred.items).toHaveLength(2);
  });
});

describe('nested runs', () => {
  it('are counted below their parent when asked for, without deleted ones', async () => {
    const { tracking } = await tempTracking();
    const parent = await tracking.createRun(newRun({ name: 'parent' }));
    const child = await tracking.createRun(newRun({ parentRunId: parent.id }));
    await tracking.createRun(newRun({ parentRunId: parent.id }));
    await tracking.deleteRun(child.id);
    const roots = await tracking.listRuns(
      listQuery({ filter: 'parentRunId is null', fields: 'name,childCount' }),
    );
    expect(roots.items).toEqual([{ id: parent.id, name: 'parent', childCount: 1 }]);
    expect((await tracking.listRuns(listQuery())).items[0]).not.toHaveProperty('childCount');
  });
});
