import { expect, test } from 'vitest';
import type { JobState } from '../../../../../local-api/contract/index.ts';
import { loopSteps } from '../../../../../renderer/features/home/loop-steps.ts';

const at = (state: JobState, message: string) =>
  loopSteps({ state, progress: { fraction: null, message } }).map((step) => step.state);

test('the step that the job names is the one at work', () => {
  expect(at('running', '2/6 Train four models: Epoch 1 of 12')).toEqual([
    'done',
    'now',
    'waiting',
    'waiting',
    'waiting',
    'waiting',
  ]);
});

test('a loop that failed shows where', () => {
  expect(at('dead', '5/6 Check drift')[4]).toBe('failed');
  expect(at('cancelled', '5/6 Check drift')[3]).toBe('done');
});

test('nothing has begun while the job waits, and all is done once it succeeded', () => {
  expect(new Set(at('queued', ''))).toEqual(new Set(['waiting']));
  expect(new Set(at('succeeded', '6/6 Export the model'))).toEqual(new Set(['done']));
});

test('the words behind the step are kept', () => {
  const steps = loopSteps({
    state: 'running',
    progress: { fraction: 0.1, message: '1/6 Import two windows of flights: Comparing: columns' },
  });
  expect(steps[0]?.note).toBe('Comparing: columns');
});
