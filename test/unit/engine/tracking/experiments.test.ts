import { describe, expect, it } from 'vitest';
import { tempTracking } from '../../../kit/tracking.ts';
import { listQuery, newRun } from '../../../kit/workspace.ts';

describe('experiments', () => {
  it('begin with Default, count up, and are listed last used first', async () => {
    const { tracking, clock } = await tempTracking();
    clock.advance(10);
    const flights = await tracking.createExperiment({
      name: 'flights',
      description: 'd',
      tags: { team: 'a' },
    });
    expect(flights).toMatchObject({
      id: '1',
      name: 'flights',
      description: 'd',
      tags: { team: 'a' },
      runs: 0,
    });
    clock.advance(10);
    await tracking.createRun(newRun({ experimentId: '0' }));
    const { items } = await tracking.listExperiments(listQuery());
    expect(items.map(({ name, runs }) => [name, runs])).toEqual([
      ['Default', 1],
      ['flights', 0],
    ]);
    expect(await tracking.findExperimentByName('flights')).toEqual(flights);
    expect(await tracking.findExperimentByName('Flights')).toBeNull();
    const tagged = await tracking.listExperiments(listQuery({ filter: "tags.team = 'a' and runs = 0" }));
    expect(tagged.items).toEqual([flights]);
  });

  it('keep their names apart, also from those of deleted ones', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createExperiment({ name: 'a' });
    const other = await tracking.createExperiment({ name: 'b' });
    await tracking.deleteExperiment(id);
    await expect(tracking.createExperiment({ name: 'a' })).rejects.toMatchObject({
      code: 'experiments/name-taken',
    });
    await expect(tracking.updateExperiment(other.id, { name: 'a' })).rejects.toMatchObject({
      code: 'experiments/name-taken',
    });
    expect(await tracking.updateExperiment(other.id, { name: 'c', tags: { x: '1' } })).toMatchObject({
      name: 'c',
      tags: { x: '1' },
    });
  });

  it('take their runs with them when deleted, and bring back those and no others', async () => {
    const { tracking, clock } = await tempTracking();
    const { id } = await tracking.createExperiment({ name: 'a' });
    const kept = await tracking.createRun(newRun({ experimentId: id }));
    const deletedBefore = await tracking.createRun(newRun({ experimentId: id }));
    await tracking.deleteRun(deletedBefore.id);
    clock.advance(10);
    await tracking.deleteExperiment(id);
    await tracking.deleteExperiment(id);
    expect(await tracking.countRuns(undefined)).toBe(0);
    expect((await tracking.listExperiments(listQuery())).items.map((item) => item.name)).toEqual(['Default']);
    await expect(tracking.restoreRun(kept.id)).rejects.toMatchObject({ code: 'experiments/deleted' });
    await expect(tracking.updateExperiment(id, { description: 'x' })).rejects.toMatchObject({
      code: 'experiments/deleted',
    });
    expect(await tracking.restoreExperiment(id)).toMatchObject({ lifecycle: 'active', runs: 1 });
    expect((await tracking.getRun(kept.id)).lifecycle).toBe('active');
    expect((await tracking.getRun(deletedBefore.id)).lifecycle).toBe('deleted');
  });

  it('are not found by what is no id', async () => {
    const { tracking } = await tempTracking();
    for (const id of ['9', 'x', '1e3', '0x1', ' 1']) {
      await expect(tracking.getExperiment(id)).rejects.toMatchObject({ code: 'experiments/not-found' });
    }
  });
});
