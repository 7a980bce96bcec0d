import { expect, test } from 'vitest';
import { nextSteps } from '../../../../../renderer/features/home/next-steps.ts';

const none = {
  datasets: 0,
  experiments: 1,
  runs: 0,
  models: 0,
  driftReports: 0,
  jobsRunning: 0,
  jobsQueued: 0,
  jobsDead: 0,
};
const ids = (counts: Partial<typeof none>) => nextSteps({ ...none, ...counts }).map((step) => step.id);

test('follows the loop: import, train, register, check for drift', () => {
  expect(ids({})[0]).toBe('import');
  expect(ids({ datasets: 1 })[0]).toBe('train');
  expect(ids({ datasets: 1, runs: 1 })[0]).toBe('register');
  expect(ids({ datasets: 1, runs: 1, models: 1 })[0]).toBe('drift');
});

test('a job that gave up comes before everything', () => {
  expect(ids({ datasets: 1, jobsDead: 2 })[0]).toBe('dead');
});

test('there is always something to do, and never more than three', () => {
  const busy = { datasets: 3, runs: 40, models: 2, driftReports: 1, jobsDead: 1 };
  expect(ids(busy)).toHaveLength(3);
  expect(ids({ ...busy, jobsDead: 0 }).length).toBeGreaterThan(0);
});
