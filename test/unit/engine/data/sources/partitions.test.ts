import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { quoteText, withDuckDb } from '../../../../../engine/duckdb/index.ts';
import { importFile, importSource, testFolder } from '../../../../kit/data/snapshots.ts';
import { farS3 } from '../../../../kit/remotes/far-s3.ts';

const folder = testFolder();
afterAll(() => folder.remove());
let count = 0;
let root = '';
beforeEach(() => {
  count += 1;
  root = `set-${count}`;
});
const put = (name: string, content: string | Uint8Array) => folder.file(`${root}/${name}`, content);
const all = () => `${folder.path}/${root}`;

describe('files in folders of partitions', () => {
  it('give a column for each of them: integers, dates, text, missing values', async () => {
    put('year=2025/day=2025-11-01/city=Lima/a.csv', 'a\n1\n');
    put('year=2026/day=2026-02-28/city=New%20York/b.csv', 'a\n2\n3\n');
    put('year=2026/day=2026-03-01/city=__HIVE_DEFAULT_PARTITION__/b.csv', 'a\n4\n');
    const { header, cells } = await importFile(all());
    expect(header.toSorted()).toEqual(['a:integer', 'city:string', 'day:date', 'year:integer']);
    const at = (name: string) => header.findIndex((column) => column.startsWith(`${name}:`));
    expect(cells.map((row) => ['a', 'year', 'day', 'city'].map((name) => row[at(name)]))).toEqual([
      [1, 2025, '2025-11-01', 'Lima'],
      [2, 2026, '2026-02-28', 'New York'],
      [3, 2026, '2026-02-28', 'New York'],
      [4, 2026, '2026-03-01', null],
    ]);
  });

  it('give none when they are not wanted, or when one of the files has none', async () => {
    put('year=2025/a.csv', 'a\n1\n');
    put('year=2026/b.csv', 'a\n2\n');
    expect((await importFile(all(), { partitions: false })).header).toEqual(['a:integer']);
    put('c.csv', 'a\n3\n');
    const { header, rows } = await importFile(all());
    expect([header, rows]).toEqual([['a:integer'], 3]);
  });

  it('are told apart with their names, in another encoding, with other columns and a column of that name inside', async () => {
    put('year=2025/a.csv', 'a,year\n1,9\n');
    put('year=2026/b.csv', Buffer.from('\ufeffa,b\n2,x\n', 'utf16le'));
    const { header, cells } = await importFile(all(), { fileColumn: true });
    expect(header).toEqual(['a:integer', 'year:integer', 'b:string', '_file:string']);
    expect(cells).toEqual([
      [1, 2025, null, 'year=2025/a.csv'],
      [2, 2026, 'x', 'year=2026/b.csv'],
    ]);
  });

  it('may be JSON, or Parquet below a pattern', async () => {
    put('year=2025/a.jsonl', '{"a":1}\n{"a":2}\n');
    put('year=2026/b.jsonl', '{"a":3}\n{"a":4}\n');
    const json = await importFile(all());
    expect([json.header, json.cells.map(([, year]) => year)]).toEqual([
      ['a:integer', 'year:integer'],
      [2025, 2025, 2026, 2026],
    ]);
    for (const year of [2025, 2026]) {
      const path = put(`parquet/year=${year}/a.parquet`, '');
      await withDuckDb({ readable: [], folders: [folder.path], memoryMb: 256 }, (db) =>
        db.run(`COPY (SELECT ${year} * 2 AS a) TO ${quoteText(path)} (FORMAT parquet)`),
      );
    }
    const parquet = await importFile(`${all()}/parquet/year=*/*.parquet`, { fileColumn: true });
    expect(parquet.header.toSorted()).toEqual(['_file:string', 'a:integer', 'year:integer']);
    const one = await importFile(`${all()}/parquet/year=2026/*.parquet`);
    expect(one.cells).toEqual([[4052, 2026]]);
  });

  it('may lie in a bucket', async () => {
    const far = await farS3();
    for (const year of [2025, 2026])
      far.objects.set(`in/year=${year}/a.csv`, {
        bytes: Buffer.from('a\n1\n'),
        etag: `"${year}"`,
        sha256: undefined,
      });
    const { cells } = await importSource({
      kind: 'object',
      name: 'far',
      hidden: [],
      storeKind: 's3',
      settings: { bucket: 'models', accessKeyId: 'key', secretAccessKey: 'secret', endpoint: far.origin },
      key: null,
      prefix: 'in/',
    });
    expect(cells).toEqual([
      [1, 2025],
      [1, 2026],
    ]);
  });
});
