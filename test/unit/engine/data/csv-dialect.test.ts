import { describe, expect, it } from 'vitest';
import { sniffCsv, uniqueNames } from '../../../../engine/data/csv-dialect.ts';

function sniff(text: string, hints = {}) {
  const dialect = sniffCsv(text, true, hints);
  if (dialect === null) throw new Error('no records');
  return { ...dialect, types: dialect.types.map((type) => type.type) };
}

describe('sniffCsv', () => {
  it.each([
    [',', 'a,b,c\n1,2,3\n4,5,6\n'],
    [';', 'a;b;c\n1,5;2;3\n4,5;5;6\n'],
    ['\t', 'a\tb\n1, 2\t3\n4, 5\t6\n'],
    ['|', 'a|b\n1|2\n3|4\n'],
  ])('finds the delimiter %j', (delimiter, text) => {
    expect(sniff(text).delimiter).toBe(delimiter);
  });

  it('keeps the delimiter in spite of ragged rows', () => {
    const rows = Array.from({ length: 40 }, (_, i) => (i % 10 === 0 ? `${i},x` : `${i},x,y`)).join('\n');
    const dialect = sniff(`a,b,c\n${rows}\n`);
    expect(dialect.delimiter).toBe(',');
    expect(dialect.names).toEqual(['a', 'b', 'c']);
  });

  it('reads quotes with delimiters and line ends inside', () => {
    expect(sniff('a,b\n"x, y",1\n"line\nbreak",2\n').types).toEqual(['string', 'integer']);
  });

  it('sees that quotes are escaped with a backslash', () => {
    expect(sniff('a,b\n"say \\"hi\\" now",1\n"no \\"x\\"",2\n').escape).toBe('\\');
  });

  it('leaves out lines before the table and says so', () => {
    const dialect = sniff('Report of today\n\na,b,c\n1,2,3\n4,5,6\n');
    expect(dialect.skipLines).toBe(2);
    expect(dialect.names).toEqual(['a', 'b', 'c']);
    expect(dialect.warnings).toEqual(['The first 2 lines are no part of the table and left out']);
  });

  it('tells a header from a first row', () => {
    expect(sniff('id,name\n1,ann\n2,bob\n').header).toBe(true);
    expect(sniff('1,ann\n2,bob\n').header).toBe(false);
    expect(sniff('name,city\nann,rome\nbob,paris\n').header).toBe(true);
    expect(sniff('rome,paris\nparis,rome\nrome,oslo\n').header).toBe(false);
    expect(sniff('2019,2020\n1.5,2.5\n').header).toBe(false);
  });

  it('obeys what it is told', () => {
    const dialect = sniff('1;2\n3;4\n', { header: true, delimiter: ';' });
    expect(dialect.names).toEqual(['1', '2']);
    expect(dialect.types).toEqual(['integer', 'integer']);
  });

  it('names the row-name column that R leaves out of its header', () => {
    const dialect = sniff('mpg,cyl\nMazda,21,6\nDatsun,22.8,4\n');
    expect(dialect.names).toEqual(['column_1', 'mpg', 'cyl']);
    expect(dialect.types).toEqual(['string', 'float', 'integer']);
  });

  it('reads decimal commas only where no column has decimal points', () => {
    expect(sniff('a;b\n1,5;2\n2,5;3\n')).toMatchObject({ decimalComma: true, types: ['float', 'integer'] });
    expect(sniff('a;b\n1,5;2.5\n2,5;3.5\n')).toMatchObject({
      decimalComma: false,
      types: ['string', 'float'],
    });
  });

  it('has no answer for a text without a record', () => {
    expect(sniffCsv('\n\n\n', true, {})).toBeNull();
  });

  it('does not take a field cut off by the end of the sample for a value', () => {
    const dialect = sniffCsv('a,b\n1,2\n3,4\n5,x', false, {});
    expect(dialect?.types.map((type) => type.type)).toEqual(['integer', 'integer']);
  });
});

describe('uniqueNames', () => {
  it('fills empty names and numbers repeated ones without regard to case', () => {
    expect(uniqueNames(['a', 'a', '', 'A', ' b '])).toEqual(['a', 'a_2', 'column_3', 'A_3', 'b']);
  });

  it('does not make up a name that is there already', () => {
    expect(uniqueNames(['a', 'a', 'a_2'])).toEqual(['a', 'a_3', 'a_2']);
    expect(uniqueNames(['', 'column_1'])).toHaveLength(2);
    expect(new Set(uniqueNames(['', 'column_1'])).size).toBe(2);
  });
});
