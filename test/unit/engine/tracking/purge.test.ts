import { describe, expect, it } from 'vitest';
import type { TrackingService } from '../../../../engine/tracking/index.ts';
import type { FakeClock } from '../../../kit/clock.ts';
import { fillCurve } from '../../../kit/run-volume.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { logBatch, newRun, tempWorkspace } from '../../../kit/workspace.ts';

async function deletedRun(tracking: TrackingService, name: string): Promise<string> {
  const { id } = await tracking.createRun(newRun({ name, params: { depth: '6' }, tags: { team: 'a' } }));
  await tracking.log(id, logBatch({ metrics: [{ key: 'loss', value: 1, step: 0, timestampMs: 0 }] }));
  await tracking.deleteRun(id);
  return id;
}

const day = 86_400_000;
const purgeDaysOld = (tracking: TrackingService, clock: FakeClock, days: number) =>
  tracking.purgeDeleted({ deletedUntilMs: clock.nowMs() - days * day });

describe('purgeDeleted', () => {
  it('removes what was deleted long enough ago, wholly, and leaves the rest to be restored', async () => {
    const { tracking, store, clock } = await tempTracking();
    const old = await deletedRun(tracking, 'old');
    clock.advance(10 * day);
    const young = await deletedRun(tracking, 'young');
    const { id: active } = await tracking.createRun(newRun());
    expect(await purgeDaysOld(tracking, clock, 5)).toEqual({ runs: 1, experiments: 0, keptRuns: 0 });
    await expect(tracking.getRun(old)).rejects.toMatchObject({ code: 'runs/not-found' });
    expect(await tracking.restoreRun(young)).toMatchObject({ lifecycle: 'active', params: { depth: '6' } });
    expect(await tracking.getRun(active)).toMatchObject({ lifecycle: 'active' });
    for (const table of ['metric_points', 'metric_latest', 'run_params', 'run_tags']) {
      expect(store.sqlite.prepare(`SELECT DISTINCT run_pk FROM ${table}`).all().length).toBe(1);
    }
  });

  it('removes long curves piece by piece, while others log', async () => {
    const { tracking, store, clock } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    fillCurve(store.sqlite, { runId: id, key: 'long', points: 30_000 });
    await tracking.deleteRun(id);
    const other = await tracking.createRun(newRun());
    let isDone = false;
    const purge = purgeDaysOld(tracking, clock, 0).finally(() => {
      isDone = true;
    });
    let logged = 0;
    for (; !isDone; logged += 1) {
      const point = { key: 'loss', value: logged, step: logged, timestampMs: 0 };
      await tracking.log(other.id, logBatch({ metrics: [point] }));
    }
    expect(await purge).toMatchObject({ runs: 1 });
    expect(logged).toBeGreaterThan(4);
    expect(store.sqlite.prepare('SELECT count(*) AS n FROM metric_points').get()).toEqual({ n: logged });
  });

  it('brings back no run that is half gone', async () => {
    const { tracking, store, clock } = await tempTracking();
    const id = await deletedRun(tracking, 'half');
    // As a kill in the middle leaves it.
    store.sqlite.prepare('UPDATE runs SET deleted_at_ms = 0 WHERE id = ?').run(id);
    await expect(tracking.restoreRun(id)).rejects.toMatchObject({ code: 'runs/not-found' });
    expect(await purgeDaysOld(tracking, clock, 1000)).toMatchObject({ runs: 1 });
  });

  it('removes deleted experiments with their runs, never the experiment Default', async () => {
    const { tracking, clock } = await tempTracking();
    const { id } = await tracking.createExperiment({ name: 'gone' });
    await tracking.createRun(newRun({ experimentId: id }));
    await tracking.deleteExperiment(id);
    await tracking.deleteExperiment('0');
    expect(await purgeDaysOld(tracking, clock, 0)).toMatchObject({ runs: 1, experiments: 1 });
    expect(await tracking.experimentRecord({ name: 'gone' })).toBeNull();
    expect(await tracking.experimentRecord({ id: 0 })).toMatchObject({ lifecycle: 'deleted' });
    await tracking.createExperiment({ name: 'gone' });
  });

  it('only says what would go when asked to', async () => {
    const { tracking, clock } = await tempTracking();
    const id = await deletedRun(tracking, 'stays');
    const purged = await tracking.purgeDeleted({ deletedUntilMs: clock.nowMs(), dryRun: true });
    expect(purged).toMatchObject({ runs: 1 });
    await tracking.restoreRun(id);
  });
});

describe('emptyTrash', () => {
  it('keeps a run that a model version came from', async () => {
    const { workspace, close } = await tempWorkspace({ startJobs: false });
    const { tracking, store } = workspace;
    const kept = await deletedRun(tracking, 'source');
    await deletedRun(tracking, 'gone');
    store.sqlite.exec("INSERT INTO models (id, name, created_at_ms, updated_at_ms) VALUES (1, 'm', 0, 0)");
    store.sqlite
      .prepare(
        `INSERT INTO model_versions (model_id, number, major, minor, patch, source, created_at_ms, updated_at_ms)
         VALUES (1, 1, 1, 0, 0, ?, 0, 0)`,
      )
      .run(`runs:/${kept}/model`);
    expect(await workspace.emptyTrash({ olderThanDays: 0 })).toMatchObject({ runs: 1, keptRuns: 1 });
    expect(await tracking.restoreRun(kept)).toMatchObject({ name: 'source' });
    await close();
  });
});
