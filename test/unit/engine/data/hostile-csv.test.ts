import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { csvRecords } from '../../../../engine/data/csv-records.ts';
import { errorTable } from '../../../../local-api/contract/index.ts';
import { importFile, testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

const delimiters = fc.constantFrom(',', ';', '\t', '|');
const lineEnds = fc.constantFrom('\n', '\r\n');
/** Pieces that break readers of CSV, in any order. */
const nastyText = fc
  .array(
    fc.constantFrom(
      'a',
      'Z9',
      ' ',
      '"',
      '""',
      "'",
      ',',
      ';',
      '\t',
      '|',
      '\n',
      '\r\n',
      '\\',
      '#',
      '=1+1',
      'é',
      '漢字',
      '😀',
      'NULL',
      'nan',
      '0',
      '-1',
      '1e5',
      '007',
      'true',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(fc.array(nastyText, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
  );

function quoted(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}

describe('importing hostile CSV', () => {
  it('gives back every text of a file that keeps the rules, whatever the texts hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        delimiters,
        lineEnds,
        fc.boolean(),
        async (rows, delimiter, lineEnd, endsWithLineEnd) => {
          const width = rows[0]?.length ?? 1;
          const names = Array.from({ length: width }, (_, i) => `c${i}`);
          const lines = [names, ...rows].map((row) => row.map(quoted).join(delimiter));
          const text = lines.join(lineEnd) + (endsWithLineEnd ? lineEnd : '');
          const { cells, badRows } = await importFile(folder.file('kept.csv', text), {
            delimiter,
            header: true,
            columns: names.map((name) => ({ name, type: 'string' })),
          });
          expect(badRows.count).toBe(0);
          // An empty field is a missing value. Mixed line ends, those in fields among them, become one kind.
          const plain = (value: unknown) =>
            typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value;
          expect(cells.map((row) => row.map(plain))).toEqual(
            rows.map((row) => row.map((field) => (field === '' ? null : plain(field)))),
          );
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });

  it('accounts for every row or says why not, whatever bytes come', async () => {
    const line = fc
      .array(
        fc.constantFrom(
          '1',
          '2.5',
          'x',
          '"',
          '"q"',
          '""',
          ',',
          ',',
          ',',
          ' ',
          '2020-01-01',
          'é',
          '\\',
          '-',
          '\0',
        ),
        { maxLength: 9 },
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 15 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (lines, lineEnd) => {
          const text = lines.join(lineEnd);
          try {
            const { cells, columns, badRows, rows } = await importFile(folder.file('any.csv', text));
            expect(rows).toBe(cells.length);
            expect(rows).toBeGreaterThan(0);
            expect(new Set(columns.map((column) => column.name.toLowerCase())).size).toBe(columns.length);
            // Records join lines, blank lines and the header are none: never more rows than lines.
            expect(rows + badRows.count).toBeLessThanOrEqual(lines.length);
            for (const bad of badRows.first) expect(bad.reason).not.toBe('');
          } catch (thrown) {
            if (thrown instanceof Error && thrown.name === 'AssertionError') throw thrown;
            const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
            expect(Object.keys(errorTable)).toContain(code);
            expect(code).toMatch(/^datasets\//);
          }
        },
      ),
      { numRuns: 80, seed: 12 },
    );
  });

  it('splits records as they were joined', () => {
    fc.assert(
      fc.property(table, delimiters, lineEnds, (rows, delimiter, lineEnd) => {
        const text = rows.map((row) => row.map(quoted).join(delimiter)).join(lineEnd);
        const records = csvRecords(text, { delimiter, quote: '"', escape: '"' }, true, 1000);
        const notBlank = rows.filter((row) => row.length > 1 || row[0] !== '');
        expect(records.map((record) => record.fields)).toEqual(notBlank);
      }),
      { numRuns: 300, seed: 13 },
    );
  });
});
