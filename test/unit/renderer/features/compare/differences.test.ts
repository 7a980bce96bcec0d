import { describe, expect, it } from 'vitest';
import {
  bestPositions,
  betterDirection,
  compareRecords,
  readRunIds,
} from '../../../../../renderer/features/compare/differences.ts';

describe('compareRecords', () => {
  it('marks keys whose values differ, a missing one included', () => {
    const rows = compareRecords([{ a: '1', b: 'x' }, { a: '1' }], String);
    expect(rows).toEqual([
      { key: 'a', values: ['1', '1'], differs: false },
      { key: 'b', values: ['x', null], differs: true },
    ]);
  });

  it('takes values that read the same as the same', () => {
    const [row] = compareRecords([{ a: 0.70001 }, { a: 0.70002 }], (value) => value.toFixed(4));
    expect(row?.differs).toBe(false);
  });
});

describe('bestPositions', () => {
  it('knows that a loss should be small and an AUC large', () => {
    expect(bestPositions('val.log_loss', [0.5, 0.3, null])).toEqual([1]);
    expect(bestPositions('auc', [0.5, 0.7, 0.7])).toEqual([1, 2]);
  });

  it('names no winner where the name does not tell or all are equal', () => {
    expect(betterDirection('trees')).toBeNull();
    expect(bestPositions('trees', [1, 2])).toEqual([]);
    expect(bestPositions('auc', [0.7, 0.7])).toEqual([]);
  });

  it('leaves values that are no numbers out', () => {
    expect(bestPositions('auc', ['NaN', 0.6, 0.4])).toEqual([1]);
  });
});

describe('readRunIds', () => {
  it('keeps the order, drops repetitions and stops at two hundred', () => {
    expect(readRunIds('b,a,,b')).toEqual(['b', 'a']);
    expect(readRunIds(Array.from({ length: 260 }, (_, i) => `r${i}`).join(','))).toHaveLength(200);
  });
});
