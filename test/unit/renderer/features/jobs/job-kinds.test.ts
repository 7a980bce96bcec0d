import { expect, test } from 'vitest';
import type { Job } from '../../../../../local-api/contract/index.ts';
import { resultLinks } from '../../../../../renderer/features/jobs/job-kinds.ts';
import { jobFilter, jobTabs } from '../../../../../renderer/features/jobs/job-tabs.ts';

function job(overrides: Partial<Job>): Job {
  return {
    id: 'j',
    kind: 'import',
    title: '',
    state: 'succeeded',
    priority: 0,
    attempt: 1,
    maxAttempts: 1,
    isPaused: false,
    parentId: null,
    runId: null,
    progress: { fraction: 1, message: '' },
    input: {},
    result: null,
    error: null,
    createdAtMs: 0,
    startedAtMs: 0,
    endedAtMs: 0,
    ...overrides,
  };
}

test('an ended job leads to what it made', () => {
  expect(resultLinks(job({ kind: 'import', result: { dataset: 'a b', version: 3 } }))).toEqual([
    { href: '/datasets/a%20b?version=3', label: 'The dataset a b' },
  ]);
  expect(resultLinks(job({ kind: 'drift', result: { reportId: 'r' } }))[0]?.href).toBe('/drift/r');
  expect(resultLinks(job({ kind: 'train', runId: 'abc' }))[0]?.href).toBe('/runs/abc');
  const explained = {
    explanationId: 'e',
    runId: 'abc',
    model: null,
    version: null,
    digest: `sha256:${'0'.repeat(64)}`,
  };
  expect(resultLinks(job({ kind: 'explain', result: explained }))[0]?.href).toBe('/runs/abc?tab=explanation');
  const version = { ...explained, model: 'm', version: '1.0.0' };
  expect(resultLinks(job({ kind: 'explain', result: version }))[0]?.href).toBe(
    '/models/m?version=1.0.0&tab=explanation',
  );
});

test('a job without a result leads nowhere', () => {
  expect(resultLinks(job({ kind: 'drift', result: null }))).toEqual([]);
  expect(resultLinks(job({ kind: 'import', result: 'odd' }))).toEqual([]);
});

test('a tab and a kind narrow the list together', () => {
  const dead = jobTabs.find((tab) => tab.id === 'dead');
  expect(jobFilter(dead, 'train')).toBe("state = 'dead' and kind = 'train'");
  expect(jobFilter(jobTabs[0], undefined)).toBeUndefined();
});
