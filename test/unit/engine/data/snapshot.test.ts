import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { writeSnapshot } from '../../../../engine/data/snapshot.ts';
import { samplePath, sourceFile } from '../../../../engine/data/source.ts';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import type { ReadOptions } from '../../../../local-api/contract/index.ts';
import { failureOf, importFile, testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

const csv = (text: string | Uint8Array, read?: ReadOptions, name = 'data.csv') =>
  importFile(folder.file(name, text), read);

describe('writeSnapshot of CSV', () => {
  it('reads types, missing values, quotes and line ends inside quotes', async () => {
    const { header, cells } = await csv(
      'n,x,flag,day,at,text\n1,2.5,true,2020-01-31,2020-01-31T10:00:00+02:00,"a ""b"", c"\n,,,,,\n-3,1e3,false,2020-02-01,2020-02-01 00:00:00.000001,"two\nlines"\n',
    );
    expect(header).toEqual([
      'n:integer',
      'x:float',
      'flag:boolean',
      'day:date',
      'at:datetime',
      'text:string',
    ]);
    expect(cells).toEqual([
      [1, 2.5, true, '2020-01-31', '2020-01-31T08:00:00.000Z', 'a "b", c'],
      [null, null, null, null, null, null],
      [-3, 1000, false, '2020-02-01', '2020-02-01T00:00:00.000001Z', 'two\nlines'],
    ]);
  });

  it('sets ragged and misquoted rows aside with their line and the reason', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},"multi\nline",z`).join('\n');
    const { cells, badRows } = await csv(`a,b,c\n${rows}\n4,5\n6,7,8,9\n"x" y,1,2\n5,6,7\n`);
    expect(cells).toHaveLength(21);
    expect(badRows).toEqual({
      count: 3,
      first: [
        { line: 42, reason: '2 fields where 3 are expected', text: '4,5' },
        { line: 43, reason: '4 fields where 3 are expected', text: '6,7,8,9' },
        { line: 44, reason: 'a quote (") is not closed, or text follows a closing quote', text: '"x" y,1,2' },
      ],
    });
  });

  it('sets a stray text in a column of numbers aside when it is under 1 % of the rows', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${i * 2}`);
    lines[20_000] = 'oops,1';
    const { header, badRows, rows } = await csv(`a,b\n${lines.join('\n')}\n`);
    expect(header).toEqual(['a:integer', 'b:integer']);
    expect(rows).toBe(29_999);
    expect(badRows).toEqual({
      count: 1,
      first: [{ line: 20_002, reason: '"oops" in column "a" is no integer', text: 'oops,1' }],
    });
  });

  it('widens a guess that the rest of the file contradicts, and says so', async () => {
    const whole = Array.from({ length: 60_000 }, (_, i) => `${i},${i},2020-01-01`);
    whole[59_999] = '0.5,word,2020-01-01 10:00:00';
    for (let i = 50_000; i < 59_999; i++) whole[i] = `${i},w${i},2020-01-01`;
    const { header, badRows, warnings, rows } = await csv(`a,b,c\n${whole.join('\n')}\n`);
    expect(header).toEqual(['a:float', 'b:string', 'c:datetime']);
    expect(badRows.count).toBe(0);
    expect(rows).toBe(60_000);
    expect(warnings).toEqual([
      'Column "b" is read as string: 10000 values such as "w50000" did not fit the first guess',
      'Column "a" is read as float: further on it has fractions such as 0.5',
      'Column "c" is read as datetime: further on it has times of day',
    ]);
  });

  it('never rounds: a fraction or a time far down the file changes the type of its column', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i},${i},2020-01-01`);
    lines[39_000] = '1,0.25,2020-01-02';
    lines[39_500] = '2,3,2020-01-01 23:59:59';
    const { header, cells } = await csv(`id,n,day\n${lines.join('\n')}\n`);
    expect(header).toEqual(['id:integer', 'n:float', 'day:datetime']);
    expect(cells[39_000]).toEqual([1, 0.25, '2020-01-02T00:00:00.000Z']);
    expect(cells[39_500]).toEqual([2, 3, '2020-01-01T23:59:59.000Z']);
  });

  it('keeps every digit of large integers that come far down the file', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i}`);
    lines[39_999] = '9007199254740993';
    const { header, cells } = await csv(`id\n${lines.join('\n')}\n`);
    expect(header).toEqual(['id:integer']);
    expect(cells[39_999]).toEqual(['9007199254740993']);
  });

  it('keeps leading zeros and integers beyond 64 bits', async () => {
    const { cells } = await csv('zip,big\n02134,9223372036854775808\n10001,1\n');
    expect(cells).toEqual([
      ['02134', '9223372036854775808'],
      ['10001', '1'],
    ]);
  });

  it('gives integers beyond the safe range of JavaScript as text and loses no digit', async () => {
    const { header, cells } = await csv('a\n9007199254740993\n-9223372036854775808\n');
    expect(header).toEqual(['a:integer']);
    expect(cells).toEqual([['9007199254740993'], ['-9223372036854775808']]);
  });

  it('takes NaN for missing and keeps infinities', async () => {
    expect((await csv('a,b\n1.5,1\nnan,2\n-inf,3\n')).cells).toEqual([
      [1.5, 1],
      [null, 2],
      ['-Infinity', 3],
    ]);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('reads %s', async (name, compress) => {
    const { cells } = await csv(compress('a,b\n1,x\n2,y\n'), {}, `data.csv.${name}`);
    expect(cells).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
  });

  it('reads UTF-8 with a byte order mark and UTF-16 of either order', async () => {
    const text = 'naïve,b\ncafé,1\n';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const variants = [Buffer.from(`\uFEFF${text}`), utf16, Buffer.from(utf16).swap16()];
    for (const bytes of variants) {
      const { header, cells } = await csv(bytes);
      expect(header).toEqual(['naïve:string', 'b:integer']);
      expect(cells).toEqual([['café', 1]]);
    }
  });

  it('reads Latin-1 by the look of its letters, and says so', async () => {
    const bytes = Buffer.from('id,größe\n1,café\n2,naïve\n', 'latin1');
    const { header, cells, warnings, options } = await csv(bytes);
    expect(header).toEqual(['id:integer', 'größe:string']);
    expect(cells).toEqual([
      [1, 'café'],
      [2, 'naïve'],
    ]);
    expect(options.encoding).toBe('windows-1252');
    expect(warnings).toContainEqual(expect.stringContaining('read as windows-1252'));
  });

  it('reads UTF-16 without a byte order mark', async () => {
    const { header, cells } = await csv(Buffer.from('name,b\nabc,1\ndef,2\n', 'utf16le'));
    expect(header).toEqual(['name:string', 'b:integer']);
    expect(cells).toEqual([
      ['abc', 1],
      ['def', 2],
    ]);
  });

  it('refuses the double bytes of another script, names a line and the way out', async () => {
    // "東京" in Shift-JIS.
    const word = Buffer.from([0x93, 0x8c, 0x8b, 0x9e]);
    const rows = Array.from({ length: 50 }, (_, i) =>
      Buffer.concat([Buffer.from(`${i},`), word, Buffer.from('\n')]),
    );
    const { code, message } = await failureOf(csv(Buffer.concat([Buffer.from('id,name\n'), ...rows])));
    expect(code).toBe('datasets/unreadable');
    expect(message).toContain('not UTF-8 text, one of them on line 2');
  });

  it('names the column whose header is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from([0x93, 0x8c, 0x8b, 0x9e]), Buffer.from(',b\n1,2\n')]);
    const { message } = await failureOf(csv(bytes));
    expect(message).toMatch(/Line 1 of .* is not UTF-8 text \(column name "\uFFFD/);
  });

  it('reads a file that mixes line ends', async () => {
    const { cells, warnings } = await csv('a,b\n1,2\r\n3,4\n"x\r\ny",5\r\n');
    expect(cells).toEqual([
      ['1', 2],
      ['3', 4],
      ['x\ny', 5],
    ]);
    expect(warnings).toContain('The file mixes kinds of line ends; all were read as one');
  });

  it('counts every row of a long file with a quote that is never closed as unreadable', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i},x`).join('\n');
    const { code, message } = await failureOf(csv(`a,b\n0,"open\n${rows}\n`));
    expect(code).toBe('datasets/unreadable');
    expect(message).toContain('Line 2: a quote (") is not closed');
  });

  it('refuses a file of which most rows are bad, with the reasons', async () => {
    const { code, problems } = await failureOf(csv('a,b\n1,2\n3,4\n5\n6,7,8\n9\n'));
    expect(code).toBe('datasets/unreadable');
    expect(problems).toContainEqual({ path: 'line 5', message: '3 fields where 2 are expected' });
  });

  it.each([
    ['an empty file', ''],
    ['blank lines', '\n\n'],
    ['a header alone', 'a,b\n'],
  ])('refuses %s as empty', async (_, text) => {
    expect((await failureOf(csv(text))).code).toBe('datasets/empty');
  });

  it('refuses binary content', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256));
    expect((await failureOf(csv(bytes))).code).toBe('datasets/unsupported-format');
    expect((await failureOf(csv('%PDF-1.7 …', {}, 'paper.csv'))).message).toContain('a PDF');
  });

  it('reads a file whose name has the marks of a pattern in it', async () => {
    folder.file('datai.csv', 'other\n1\n');
    const { cells } = await csv('a\n7\n', {}, 'data[i]*?.csv');
    expect(cells).toEqual([[7]]);
  });
});

describe('corrections', () => {
  it('renames, skips and retypes columns', async () => {
    const { header, cells } = await csv('a,b,c,d\n1,2,3,x\n4,5,6,y\n', {
      columns: [
        { name: 'a', rename: 'first', type: 'float' },
        { name: 'b', skip: true },
        { name: 'c', type: 'string' },
      ],
    });
    expect(header).toEqual(['first:float', 'c:string', 'd:string']);
    expect(cells).toEqual([
      [1, '3', 'x'],
      [4, '6', 'y'],
    ]);
  });

  it('lists every correction that does not fit', async () => {
    const { code, problems } = await failureOf(
      csv('a,b,c\n1,2020-01-01,3\n', {
        columns: [
          { name: 'nope', type: 'float' },
          { name: 'a', rename: 'C' },
          { name: 'a', skip: true },
          { name: 'b', type: 'integer' },
        ],
      }),
    );
    expect(code).toBe('request/invalid');
    expect(problems).toHaveLength(3);
  });

  it('sets rows aside whose value is not of the type asked for', async () => {
    const { cells, badRows } = await csv('a,b\n1,x\nn/a,y\n3,z\n4,w\n', {
      columns: [{ name: 'a', type: 'integer' }],
    });
    expect(cells).toEqual([
      [1, 'x'],
      [3, 'z'],
      [4, 'w'],
    ]);
    expect(badRows.first).toEqual([{ line: 3, reason: '"n/a" in column "a" is no integer', text: 'n/a,y' }]);
  });

  it('sets a fraction aside in a column that is to hold integers, and takes 3.0 for 3', async () => {
    const { cells, badRows } = await csv('a,b\n1,x\n2.5,y\n3.0,z\n4,w\n', {
      columns: [{ name: 'a', type: 'integer' }],
    });
    expect(cells.map((row) => row[0])).toEqual([1, 3, 4]);
    expect(badRows.first).toEqual([{ line: 3, reason: '"2.5" in column "a" is no integer', text: '2.5' }]);
  });

  it('reads dates in the form that the column has, month first when asked and nothing tells', async () => {
    const { cells } = await csv('d,e\n31.12.2019,03/04/2020 10:30\n1.1.2020,05/06/2020 11:00\n', {
      columns: [{ name: 'e', type: 'datetime' }],
    });
    expect(cells).toEqual([
      ['2019-12-31', '2020-03-04T10:30:00.000Z'],
      ['2020-01-01', '2020-05-06T11:00:00.000Z'],
    ]);
  });

  it('applies texts that mean missing, a condition and a limit', async () => {
    const { cells, header } = await csv('a,b\n1,NA\n2,5\n3,-\n4,7\n5,8\n', {
      nullStrings: ['NA', '-'],
      where: 'a > 1 AND b IS NOT NULL',
      limit: 2,
    });
    expect(header).toEqual(['a:integer', 'b:integer']);
    expect(cells).toEqual([
      [2, 5],
      [4, 7],
    ]);
  });

  it('says that a condition leaves nothing', async () => {
    const { code, message } = await failureOf(csv('a\n1\n2\n', { where: 'a > 5' }));
    expect(code).toBe('datasets/empty');
    expect(message).toContain('a > 5');
  });

  it('blames the condition when it fails on a value', async () => {
    const { code } = await failureOf(csv('a\nx\n1\n', { where: 'CAST(a AS INTEGER) > 0' }));
    expect(code).toBe('datasets/bad-expression');
  });

  it('cannot reach another file from a condition', async () => {
    const secret = folder.file('secret.csv', 'key\nvalue\n');
    const where = `EXISTS (SELECT * FROM read_csv('${secret}'))`;
    expect((await failureOf(csv('a\n1\n', { where }))).code).toBe('datasets/bad-expression');
  });
});

describe('writeSnapshot of JSON and Parquet', () => {
  it('reads objects with differing fields, nested values as JSON text', async () => {
    const text = '[{"a":1,"A":true,"b":{"c":[1,2]}},{"a":2.5,"d":"2020-01-01","e":18446744073709551615}]';
    const { header, cells } = await importFile(folder.file('data.json', text));
    expect(header).toEqual(['a:float', 'A_1:boolean', 'b:string', 'd:date', 'e:string']);
    expect(cells).toEqual([
      [1, true, '{"c":[1,2]}', null, null],
      [2.5, null, null, '2020-01-01', '18446744073709551615'],
    ]);
  });

  it('names a field without a name', async () => {
    const { header } = await importFile(folder.file('nameless.json', '[{" ":1,"b":2}]'));
    expect(header).toEqual(['column_1:integer', 'b:integer']);
  });

  it('sets lines aside that are no JSON object', async () => {
    const text = '{"a":1}\n{"a":2,\n\n[1]\n{"a":3}\n{"a":4}\n';
    const { cells, badRows } = await importFile(folder.file('data.jsonl', text));
    expect(cells).toEqual([[1], [3], [4]]);
    expect(badRows.count).toBe(2);
    expect(badRows.first.map((row) => row.line)).toEqual([2, 4]);
  });

  it.each([
    ['[{"a":1},\n', 'is not closed'],
    ['[{"a":1}', 'unexpected'],
    ['[{"a":1}]\n[{"a":2}]', 'must be an object'],
    ['[]', 'holds no object'],
    ['[{},{}]', 'holds no object'],
  ])('refuses %j', async (text, reason) => {
    expect((await failureOf(importFile(folder.file('odd.json', text)))).message).toContain(reason);
  });

  it('says where an array breaks off', async () => {
    const { code, message } = await failureOf(importFile(folder.file('cut.json', '[{"a":1},{"a":2')));
    expect(code).toBe('datasets/unreadable');
    expect(message).toContain('unexpected end of data');
  });

  it('tells what a file really is, whatever its name', async () => {
    const { options } = await importFile(folder.file('lines.txt', '{"a":1}\n{"a":2}\n'));
    expect(options.format).toBe('jsonl');
    expect((await failureOf(importFile(folder.file('fake.parquet', 'a,b\n1,2\n')))).code).toBe(
      'datasets/unreadable',
    );
  });

  it('reads the samples that ship with Assay', async () => {
    const penguins = await importFile(samplePath('penguins'));
    expect(penguins.rows).toBe(344);
    expect(penguins.header).toContain('Beak Length (mm):float');
    const flights = await importFile(samplePath('flights'), { limit: 5 });
    expect(flights.header).toEqual([
      'date:datetime',
      'delay:integer',
      'distance:integer',
      'origin:string',
      'destination:string',
    ]);
    expect(flights.cells[0]).toEqual(['2001-01-01T00:01:00.000Z', 33, 2176, 'LAS', 'PHL']);
  });

  it('maps every type of Parquet to one of the six', async () => {
    const path = join(folder.path, 'types.parquet');
    await withDuckDb({ readable: [], folders: [folder.path], memoryMb: 256 }, (db) =>
      db.rows(`COPY (SELECT CAST(7 AS TINYINT) AS tiny, CAST(8 AS UINTEGER) AS wide, CAST(9 AS UBIGINT) AS small_u,
        CAST('18446744073709551615' AS UBIGINT) AS large_u, CAST(1.5 AS DECIMAL(10, 2)) AS dec, CAST('nan' AS DOUBLE) AS nan,
        CAST(0.5 AS FLOAT) AS single, TIME '10:00:00' AS clock, INTERVAL 1 DAY AS span, TIMESTAMP_NS '2020-01-01 10:00:00.123456789' AS nano,
        TIMESTAMPTZ '2020-01-01 10:00:00+02' AS zoned, DATE '2020-01-01' AS day, [1, 2] AS list, {'a': 1} AS struct,
        'abc'::BLOB AS bytes, CAST('a' AS ENUM('a', 'b')) AS grade, CAST('5e7d2b8e-1111-2222-3333-444455556666' AS UUID) AS uuid,
        TIMESTAMP 'infinity' AS never, true AS flag)
        TO '${path}' (FORMAT parquet)`),
    );
    const { header, cells } = await importFile(path);
    expect(Object.fromEntries(header.map((name, index) => [name, cells[0]?.[index]]))).toEqual({
      'tiny:integer': 7,
      'wide:integer': 8,
      'small_u:integer': 9,
      'large_u:string': '18446744073709551615',
      'dec:float': 1.5,
      'nan:float': null,
      'single:float': 0.5,
      'clock:string': '10:00:00',
      'span:string': '1 day',
      'nano:datetime': '2020-01-01T10:00:00.123456Z',
      'zoned:datetime': '2020-01-01T08:00:00.000Z',
      'day:date': '2020-01-01',
      'list:string': '[1,2]',
      'struct:string': '{"a":1}',
      'bytes:string': 'YWJj',
      'grade:string': 'a',
      'uuid:string': '5e7d2b8e-1111-2222-3333-444455556666',
      'never:datetime': null,
      'flag:boolean': true,
    });
  });

  it('reads its own snapshots back unchanged', async () => {
    const first = await csvToParquet();
    const again = await importFile(first.path);
    expect(again.header).toEqual(first.header);
    expect(again.cells).toEqual(first.cells);
  });
});

async function csvToParquet() {
  const source = folder.file(
    'origin.csv',
    'n,x,b,d,t,s\n1,1.5,true,2020-01-01,2020-01-01 10:00:00,x\n,,,,,\n',
  );
  const snapshot = await writeSnapshot(await sourceFile(source), {
    read: {},
    folder: folder.path,
    memoryMb: 256,
  });
  const direct = await importFile(source);
  return { path: snapshot.path, header: direct.header, cells: direct.cells };
}

describe('the digest of a snapshot', () => {
  it('is the same for the same content and options, and of the bytes of the file', async () => {
    const read = { where: 'delay % 7 > 1', limit: 300_000 };
    const file = await sourceFile(samplePath('flights'));
    const digests: string[] = [];
    for (let run = 0; run < 3; run++) {
      const written = await writeSnapshot(file, { read, folder: folder.path, memoryMb: 512 + run * 100 });
      const bytes = createHash('sha256').update(readFileSync(written.path)).digest('hex');
      expect(written.digest).toBe(`sha256:${bytes}`);
      digests.push(written.digest);
    }
    expect(new Set(digests).size).toBe(1);
  });

  it('does not depend on the name or the compression of the file', async () => {
    const text = `a,b\n${Array.from({ length: 5000 }, (_, i) => `${i},t${i % 17}`).join('\n')}\n`;
    const plain = await csv(text, {}, 'one.csv');
    const packed = await csv(gzipSync(text), {}, 'two.csv.gz');
    expect(packed.digest).toBe(plain.digest);
  });

  it('changes with a single value', async () => {
    const one = await csv('a,b\n1,2\n3,4\n');
    const other = await csv('a,b\n1,2\n3,5\n');
    expect(other.digest).not.toBe(one.digest);
  });
});
