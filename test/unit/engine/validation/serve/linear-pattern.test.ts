import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckDb, openDuckDb, quoteText } from '../../../../../engine/duckdb/index.ts';
import { linearPattern } from '../../../../../engine/validation/serve/linear-pattern.ts';

let db: DuckDb;
beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [], memoryMb: 128 });
});
afterAll(() => db.close());

const patterns = [
  ...[
    '^a',
    'a$',
    '^a+b*$',
    '^(a|b)+$',
    '[^a-c]x',
    '(?i)abc',
    '^.{2,3}$',
    '^$',
    '',
    'a.b',
    '(?s)a.b',
    '\\d{3}-\\d+',
  ],
  ...[
    '^[[:alpha:]]+$',
    '\\pL+',
    '^\\p{Greek}$',
    '\\x41',
    'a{,2}',
    '^a{2}$',
    '(?:ab)*c',
    '^[]a]$',
    '^[a\\]-]+$',
    '\\s',
  ],
  ...[
    '[\\d.]+',
    'a|b|',
    '^(?P<n>a)$',
    '^a\\z',
    '[^\\d]',
    '(?i)[a-c]+$',
    'é',
    '^(a*)*b$',
    '$a',
    '(^a|b)c',
    '(?i:A)b',
  ],
  ...[
    '^[^@ ]+@[^@ ]+\\.[a-z]{2,}$',
    '[[:punct:]]',
    '^(?:a?){3}a{3}$',
    'a+?b',
    '[\\w-]+$',
    '(a(?i)b)c',
    '\\.',
  ],
];
const texts = [
  ...[
    '',
    'a',
    'b',
    'aab',
    'abc',
    'ABC',
    'xabcx',
    'a\nb',
    '123-45',
    '12-3',
    'αβγ',
    'α',
    'A',
    'a{,2}',
    'aa',
    ']',
    '-',
  ],
  ...[
    ' ',
    '\t',
    '\v',
    '1.5',
    'é',
    'x@y.de',
    'aaaaab',
    'bc',
    '!',
    'Ab',
    'aB',
    'a\n',
    '😀x',
    'axb',
    'ſ',
    'aaaa',
    'aBc',
  ],
];

describe('a pattern', () => {
  it('is found where DuckDB finds it', async () => {
    const asked = patterns.flatMap((pattern) => texts.map((text) => ({ pattern, text })));
    const list = asked.map(
      ({ pattern, text }) => `regexp_matches(${quoteText(text)}, ${quoteText(pattern)})`,
    );
    const [row] = await db.rows(`SELECT [${list.join(', ')}]::JSON`);
    const wanted: unknown = JSON.parse(String(row?.[0]));
    const tests = new Map(patterns.map((pattern) => [pattern, linearPattern(pattern)]));
    const found = asked.map(({ pattern, text }) => tests.get(pattern)?.(text));
    const faults = asked.filter((_, index) => Array.isArray(wanted) && wanted[index] !== found[index]);
    expect(faults).toEqual([]);
  });

  it('is refused where it would need a look at the neighbours, or cannot be read', () => {
    for (const pattern of [
      '\\bword\\b',
      '(?m)^a',
      '(?=a)',
      '(a',
      'a)',
      '[a',
      '*a',
      'a{1001}',
      '\\1',
      '\\p{Nothing}',
    ])
      expect(() => linearPattern(pattern), pattern).toThrow();
  });

  it('ends where looking back and forth would not, whatever the text', () => {
    const isFound = linearPattern('^(a|a)*(a*)*b$');
    expect(isFound('a'.repeat(200_000))).toBe(false);
    expect(isFound(`${'a'.repeat(200_000)}b`)).toBe(true);
  });
});
