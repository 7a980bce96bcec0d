import { afterAll, describe, expect, it } from 'vitest';
import { samplePath } from '../../../../engine/data/source.ts';
import { failureOf, preview, testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

describe('previewFile', () => {
  it('shows rows, types, guesses and what could not be read', async () => {
    const path = folder.file('a.csv', 'id;price;when\n1;2,5;31.12.2019\n2;3,5;1.1.2020\n3;x\n');
    expect(await preview(path)).toEqual({
      format: 'csv',
      tables: [],
      columns: [
        { name: 'id', type: 'integer', nullable: false },
        { name: 'price', type: 'float', nullable: false },
        { name: 'when', type: 'date', nullable: false },
      ],
      rows: [
        [1, 2.5, '2019-12-31'],
        [2, 3.5, '2020-01-01'],
      ],
      sizeBytes: 50,
      warnings: [],
      badRows: [{ line: 4, reason: '2 fields where 3 are expected', text: '3;x' }],
      options: {
        format: 'csv',
        delimiter: ';',
        quote: '"',
        header: true,
        columns: [{ name: 'id' }, { name: 'price' }, { name: 'when' }],
      },
    });
  });

  it('shows the effect of corrections and gives them back', async () => {
    const path = folder.file('b.csv', 'a,b\n1,2\n3,4\n');
    const columns = [
      { name: 'a', rename: 'first', type: 'string' as const },
      { name: 'b', skip: true },
    ];
    const shown = await preview(path, { columns });
    expect(shown.columns).toEqual([{ name: 'first', type: 'string', nullable: false }]);
    expect(shown.rows).toEqual([['1'], ['3']]);
    expect(shown.options.columns).toEqual(columns);
  });

  it('names the row and value that are not of the type asked for', async () => {
    const path = folder.file('c.jsonl', '{"a":"1"}\n{"a":"two"}\n{"a":"3"}\n');
    const shown = await preview(path, { columns: [{ name: 'a', type: 'integer' }] });
    expect(shown.rows).toEqual([[1], [3]]);
    expect(shown.badRows).toEqual([
      { line: null, reason: 'row 2: "two" in column "a" is no integer', text: 'two' },
    ]);
  });

  it('stops at the limit', async () => {
    expect((await preview(samplePath('flights'), {}, 7)).rows).toHaveLength(7);
  });

  it('applies a condition', async () => {
    const shown = await preview(samplePath('penguins'), { where: "Species = 'Gentoo'" }, 3);
    expect(shown.rows.map((row) => row[0])).toEqual(['Gentoo', 'Gentoo', 'Gentoo']);
    const { code } = await failureOf(preview(samplePath('penguins'), { where: 'Specie = 1' }));
    expect(code).toBe('datasets/bad-expression');
  });

  it('says that there are columns but no rows', async () => {
    expect((await preview(folder.file('d.csv', 'a,b\n'))).warnings).toEqual([
      'The file has columns but no rows',
    ]);
  });

  it('tells how to read a column that is text only because of a marker', async () => {
    const { warnings } = await preview(folder.file('e.csv', 'a,b\n1,NA\n2,5\n'));
    expect(warnings).toEqual([
      'Column "b" is text only because of "NA"; give nullStrings: ["NA"] to read it as integer',
    ]);
  });

  it.each([
    ['relative.csv', 'datasets/source-not-found'],
    ['/no/such/file.csv', 'datasets/source-not-found'],
    [folder.path, 'datasets/source-not-found'],
  ])('refuses %s', async (path, code) => {
    expect((await failureOf(preview(path))).code).toBe(code);
  });
});
