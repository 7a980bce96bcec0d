import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonObject } from '../../../../../local-api/protocols/scoring/json-object.ts';
import { parseLongJson } from '../../../../../local-api/protocols/scoring/long-json.ts';

/** So that the shortest texts are cut wherever they may be. */
const tiny = { long: 1, part: 4 };
const inParts = (text: string) => parseLongJson(Buffer.from(text), JSON.parse, tiny);

describe('JSON that is read in parts', () => {
  test('is what JSON.parse reads, whatever it holds and however it is indented', async () => {
    const value = fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(undefined, 1, '\t'), async (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        expect(await inParts(text)).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('is refused exactly where JSON.parse refuses it', async () => {
    const character = fc.constantFrom(
      ...'[]{},:"\\ 1a'.split(''),
      '[1,2]',
      '{"a":1}',
      '"b":',
      '[[[1,2,3],4],5]',
    );
    const text = fc.array(character, { maxLength: 12 }).map((parts) => parts.join(''));
    const isRead = async (read: () => unknown) => {
      try {
        await read();
        return true;
      } catch {
        return false;
      }
    };
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        expect(await isRead(() => inParts(given))).toBe(await isRead(() => JSON.parse(given)));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['[[1,2,3,4,5],[6,7,8,9]]', 'lists in a list'],
    ['{"a":[1,2,3,4],"b":{"c":[5,6,7,8]},"d":9}', 'long members between short ones'],
    ['{"__proto__":[1,2,3,4],"a":{"__proto__":1}}', 'a name that means something to JavaScript'],
    ['{"a":[1,2,3,4],"a":[5,6,7,8]}', 'a name that comes twice'],
    ['["a]b","\\"[,]","\\\\"]', 'brackets and quotes in texts'],
    [' [ [ ] , { } , [ 1 , 2 , 3 ] ] ', 'spaces'],
    ['[[[[[[[1,2,3]]]]]]]', 'nesting'],
  ])('%s: %s', async (text) => {
    expect(await inParts(text)).toStrictEqual(JSON.parse(text));
  });

  test.each([
    '[1,2,3,4,]',
    '[[1,2,3],]',
    '[[1,2,3] 4]',
    '[1,2,3,,4]',
    '[[1,2,3],,4]',
    '{"a":[1,2,3] "b":1}',
    '[1,2,3]]',
    '[[1,2,3}',
    '[[1,2,3]',
    '[1,2,3],',
    '[1,2,3] [4]',
    '{[1,2,3]}',
    '{"a":1,,"b":[1,2,3]}',
  ])('%s is refused', async (text) => {
    await expect(inParts(text)).rejects.toThrow();
  });

  test('names the bytes where a long body is wrong, and reads a bare NaN as null there too', async () => {
    const cells = Array.from({ length: 400_000 }, (_, index) => index).join(',');
    const body = Buffer.from(`{"inputs":{"a":[${cells},NaN],"b":[1]}}`);
    const read = await readJsonObject(body);
    expect(read).toMatchObject({ inputs: { b: [1] } });
    expect(Object(read.inputs).a.slice(-2)).toEqual([399_999, null]);
    await expect(readJsonObject(Buffer.from(`{"inputs":{"a":[${cells},Nan]}}`))).rejects.toMatchObject({
      code: 'request/malformed',
      message: expect.stringMatching(/^The body is not JSON between its bytes \d+ and \d+: /),
    });
  });

  test('is refused when it is nested without end', async () => {
    const text = `${'['.repeat(2 ** 20)}1${']'.repeat(2 ** 20)}`;
    await expect(parseLongJson(Buffer.from(text), JSON.parse)).rejects.toMatchObject({
      code: 'request/malformed',
    });
  });

  test('lets others run meanwhile', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => ({ x: index, y: 'text' }));
    const body = Buffer.from(JSON.stringify({ rows }));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    await readJsonObject(body);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });
});
