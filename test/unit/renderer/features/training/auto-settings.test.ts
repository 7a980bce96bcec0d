import { describe, expect, test } from 'vitest';
import { Auto } from '../../../../../local-api/contract/index.ts';
import {
  readAuto,
  shortAuto,
  withKind,
} from '../../../../../renderer/features/training/auto/auto-settings.ts';

describe('the settings of an automatic choice', () => {
  test('are written short: the budget, and what is not as usual', () => {
    expect(shortAuto(readAuto({}))).toEqual({ budgetSeconds: 300 });
    const own = { budgetSeconds: 60, metric: 'auc', trainers: ['gbdt'], ensemble: 'none' };
    expect(shortAuto(readAuto(own))).toEqual(own);
  });

  test('of a run that is repeated leave out the list of what it fitted', () => {
    const auto = Auto.parse({
      budgetSeconds: 60,
      candidates: [{ name: 'Baseline', values: { 'trainer.kind': 'prior' } }],
      members: ['Baseline'],
    });
    expect(shortAuto(auto)).toEqual({ budgetSeconds: 60 });
  });

  test('keep a budget that is still being typed', () => {
    expect(readAuto({ budgetSeconds: 1 }).budgetSeconds).toBe(1);
  });

  test('always try at least one kind of model, and say nothing of kinds when all are tried', () => {
    const one = readAuto({ trainers: ['gbdt'] });
    expect(withKind(one, 'gbdt', false)).toEqual(one);
    expect(withKind(one, 'linear', true).trainers).toEqual(['linear', 'gbdt']);
    const all = (['linear', 'forest', 'mlp'] as const).reduce(
      (settings, kind) => withKind(settings, kind, true),
      one,
    );
    expect(shortAuto(all)).toEqual({ budgetSeconds: 300 });
  });
});
