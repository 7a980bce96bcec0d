import { describe, expect, test } from 'vitest';
import { diffLines } from '../../../../../../renderer/features/compare/files/text-diff.ts';

describe('the difference of two texts', () => {
  test('names the lines that were taken out and put in', () => {
    expect(diffLines('a\nb\nc\nd', 'a\nc\nx\nd')).toEqual([
      { kind: 'same', lines: ['a'] },
      { kind: 'removed', lines: ['b'] },
      { kind: 'same', lines: ['c'] },
      { kind: 'added', lines: ['x'] },
      { kind: 'same', lines: ['d'] },
    ]);
  });

  test('equal texts are one part', () => {
    expect(diffLines('a\nb', 'a\nb')).toEqual([{ kind: 'same', lines: ['a', 'b'] }]);
  });

  test('both texts can be put together from it, however they differ', () => {
    const before = Array.from({ length: 300 }, (_, index) => `line ${(index * 7) % 50}`).join('\n');
    const after = Array.from({ length: 280 }, (_, index) => `line ${(index * 11) % 60}`).join('\n');
    const parts = diffLines(before, after);
    const text = (without: string) =>
      parts
        .filter((part) => part.kind !== without)
        .flatMap((part) => part.lines)
        .join('\n');
    expect([text('added'), text('removed')]).toEqual([before, after]);
  });
});
