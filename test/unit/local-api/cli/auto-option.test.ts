import { expect, test } from 'vitest';
import { autoOption } from '../../../../local-api/cli/auto-option.ts';

test('a budget is seconds, or minutes and hours with their letter', () => {
  const budgetOf = (budget: string) => autoOption({ auto: true, budget, trainers: null });
  expect(['90', '90s', '5m', '1.5h'].map(budgetOf)).toEqual(
    [90, 90, 300, 5400].map((budgetSeconds) => ({ budgetSeconds })),
  );
  expect(() => budgetOf('soon')).toThrow('"soon" is no length of time.');
});

test('kinds that were named are tried, the baseline cannot be chosen, and options without --auto are refused', () => {
  expect(autoOption({ auto: true, metric: 'auc', trainers: ['linear', 'gbdt'] })).toEqual({
    metric: 'auc',
    trainers: ['linear', 'gbdt'],
  });
  expect(() => autoOption({ auto: true, trainers: ['prior'] })).toThrow('cannot choose among "prior"');
  expect(autoOption({ trainers: ['prior'] })).toBeUndefined();
  expect(() => autoOption({ metric: 'auc', trainers: null })).toThrow('--metric goes with --auto.');
});
