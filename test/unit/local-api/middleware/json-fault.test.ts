import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault, placeOf } from '../../../../local-api/middleware/json-fault.ts';

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'a value'],
    ['abc', 0, 'a value'],
    ['{"a":1,}', 7, 'a field name in double quotes'],
    ["{'a':1}", 1, 'a field name in double quotes'],
    ['{"a" 1}', 5, '":"'],
    ['{"a":1 "b":2}', 7, '"," or "}"'],
    ['[1 2]', 3, '"," or "]"'],
    ['[1,]', 3, 'a value'],
    ['[1] x', 4, 'the end'],
    ['[01]', 2, '"," or "]"'],
    ['{"a":NaN}', 5, 'a value'],
    ['"open', 5, 'the closing quote of the text'],
    ['"a\\x"', 2, 'an escape such as \\n or \\u0041'],
  ])('finds the fault of %j at %d', (text, offset, expected) => {
    expect(findJsonFault(text)).toEqual({ offset, expected });
  });

  it('points at a line break inside a text', () => {
    expect(findJsonFault('{"a":"x\ny"}')?.offset).toBe(7);
  });

  it('finds none in what JSON.parse accepts, and one in whatever it refuses', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, garbage) => {
        const text = json.slice(0, at % (json.length + 1)) + garbage + json.slice(at % (json.length + 1));
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(findJsonFault(text) === null).toBe(isJson);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('bears deep nesting and long texts', () => {
    expect(findJsonFault('['.repeat(100_000))?.expected).toContain('nesting');
    expect(findJsonFault(`"${'x'.repeat(5_000_000)}`)?.offset).toBe(5_000_001);
  });
});

describe('placeOf', () => {
  it('counts lines and columns from 1', () => {
    expect(placeOf('{\n  "a": x', 9)).toBe('line 2, column 8');
    expect(placeOf('x', 0)).toBe('line 1, column 1');
  });
});
