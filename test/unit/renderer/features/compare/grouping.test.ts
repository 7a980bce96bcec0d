import { describe, expect, test } from 'vitest';
import type { Run } from '../../../../../local-api/contract/index.ts';
import { groupKeys, groupRuns, guessPairKey } from '../../../../../renderer/features/compare/grouping.ts';

function run(id: string, params: Record<string, string>, tags: Record<string, string> = {}): Run {
  return {
    id,
    experimentId: '1',
    name: id,
    status: 'finished',
    lifecycle: 'active',
    user: 'ann',
    source: 'api',
    parentRunId: null,
    jobId: null,
    notes: '',
    startedAtMs: 0,
    endedAtMs: 1,
    params,
    metrics: {},
    tags,
    inputs: [],
  };
}

const runs = [
  run('a', { lr: '0.1', seed: '0', note: 'one' }),
  run('b', { lr: '0.01', seed: '0', note: 'two' }),
  run('c', { lr: '0.1', seed: '1', note: 'three' }),
  run('d', { lr: '10', seed: '1', note: 'four' }),
  run('e', { seed: '2', note: 'five' }, { 'assay.color': '#0072b2' }),
];

test('groups stand in the order of their numbers, runs without the param last', () => {
  const groups = groupRuns(runs, 'params.lr');
  expect(groups.map((group) => group.value)).toEqual(['0.01', '0.1', '10', null]);
  expect(groups[1]?.runs.map((one) => one.id)).toEqual(['a', 'c']);
});

test('what differs in every run, or in none, is not offered; nor are marks', () => {
  expect(groupKeys(runs)).toEqual(['params.lr', 'params.seed']);
});

describe('what pairs runs', () => {
  test('is a param named like a repetition', () => {
    expect(guessPairKey(runs, 'params.lr')).toBe('params.seed');
    expect(guessPairKey([run('a', { 'cv.fold': '1' }), run('b', { 'cv.fold': '2' })], 'params.lr')).toBe(
      'params.cv.fold',
    );
  });
  test('is not guessed where all have the same one, or it is what groups', () => {
    expect(guessPairKey([run('a', { seed: '1' }), run('b', { seed: '1' })], 'params.lr')).toBeNull();
    expect(guessPairKey(runs, 'params.seed')).toBeNull();
  });
});
