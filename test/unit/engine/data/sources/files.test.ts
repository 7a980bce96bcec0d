import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { failureOf, importFile, testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

/** Made by `test/fixtures/data/make.py` with openpyxl, pyarrow and sqlite3. */
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../fixtures/data/${name}`, import.meta.url));

describe('workbooks of Excel', () => {
  it('gives the first sheet with its types, dates as dates, and leaves the title out', async () => {
    const { header, cells, warnings, options } = await importFile(fixture('orders.xlsx'));
    expect(header).toEqual([
      'id:integer',
      'code:string',
      'price:string',
      'paid:boolean',
      'day:date',
      'moment:datetime',
      'time:string',
      'note:string',
    ]);
    expect(cells[1]).toEqual([
      2,
      '002',
      '2.2',
      true,
      '2024-03-01',
      '2024-01-01T08:30:02.000Z',
      '06:02:00',
      'two\nlines',
    ]);
    expect(cells).toHaveLength(7);
    expect(options).toMatchObject({ format: 'excel', table: 'Orders' });
    expect(warnings).toContain('The first row is no part of the table and left out');
    expect(warnings).toContain('A cell holds an error such as #N/A and is missing');
    expect(warnings[0]).toContain('3 sheets; this is "Orders"');
  });

  it('tells the row of the sheet of a value that does not fit', async () => {
    const columns = [{ name: 'price', type: 'float' as const }];
    const { header, all, cells } = await importFile(fixture('orders.xlsx'), { columns });
    expect(header[2]).toBe('price:float');
    expect(cells[0]?.[2]).toBe(1.1);
    expect(all).toEqual([
      {
        line: 12,
        reason: '"not a price" in column "price" is no float',
        text: expect.stringContaining('not a price'),
      },
    ]);
  });

  it('gives the sheet that is asked for, and names those there are when it is not there', async () => {
    const { header, cells } = await importFile(fixture('orders.xlsx'), { table: 'Customers' });
    expect(header).toEqual(['name:string', 'city:string']);
    expect(cells).toEqual([['Ada', 'London']]);
    const { code, problems } = await failureOf(importFile(fixture('orders.xlsx'), { table: 'Stores' }));
    expect(code).toBe('request/invalid');
    expect(problems).toEqual([
      expect.objectContaining({ path: '/options/table', expected: 'Orders, Customers, Notes' }),
    ]);
  });

  it('refuses another archive and a damaged one', async () => {
    const damaged = folder.file('damaged.xlsx', 'PK\x03\x04 and no more');
    expect(await failureOf(importFile(damaged))).toMatchObject({ code: 'datasets/unreadable' });
  });
});

describe('Arrow', () => {
  it.each(['types-lz4.feather', 'types-zstd.feather', 'types.arrows'])(
    'reads every type of %s',
    async (name) => {
      const { header, cells } = await importFile(fixture(name));
      expect(header).toEqual([
        'id:integer',
        'ratio:float',
        'flag:boolean',
        'day:date',
        'moment:datetime',
        'word:string',
        'kind:string',
        'list:string',
        'amount:float',
      ]);
      expect(cells).toEqual([
        [1, 0.5, true, '2020-02-29', '2020-01-01T00:00:00.123456Z', 'a,b', 'x', '[1,2]', 1.5],
        [2, null, false, null, null, '"q"', 'y', '[]', null],
        [null, null, null, '1969-12-31', '1969-12-31T23:59:59.999999Z', null, 'x', null, -2.25],
        ['9007199254740993', -1e300, true, '2000-01-01', '1970-01-01T00:00:00.000Z', '', null, '[3]', 0],
      ]);
    },
  );

  it('decompresses LZ4 that refers back, batch by batch', async () => {
    const { rows, cells } = await importFile(fixture('long-lz4.feather'));
    expect(rows).toBe(5000);
    expect(cells[4999]).toEqual([`${'abc'.repeat(40)}${4999 % 7}`, 4999]);
  });

  it('refuses a file that is cut off', async () => {
    const cut = folder.file('cut.feather', Buffer.concat([Buffer.from('ARROW1\0\0'), Buffer.alloc(40, 1)]));
    expect((await failureOf(importFile(cut))).code).toBe('datasets/unreadable');
  });
});

describe('SQLite files', () => {
  it('types columns by their values, tries declared dates and booleans, and keeps digits', async () => {
    const { header, cells, warnings, options } = await importFile(fixture('shop.sqlite'));
    expect(header).toEqual([
      'id:integer',
      'price:float',
      'paid:boolean',
      'day:date',
      'word:string',
      'mixed:string',
      'data:string',
    ]);
    expect(cells).toEqual([
      [1, 2.5, true, '2024-01-31', 'a,b', '7', 'AP8='],
      [3, null, null, null, null, '0.5', null],
      ['9007199254740993', 3, false, '2024-02-01', '', 'seven', null],
    ]);
    expect(warnings).toContain('Read as string, since texts stand among numbers: "mixed"');
    expect(options.table).toBe('orders');
  });

  it('gives a table, a view or a query', async () => {
    expect((await importFile(fixture('shop.sqlite'), { table: 'paid' })).cells).toEqual([[1]]);
    const query = 'SELECT word, count(*) AS n FROM orders GROUP BY word ORDER BY n, word;';
    const { header, rows } = await importFile(fixture('shop.sqlite'), { query });
    expect(header).toEqual(['word:string', 'n:integer']);
    expect(rows).toBe(3);
  });

  it('refuses a table that is not there and a statement that gives no rows', async () => {
    expect((await failureOf(importFile(fixture('shop.sqlite'), { table: 'x' }))).code).toBe(
      'request/invalid',
    );
    expect((await failureOf(importFile(fixture('shop.sqlite'), { query: 'DELETE FROM orders' }))).code).toBe(
      'request/invalid',
    );
  });
});

describe('files whose name says something else', () => {
  it('sees compression and format by content', async () => {
    const text = 'a,b\n1,x\n2,y\n';
    for (const bytes of [gzipSync(text), zstdCompressSync(text)]) {
      expect((await importFile(folder.file('rows.bin', bytes))).cells).toEqual([
        [1, 'x'],
        [2, 'y'],
      ]);
    }
  });
});

describe('several files as one table', () => {
  const several = (name: string, files: Record<string, string>) => {
    rmSync(join(folder.path, name), { recursive: true, force: true });
    for (const [file, text] of Object.entries(files)) folder.file(join(name, file), text);
    return join(folder.path, name);
  };

  it('unites CSV by name, in the order of the names, and tells what is missing where', async () => {
    const path = several('csv', {
      'part-2.csv': 'b,a\nx,3\n',
      'part-10.csv': 'a;c\n4;0,5\n',
      'part-1.csv': 'a,b\n1,u\n2,v\n',
      'README.md': '# not rows',
    });
    const { header, cells, warnings } = await importFile(path, { fileColumn: true });
    expect(header).toEqual(['a:integer', 'b:string', 'c:float', '_file:string']);
    expect(cells).toEqual([
      [1, 'u', null, 'part-1.csv'],
      [2, 'v', null, 'part-1.csv'],
      [3, 'x', null, 'part-2.csv'],
      [4, null, 0.5, 'part-10.csv'],
    ]);
    expect(warnings).toContain(
      'Column "c" is not in 2 of 3 files (part-1.csv, part-2.csv) and missing there',
    );
  });

  it('keeps every bad row with its file and line', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${i},x`).join('\n');
    const path = several('bad', { 'a.csv': `n,t\n${rows}\n`, 'b.csv': `n,t\n${rows}\n1,2,3\n${rows}\n9\n` });
    const { all, badRows } = await importFile(path);
    expect(badRows.count).toBe(2);
    expect(all).toEqual([
      { line: 202, reason: '3 fields where 2 are expected', text: '1,2,3', file: 'b.csv' },
      { line: 403, reason: '1 fields where 2 are expected', text: '9', file: 'b.csv' },
    ]);
  });

  it('widens numbers, and takes text where types do not meet', async () => {
    const path = several('types', { '1.csv': 'n,t\n1,1\n', '2.csv': 'n,t\n0.5,word\n', '3.csv': 'n,t\n,\n' });
    const { header, cells } = await importFile(path);
    expect(header).toEqual(['n:float', 't:string']);
    expect(cells).toEqual([
      [1, '1'],
      [0.5, 'word'],
      [null, null],
    ]);
  });

  it('reads JSON lines and a pattern', async () => {
    const path = several('json', {
      'a.jsonl': '{"a":1}\n',
      'sub/b.jsonl': '{"a":2,"b":"x"}\nno json\n',
      'c.txt': 'x',
    });
    const { cells, all } = await importFile(join(path, '**/*.jsonl'), { fileColumn: true });
    expect(cells).toEqual([
      [1, null, 'a.jsonl'],
      [2, 'x', 'sub/b.jsonl'],
    ]);
    expect(all).toEqual([expect.objectContaining({ line: 2, text: 'no json', file: 'sub/b.jsonl' })]);
  });

  it('refuses a folder of several kinds and one without rows', async () => {
    const mixed = several('mixed', { 'a.csv': 'a\n1\n', 'b.json': '[{"a":1}]' });
    expect((await failureOf(importFile(mixed))).message).toContain('several kinds');
    const empty = several('none', { 'a.md': 'x' });
    writeFileSync(join(empty, 'empty.csv'), '');
    expect((await failureOf(importFile(empty))).code).toBe('datasets/source-not-found');
  });
});
