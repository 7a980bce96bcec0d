import { describe, expect, it } from 'vitest';
import { semanticOfNumbers, semanticOfTexts } from '../../../../../engine/data/profile/semantic-types.ts';
import type { ColumnProfile } from '../../../../../local-api/contract/index.ts';

function column(change: Partial<ColumnProfile>): ColumnProfile {
  return {
    name: 'c',
    type: 'string',
    count: 100,
    missing: 0,
    distinct: 100,
    min: null,
    max: null,
    mean: null,
    std: null,
    quantiles: null,
    zeros: null,
    histogram: null,
    topValues: [],
    textLength: { min: 1, mean: 10, max: 20 },
    warnings: [],
    ...change,
  };
}

const meaningOf = (texts: string[], change: Partial<ColumnProfile> = {}) =>
  semanticOfTexts(column(change), texts).semantic;

describe('semanticOfTexts', () => {
  it.each([
    ['email', ['ada@example.org', 'b.c+d@mail.example.co.uk']],
    ['url', ['https://example.org/a?b=c', 'www.example.org/x']],
    ['uuid', ['123e4567-e89b-12d3-a456-426614174000', '{123E4567-E89B-12D3-A456-426614174000}']],
    ['ip', ['192.168.0.1', '10.0.0.255', '2001:db8::1']],
    ['date-text', ['3/14/2021', '14.03.21', '14 Mar 2021 10:30', 'March 14, 2021']],
    ['percent', ['12 %', '3.5%', '-1,5 %']],
    ['currency', ['$1,234.50', '12 €', 'USD 3', '1.000,00 EUR']],
    ['phone', ['+47 22 86 44 00', '(020) 7946-0018', '+1-202-555-0143']],
    ['number-text', ['1,234.5', "12'000", '3.1e5']],
    ['path', ['/usr/lib/x.so', 'C:\\data\\a.csv', 'src/app/main.ts']],
    ['text', ['the quick brown fox jumps over', 'a lazy dog that never moves at all']],
  ])('tells %s', (wanted, texts) => {
    expect(meaningOf(texts, { textLength: { min: 5, mean: 30, max: 40 } })).toBe(wanted);
  });

  it('is not sure of a form that fewer than nine in ten have', () => {
    const texts = Array.from({ length: 20 }, (_, i) => (i % 5 === 0 ? 'none' : `u${i}@example.org`));
    expect(meaningOf(texts, { distinct: 17, count: 100 })).toBe('category');
  });

  it('tells plain numbers from telephone numbers, and versions from addresses', () => {
    expect(meaningOf(['2128675309', '4155550100'])).not.toBe('phone');
    expect(meaningOf(['1.2.3', '10.0.1'])).not.toBe('ip');
  });

  it('tells constants, yes and no, ids and categories by how many values there are', () => {
    expect(meaningOf(['x'], { distinct: 1 })).toBe('constant');
    const topValues = [
      { value: 'Yes', count: 60 },
      { value: 'no', count: 40 },
    ];
    expect(meaningOf(['Yes', 'no'], { distinct: 2, topValues })).toBe('boolean-like');
    const codes = Array.from({ length: 100 }, (_, i) => `K-${i}x`);
    expect(meaningOf(codes)).toBe('id');
    expect(meaningOf(['red', 'green'], { distinct: 12 })).toBe('category');
    expect(meaningOf([], { count: 0, distinct: 0 })).toBeNull();
  });
});

describe('semanticOfNumbers', () => {
  const numbers = (change: Partial<ColumnProfile>) =>
    column({ type: 'integer', textLength: null, min: 0, max: 99, ...change });

  it('takes a column that counts the rows for an id, and a unique measurement for none', () => {
    expect(semanticOfNumbers(numbers({ name: 'nr' }), false)).toBe('id');
    expect(semanticOfNumbers(numbers({ name: 'x' }), true)).toBe('id');
    expect(semanticOfNumbers(numbers({ name: 'x', max: 1e9 }), true)).toBeNull();
    expect(semanticOfNumbers(numbers({ type: 'float', name: 'weight' }), false)).toBeNull();
  });

  it('tells places, years, shares and money by name and range', () => {
    const float = { type: 'float' } as const;
    expect(semanticOfNumbers(numbers({ ...float, name: 'lat', min: -80, max: 80 }), false)).toBe('latitude');
    expect(semanticOfNumbers(numbers({ ...float, name: 'lat', min: -800, max: 80 }), false)).toBeNull();
    expect(semanticOfNumbers(numbers({ ...float, name: 'pickup_lon', min: -9, max: 170 }), false)).toBe(
      'longitude',
    );
    expect(semanticOfNumbers(numbers({ name: 'birth_year', min: 1930, max: 2010 }), false)).toBe('year');
    expect(semanticOfNumbers(numbers({ name: 'humidity_pct' }), false)).toBe('percent');
    expect(semanticOfNumbers(numbers({ ...float, name: 'unit_price' }), false)).toBe('currency');
  });
});
