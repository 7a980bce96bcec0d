import { describe, expect, it } from 'vitest';
import { inferTextType } from '../../../../engine/data/text-types.ts';

const typeOf = (...texts: (string | null)[]) => inferTextType(texts).type;

describe('inferTextType', () => {
  it.each([
    ['integer', ['1', '-2', '+3', '9223372036854775807']],
    ['float', ['1', '2.5', '-.5', '3e8', 'nan', 'inf']],
    ['boolean', ['true', 'FALSE']],
    ['boolean', ['yes', 'no']],
    ['date', ['2020-02-29', '1999-12-31']],
    [
      'datetime',
      ['2020-01-01T10:00:00Z', '2020-01-01 10:00:00.5', '2020-01-01 10:00:00+02:00', '2020-01-01'],
    ],
    ['string', ['ann', '1']],
  ])('reads as %s: %j', (type, texts) => {
    expect(typeOf(...texts)).toBe(type);
  });

  it('keeps as text what would change as a number', () => {
    expect(typeOf('01234', '98765')).toBe('string');
    expect(typeOf('9223372036854775808')).toBe('string');
    expect(typeOf('12345678901234567890123', '1.5')).toBe('string');
  });

  it('does not make truth values of 0 and 1 or of single letters', () => {
    expect(typeOf('0', '1')).toBe('integer');
    expect(typeOf('T', 'F')).toBe('string');
  });

  it('leaves missing values out of account', () => {
    expect(typeOf(null, '1', null)).toBe('integer');
    expect(typeOf(null, null)).toBe('string');
  });

  it.each([
    [['13/01/2020', '02/03/2020'], ['%d/%m/%Y']],
    [['01/13/2020 10:00', '02/03/2020 11:30'], ['%m/%d/%Y %H:%M']],
    [['01/13/2020 10:00:05 PM'], ['%m/%d/%Y %I:%M:%S %p']],
    [['1.2.2020', '3.4.2021'], ['%d.%m.%Y']],
    [['2020/1/31'], ['%Y/%m/%d']],
    [['31/12/99'], ['%d/%m/%y']],
  ])('finds out how dates such as %j are written', (texts, formats) => {
    expect(inferTextType(texts).formats).toEqual(formats);
  });

  it('leaves dates as text when day and month cannot be told apart, and says so', () => {
    const { type, warnings } = inferTextType(['01/02/2020', '03/04/2020']);
    expect(type).toBe('string');
    expect(warnings[0]).toContain('day first or month first');
  });

  it('tells which text keeps a column from being numbers', () => {
    const { type, warnings } = inferTextType(['1', 'NA', '3']);
    expect(type).toBe('string');
    expect(warnings).toEqual([
      'is text only because of "NA"; give nullStrings: ["NA"] to read it as integer',
    ]);
  });
});
