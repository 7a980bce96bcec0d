import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../engine/store/filter/parser.ts';
import { nameFilter } from '../../../../renderer/components/name-filter.ts';

describe('nameFilter', () => {
  it('searches names for plain text', () => {
    expect(nameFilter('late flights')).toBe("name ilike '%late flights%'");
    expect(nameFilter('  ')).toBeUndefined();
  });

  it('takes wildcards in plain text for what they are', () => {
    expect(nameFilter('50%_a')).toBe("name ilike '%50\\%\\_a%'");
  });

  it('sends conditions as they are, so that offsets of faults fit', () => {
    for (const text of ["name = 'a'", 'tags.team like x', 'runs >', 'order by name']) {
      expect(nameFilter(text)).toBe(text);
    }
  });

  it('makes filters that the engine reads', () => {
    for (const text of ['late flights', '50%', 'a-b.c', 'and', 'ünï']) {
      expect(() => parseFilter(nameFilter(text) ?? '')).not.toThrow();
    }
  });
});
