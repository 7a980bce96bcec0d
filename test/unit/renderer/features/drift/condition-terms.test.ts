import { describe, expect, it } from 'vitest';
import { joined, termOf } from '../../../../../renderer/features/drift/condition-terms.ts';

describe('a comparison put together in a form', () => {
  const term = (type: 'integer' | 'string' | 'boolean' | 'date', operator: string, value: string) =>
    termOf({ name: 'a "b"', type }, { column: 'a "b"', operator, value });

  it('quotes names and texts, and leaves numbers as they are', () => {
    expect(term('string', '=', "O'Hare")).toBe(`"a ""b""" = 'O''Hare'`);
    expect(term('integer', '>=', ' 30 ')).toBe('"a ""b""" >= 30');
    expect(term('date', '<', '2026-03-01')).toBe(`"a ""b""" < DATE '2026-03-01'`);
    expect(term('boolean', '=', 'True')).toBe('"a ""b""" = true');
    expect(term('string', 'contains', 'x')).toBe(`contains("a ""b""", 'x')`);
  });

  it('is none while the value is missing or does not fit the column', () => {
    expect(term('integer', '=', 'many')).toBeNull();
    expect(term('integer', 'contains', '3')).toBeNull();
    expect(term('date', '=', 'soon')).toBeNull();
    expect(term('string', '=', ' ')).toBeNull();
    expect(term('string', 'IS NULL', '')).toBe('"a ""b""" IS NULL');
  });

  it('is joined with what stands there, which keeps its meaning', () => {
    expect(joined('', 'x = 1')).toBe('x = 1');
    expect(joined('a = 1', 'x = 1')).toBe('a = 1 AND x = 1');
    expect(joined('a = 1 or b = 2', 'x = 1')).toBe('(a = 1 or b = 2) AND x = 1');
  });
});
