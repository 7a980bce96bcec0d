import { expect, it } from 'vitest';
import { fillRuns } from '../../../kit/run-volume.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { newRun } from '../../../kit/workspace.ts';

it('values gives each value of a param or tag once, sorted, by prefix and limit', async () => {
  const { tracking, store } = await tempTracking();
  fillRuns(store.sqlite, {
    experimentId: 1,
    from: 1000,
    count: 300,
    shape: { metrics: 1, params: 2, tags: 1 },
  });
  await tracking.createRun(newRun({ params: { p0: 'a%b' }, tags: { p0: 'a tag' } }));
  const values = (family: 'params' | 'tags', key: string, prefix = '', limit = 50) =>
    tracking.values({ family, key, prefix, limit });
  expect(await values('params', 'p0')).toEqual(['a%b', 'forest', 'gbdt', 'linear', 'mlp']);
  expect(await values('params', 'p0', '', 2)).toEqual(['a%b', 'forest']);
  expect(await values('params', 'p0', 'l')).toEqual(['linear']);
  expect(await values('params', 'p0', 'a%')).toEqual(['a%b']);
  expect(await values('params', 'p0', 'x')).toEqual([]);
  expect(await values('tags', 't0', 'team-9')).toEqual([
    'team-9',
    ...Array.from({ length: 10 }, (_, i) => `team-9${i}`),
  ]);
  expect(await values('tags', 'p0')).toEqual(['a tag']);
  expect(await values('tags', 'unknown')).toEqual([]);
});
