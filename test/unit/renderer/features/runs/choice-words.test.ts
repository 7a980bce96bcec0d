import { describe, expect, test } from 'vitest';
import {
  endReason,
  heldOut,
  madeOf,
  settingsText,
  timeLeftMs,
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
    expect(endReason({ timeWasUp: true, wasStopped: true })).toBe('It was asked to finish early');
    expect(endReason({ timeWasUp: false, wasStopped: false })).toBeNull();
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

describe('the time that is left', () => {
  test('goes on between messages and never below zero', () => {
    expect(timeLeftMs(300, 0.5, 0)).toBe(150_000);
    expect(timeLeftMs(300, 0.5, 30_000)).toBe(120_000);
    expect(timeLeftMs(300, 0.99, 60_000)).toBe(0);
  });
});
