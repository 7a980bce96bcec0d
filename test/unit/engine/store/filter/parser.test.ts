import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../../../engine/errors.ts';
import { parseFilter, parseSort } from '../../../../../engine/store/filter/parser.ts';

function fault(text: string): { code: string; at: string; message: string; expected: string } {
  try {
    parseFilter(text);
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    const [problem] = thrown.problems ?? [];
    return {
      code: thrown.code,
      at: problem?.path ?? '',
      message: problem?.message ?? '',
      expected: problem?.expected ?? '',
    };
  }
  throw new Error(`"${text}" was accepted`);
}

describe('parseFilter', () => {
  it('takes an empty text as a filter that everything passes', () => {
    expect(parseFilter('  ')).toEqual({ condition: null, orderBy: [] });
  });

  it('binds "and" tighter than "or", and brackets tighter than both', () => {
    const { condition } = parseFilter('a = 1 or b = 2 and (c = 3 or d = 4)');
    expect(condition).toMatchObject({
      kind: 'or',
      parts: [
        { kind: 'compare', field: { key: 'a' } },
        {
          kind: 'and',
          parts: [
            { field: { key: 'b' } },
            { kind: 'or', parts: [{ field: { key: 'c' } }, { field: { key: 'd' } }] },
          ],
        },
      ],
    });
  });

  it('reads "between a and b" as one condition and the next "and" as another', () => {
    const { condition } = parseFilter('x between 1 and 2 and y = 3');
    expect(condition).toMatchObject({ kind: 'and', parts: [{ kind: 'between' }, { kind: 'compare' }] });
  });

  it.each([
    ["name = 'it''s'", "it's"],
    ['name = "a ""b"""', 'a "b"'],
    ["name = ''", ''],
  ])('reads the quoted text in %s', (text, value) => {
    expect(parseFilter(text).condition).toMatchObject({ value: { kind: 'string', value } });
  });

  it.each([
    ['-1', -1],
    ['+2.5', 2.5],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['-1.5E+2', -150],
  ])('reads the number %s', (text, value) => {
    expect(parseFilter(`x = ${text}`).condition).toMatchObject({ value: { kind: 'number', value } });
  });

  it.each([
    ['metrics.auc', { family: 'metrics', key: 'auc' }],
    ['metrics.val/loss.mean', { family: 'metrics', key: 'val/loss.mean' }],
    ['params.lr-decay', { family: 'params', key: 'lr-decay' }],
    ['metrics.`a b`', { family: 'metrics', key: 'a b' }],
    ['metrics."a.b "', { family: 'metrics', key: 'a.b ' }],
    ['tags.`tick``ed`', { family: 'tags', key: 'tick`ed' }],
    ['`order`', { family: null, key: 'order' }],
    ['tags.Größe', { family: 'tags', key: 'Größe' }],
  ])('reads the field %s', (text, field) => {
    expect(parseFilter(`${text} = 1`).condition).toMatchObject({ field });
  });

  it('reads keywords in any case', () => {
    expect(parseFilter('NOT a IS Not NULL Order BY b DESC')).toMatchObject({
      condition: { kind: 'not', part: { kind: 'null', negated: true } },
      orderBy: [{ field: { key: 'b' }, descending: true }],
    });
  });

  it('cancels a double "not"', () => {
    expect(parseFilter('not not a = 1').condition).toMatchObject({ kind: 'compare' });
  });

  it.each([
    ['metrics.auc >', '13', 'the end of the text', 'a value'],
    ['metrics.auc 0.8', '12', '"0.8"', 'an operator'],
    ['= 0.8', '0', '"="', 'a field'],
    ['a = 1 b = 2', '6', '"b"', "'and', 'or', 'order by' or the end"],
    ['(a = 1', '6', 'the end of the text', "'and', 'or' or ')'"],
    ["name = 'x", '7', 'a quotation without an end', "a closing '"],
    ['a = gbdt', '4', '"gbdt"', "texts need quotes: 'gbdt'"],
    ['a in ()', '6', '")"', 'a value'],
    ['a in 1', '5', '"1"', "'('"],
    ['a not = 1', '6', '"="', "'like', 'ilike', 'in' or 'between'"],
    ['a is 1', '5', '"1"', "'null' or 'not null'"],
    ['a like 5', '7', '"5"', 'a pattern in quotes'],
    ['a between 1 or 2', '12', '"or"', "'and'"],
    ['a = 1 order metrics.b', '12', '"metrics.b"', "'by'"],
    ['a = 12abc', '4', '"12abc"', 'a number, or a text in quotes'],
    ['a = 1 § b', '6', '"§"', 'a field, a value'],
    ['metrics. = 1', '8', '"="', 'a key after'],
    ['a = 1 order by b desc asc', '22', '"asc"', "',' or the end"],
  ])('says where and what was expected in: %s', (text, at, found, expected) => {
    const told = fault(text);
    expect(told.code).toBe('request/bad-filter');
    expect(told.at).toBe(at);
    expect(told.message).toContain(found);
    expect(told.expected).toContain(expected);
  });

  it('refuses more conditions than the database could nest, naming the one that is too many', () => {
    const text = Array.from({ length: 501 }, (_, i) => `a = ${i}`).join(' or ');
    expect(fault(text)).toMatchObject({ message: 'found one more condition' });
    expect(fault(`${'('.repeat(51)}a = 1${')'.repeat(51)}`)).toMatchObject({ at: '50' });
  });

  it('never throws anything but request/bad-filter, whatever the text', () => {
    const words = [
      'metrics.a',
      'and',
      'or',
      'not',
      '(',
      ')',
      '=',
      '<',
      "'x'",
      '1',
      ',',
      'in',
      'between',
      'null',
      'is',
      'order by',
      '`',
      '"',
    ];
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words)).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseFilter(text);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'request/bad-filter' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseSort', () => {
  it('reads "-" as descending', () => {
    expect(parseSort('-metrics.auc, name,+startedAtMs')).toMatchObject([
      { field: { family: 'metrics', key: 'auc' }, descending: true },
      { field: { key: 'name' }, descending: false },
      { field: { key: 'startedAtMs' }, descending: false },
    ]);
  });
});
