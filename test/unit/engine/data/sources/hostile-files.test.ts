import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { errorTable } from '../../../../../local-api/contract/index.ts';
import { importFile, testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

/** Letters that every encoding here has. */
const word = fc
  .array(fc.constantFrom('a', 'B', 'é', 'ö', 'ß', 'ñ', '€', ' ', '7', '-'), { minLength: 1, maxLength: 8 })
  .map((letters) => `x${letters.join('')}y`);

const marks = { 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff], 'utf-8': [0xef, 0xbb, 0xbf] };

function encoded(text: string, encoding: string, hasMark: boolean): Buffer {
  const plain =
    encoding === 'utf-8'
      ? Buffer.from(text)
      : encoding === 'windows-1252'
        ? Buffer.from(text.replaceAll('€', '\x80'), 'latin1')
        : encoding === 'utf-16le'
          ? Buffer.from(text, 'utf16le')
          : Buffer.from(text, 'utf16le').swap16();
  const mark = hasMark ? Buffer.from(marks[encoding as keyof typeof marks] ?? []) : Buffer.alloc(0);
  return Buffer.concat([mark, plain]);
}

describe('importing hostile files', () => {
  it('gives the same texts in every encoding, with a byte order mark or told its encoding', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 20 }),
        fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
        fc.boolean(),
        async (rows, encoding, hasMark) => {
          const text = `left,right\n${rows.map((row) => row.join(',')).join('\n')}\n`;
          const path = folder.file('encoded.csv', encoded(text, encoding, hasMark));
          const isTold = !hasMark || encoding === 'windows-1252';
          const { cells, header } = await importFile(path, {
            header: true,
            delimiter: ',',
            ...(isTold ? { encoding: encoding as 'utf-8' } : {}),
          });
          expect(header).toEqual(['left:string', 'right:string']);
          expect(cells).toEqual(rows);
        },
      ),
      { numRuns: 12, seed: 5 },
    );
  });

  it('keeps every bad row with its line, or refuses with a line and a reason, whatever rows are mixed', async () => {
    const row = fc.constantFrom(
      '1,a,2020-01-01',
      '2,"b\nb",2020-02-01',
      '3,"c ""q""",2020-03-01',
      'four,d,2020-04-01',
      '5,e',
      '6,f,2020-06-01,more',
      '7,"open',
      '8,h,31/31/2020',
      '',
      `9,${'long '.repeat(2000)},2020-09-01`,
      '10,nul\0nul,2020-10-01',
    );
    const columns = [
      { name: 'n', type: 'integer' as const },
      { name: 'd', type: 'date' as const },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 25 }), async (rows) => {
        const text = `n,t,d\n${rows.join('\n')}\n`;
        const lines = text.split('\n');
        try {
          const found = await importFile(folder.file('mixed.csv', text), {
            header: true,
            delimiter: ',',
            columns,
          });
          expect(found.all).toHaveLength(found.badRows.count);
          for (const { line, reason } of found.all) {
            expect(reason).not.toBe('');
            expect(line).toBeGreaterThan(1);
            expect(line).toBeLessThanOrEqual(lines.length);
          }
          const places = found.all.map(({ line }) => line);
          expect(new Set(places).size).toBe(places.length);
        } catch (thrown) {
          if (!(thrown instanceof Error) || !('code' in thrown)) throw thrown;
          expect(Object.keys(errorTable)).toContain(thrown.code);
          expect(thrown.message).not.toBe('');
        }
      }),
      { numRuns: 20, seed: 9 },
    );
  });

  it('tells the line of a value that does not fit behind quoted line breaks, blank lines and other bad rows', async () => {
    const good = Array.from({ length: 30 }, (_, i) => `${i},01/02/2020`).join('\n');
    const text = `n,d\n"1","13/01/2020"\n\n"2","14/01/2020"\n"x\ny",15/01/2020\n3,4,5\n${good}\n9,99/99/2020\n`;
    const { all } = await importFile(folder.file('places.csv', text), {
      columns: [
        { name: 'n', type: 'string' },
        { name: 'd', type: 'date' },
      ],
    });
    expect(all.map(({ line, reason }) => [line, reason])).toEqual([
      [7, '3 fields where 2 are expected'],
      [38, '"99/99/2020" in column "d" is no date'],
    ]);
  });

  it('reads a field of a megabyte and names that are empty or twice there', async () => {
    const huge = 'word '.repeat(220_000);
    const path = folder.file('huge.csv', `a,a,,A,"x\ny"\n1,"${huge}",3,4,5\n`);
    const { columns, cells } = await importFile(path);
    expect(columns.map(({ name }) => name)).toEqual(['a', 'a_2', 'column_3', 'A_3', 'x\ny']);
    expect(String(cells[0]?.[1])).toHaveLength(huge.length);
  });

  it('reads 10,000 columns, the fraction far down in one of them included', async () => {
    const columns = 10_000;
    const lines = [Array.from({ length: columns }, (_, i) => `c${i}`).join(',')];
    for (let row = 0; row < 60; row++) {
      const fields = Array.from({ length: columns }, (_, i) =>
        i === 7 && row === 59 ? '0.5' : String(row + i),
      );
      lines.push(fields.join(','));
    }
    const { header, cells, warnings } = await importFile(folder.file('wide.csv', `${lines.join('\n')}\n`));
    expect(header).toHaveLength(columns);
    expect(header.slice(6, 9)).toEqual(['c6:integer', 'c7:float', 'c8:integer']);
    expect(cells[59]?.slice(6, 9)).toEqual([65, 0.5, 67]);
    expect(warnings).toContainEqual(expect.stringContaining('Column "c7" is read as float'));
  });
});
