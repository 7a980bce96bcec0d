import { describe, expect, it } from 'vitest';
import { runName } from '../../../../engine/tracking/run-name.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { listQuery, logBatch, newRun } from '../../../kit/workspace.ts';

const nowMs = Date.UTC(2026, 0, 1);

describe('runs', () => {
  it('begin with what they were given, and a readable name when they were given none', async () => {
    const { tracking } = await tempTracking();
    const parent = await tracking.createRun(newRun({ name: 'parent' }));
    const input = { datasetVersionId: null, name: 'flights', digest: 'sha256:x', context: 'training' };
    const run = await tracking.createRun(
      newRun({
        params: { b: '2', a: '1' },
        tags: { t: 'x' },
        inputs: [input, input],
        parentRunId: parent.id,
        notes: '# hi',
      }),
      { jobId: 'job_1', user: 'ada' },
    );
    expect(run).toEqual({
      id: '2'.padStart(32, '0'),
      experimentId: '0',
      name: expect.stringMatching(/^[a-z]+-[a-z]+-\d{1,3}$/),
      status: 'running',
      lifecycle: 'active',
      user: 'ada',
      source: 'api',
      parentRunId: parent.id,
      jobId: 'job_1',
      notes: '# hi',
      startedAtMs: nowMs,
      endedAtMs: null,
      params: { a: '1', b: '2' },
      metrics: {},
      tags: { t: 'x' },
      inputs: [input],
    });
    expect(await tracking.getRun(run.id)).toEqual(run);
  });

  it('are refused in an experiment that is not there or deleted, and under a parent that is not there', async () => {
    const { tracking } = await tempTracking();
    for (const experimentId of ['7', 'x', '-1', '']) {
      await expect(tracking.createRun(newRun({ experimentId }))).rejects.toMatchObject({
        code: 'experiments/not-found',
      });
    }
    await expect(tracking.createRun(newRun({ parentRunId: 'nope' }))).rejects.toMatchObject({
      code: 'runs/not-found',
    });
    await tracking.deleteExperiment('0');
    await expect(tracking.createRun(newRun())).rejects.toMatchObject({ code: 'experiments/deleted' });
    expect(await tracking.countRuns("lifecycle in ('active', 'deleted')")).toBe(0);
  });

  it('start when their job does and end when their status says so', async () => {
    const { tracking, clock } = await tempTracking();
    const { id } = await tracking.createRun(newRun({ status: 'scheduled' }));
    clock.advance(1000);
    expect(await tracking.updateRun(id, { status: 'running', jobId: 'job_9' })).toMatchObject({
      startedAtMs: nowMs + 1000,
      endedAtMs: null,
      jobId: 'job_9',
    });
    clock.advance(500);
    expect(await tracking.updateRun(id, { status: 'finished' })).toMatchObject({ endedAtMs: nowMs + 1500 });
    clock.advance(500);
    expect(await tracking.updateRun(id, { notes: 'later' })).toMatchObject({
      endedAtMs: nowMs + 1500,
      notes: 'later',
    });
    expect(await tracking.updateRun(id, { status: 'running' })).toMatchObject({ endedAtMs: null });
    expect(await tracking.updateRun(id, { status: 'killed', endedAtMs: nowMs + 5000 })).toMatchObject({
      endedAtMs: nowMs + 5000,
    });
    await expect(tracking.updateRun(id, { endedAtMs: 5 })).rejects.toMatchObject({
      code: 'request/invalid',
      problems: [{ path: '/endedAtMs' }],
    });
    const [byDuration] = (await tracking.listRuns(listQuery({ filter: 'durationMs = 4000' }))).items;
    expect(byDuration?.id).toBe(id);
  });

  it('are hidden when deleted unless the filter names lifecycle, and come back', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    await tracking.deleteRun(id);
    await tracking.deleteRun(id);
    expect((await tracking.listRuns(listQuery())).items).toEqual([]);
    expect((await tracking.listRuns(listQuery({ filter: "lifecycle = 'deleted'" }))).items).toHaveLength(1);
    expect(await tracking.countRuns("lifecycle = 'deleted'")).toBe(1);
    await expect(tracking.updateRun(id, { name: 'x' })).rejects.toMatchObject({ code: 'runs/deleted' });
    expect(await tracking.restoreRun(id)).toMatchObject({ lifecycle: 'active' });
    expect((await tracking.listRuns(listQuery())).items).toHaveLength(1);
    await expect(tracking.deleteRun('nope')).rejects.toMatchObject({ code: 'runs/not-found' });
  });

  it('give only the fields that were asked for, and their id', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(
      newRun({ name: 'n', params: { a: '1', b: '2' }, tags: { t: 'x' } }),
    );
    await tracking.log(
      id,
      logBatch({
        metrics: [
          { key: 'auc', value: 0.9, step: 0 },
          { key: 'a,b', value: 1, step: 0 },
        ],
      }),
    );
    const rows = async (fields: string) => (await tracking.listRuns(listQuery({ fields }))).items;
    expect(await rows('name,params.a,metrics.`a,b`')).toEqual([
      { id, name: 'n', params: { a: '1' }, metrics: { 'a,b': expect.objectContaining({ last: 1 }) } },
    ]);
    expect(await rows('status')).toEqual([{ id, status: 'running' }]);
    expect(await rows('params.*,tags,inputs')).toEqual([
      { id, params: { a: '1', b: '2' }, tags: { t: 'x' }, inputs: [] },
    ]);
    expect(await rows('')).toEqual([await tracking.getRun(id)]);
  });

  it('are told of when made, changed, ended, deleted and restored', async () => {
    const { tracking, events } = await tempTracking();
    const { id } = await tracking.createRun(newRun({ name: 'n' }));
    await tracking.updateRun(id, { status: 'failed' });
    await tracking.deleteRun(id);
    await tracking.restoreRun(id);
    expect(events.map((event) => 'change' in event.data && event.data.change)).toEqual([
      'created',
      'updated',
      'deleted',
      'restored',
    ]);
  });
});

describe('runName', () => {
  it('is the same for the same id and differs for others', () => {
    const ids = Array.from({ length: 200 }, (_, i) =>
      (i * 7919 + 1).toString(16).repeat(8).slice(0, 32).padStart(32, 'a'),
    );
    expect(runName(ids[3] ?? '')).toBe(runName(ids[3] ?? ''));
    expect(new Set(ids.map(runName)).size).toBeGreaterThan(190);
  });
});
