import { describe, expect, test } from 'vitest';
import {
  endReason,
  heldOut,
  madeOf,
  settingsText,
  timeLeftText,
} from '../../../../../renderer/features/runs/choice/choice-words.ts';

const member = (trial: number, name: string) => ({ trial, name, trainer: 'gbdt', weight: 0.5 });

describe('what an automatic choice is said to be', () => {
  test('a single model goes by its name, several by how they are brought together', () => {
    const members = [member(3, 'Boosted trees, small leaves'), member(5, 'Random forest')];
    expect(madeOf({ chosen: 'single', members: members.slice(0, 1) })).toBe('Boosted trees, small leaves');
    expect(madeOf({ chosen: 'greedy', members })).toBe('A weighted mean of 2 models');
    expect(madeOf({ chosen: 'stack', members })).toBe('A linear model on the answers of 2 models');
  });

  test('rows of one fold were held out once', () => {
    expect(heldOut({ rows: 1200, folds: 5 })).toBe('on 1,200 rows held out in 5 folds');
    expect(heldOut({ rows: 1, folds: 1 })).toBe('on 1 row held out once');
  });

  test('a choice that somebody stopped does not blame the clock', () => {
    expect(endReason({ timeWasUp: true, wasStopped: true, notes: [] })).toBe('It was asked to finish early');
    expect(endReason({ timeWasUp: true, wasStopped: false, notes: [] })).toMatch(/^Its time was up/);
    expect(endReason({ timeWasUp: true, wasStopped: false, notes: ['No time for trees.'] })).toBeNull();
    expect(endReason({ timeWasUp: false, wasStopped: false, notes: [] })).toBeNull();
  });

  test('settings read as words, without the kind of trainer that the title tells', () => {
    expect(
      settingsText({
        'trainer.kind': 'gbdt',
        'trainer.learningRate': '0.05',
        'preprocessing.numeric.scale': 'none',
      }),
    ).toBe('learning rate 0.05, preprocessing numeric scale none');
  });
});

test('time that is left is told to the second, and what happens when there is none', () => {
  expect([59.4, 90, -3].map(timeLeftText)).toEqual([
    '59 s',
    '1 min 30 s',
    'none: what was found is brought together',
  ]);
});
