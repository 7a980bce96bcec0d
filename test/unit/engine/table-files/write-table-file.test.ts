import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { afterAll, describe, expect, it } from 'vitest';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import { writeTableFile } from '../../../../engine/table-files/index.ts';
import { sheetName } from '../../../../engine/table-files/workbook-parts.ts';
import { readZip } from '../../../../engine/zip/index.ts';
import type { DataExportFormat } from '../../../../local-api/contract/index.ts';
import { failureOf, testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());
let files = 0;

async function written(
  select: string,
  format: DataExportFormat,
  compress: 'none' | 'zstd' = 'none',
): Promise<{ rows: number; bytes: Buffer }> {
  const path = join(folder.path, `${++files}.${format}`);
  const limits = { readable: [], folders: [folder.path], memoryMb: 512, threads: 1 };
  const rows = await withDuckDb(limits, (db) =>
    writeTableFile(db, select, path, { format, compress, title: 'flights v1', onRows() {} }),
  );
  return { rows, bytes: readFileSync(path) };
}

/** The cells of a sheet by their places, as their XML without place and tag. */
async function cellsOf(select: string): Promise<Record<string, string>> {
  const { bytes } = await written(select, 'xlsx');
  const sheet = readZip(bytes, { files: 20, bytes: 1e8 }).get('xl/worksheets/sheet1.xml');
  const xml = Buffer.from(sheet ?? []).toString('utf8');
  const cells = [...xml.matchAll(/<c r="([A-Z]+\d+)"([^>]*)>(.*?)<\/c>/gs)];
  return Object.fromEntries(
    cells.map(([, at = '', more = '', value = '']) => [
      at,
      `${more.trim()} ${value.replace(/<\/?(v|is|t)\b[^>]*>/g, '')}`.trim(),
    ]),
  );
}

const mixed = `SELECT i AS id, CASE WHEN i % 3 = 0 THEN NULL ELSE i / 4 END AS share, i % 2 = 0 AS even,
  CASE WHEN i % 5 = 0 THEN NULL ELSE 'n° ' || i END AS name, DATE '2000-02-29' + i::INTEGER AS day,
  TIMESTAMPTZ '1969-12-31 23:59:59.25+00' + INTERVAL (i) SECOND AS at FROM range(70000) t(i)`;

describe('an Arrow file', () => {
  it.each(['none', 'zstd'] as const)(
    'holds every value with its type, buffers packed with %s',
    async (compress) => {
      const { rows, bytes } = await written(mixed, 'arrow', compress);
      expect(rows).toBe(70_000);
      const table = tableFromIPC(bytes, { useBigInt: true });
      expect(table.numRows).toBe(70_000);
      expect(table.names).toEqual(['id', 'share', 'even', 'name', 'day', 'at']);
      const row = (index: number) => table.children.map((column) => column.at(index));
      expect(row(0)).toEqual([0n, null, true, null, Date.UTC(2000, 1, 29), -750]);
      expect(row(69_998)).toEqual([
        69_998n,
        17_499.5,
        true,
        'n° 69998',
        Date.UTC(2000, 1, 29 + 69_998),
        69_997_250,
      ]);
      expect(table.getChild('share')?.nullCount).toBe(23_334);
    },
  );

  it('ends with places of its record batches that readers of files find them by', async () => {
    const { bytes } = await written(mixed, 'arrow');
    const footerLength = bytes.readInt32LE(bytes.length - 10);
    const footer = bytes.subarray(bytes.length - 10 - footerLength);
    const blocks = footer.readUInt32LE(44);
    expect(blocks).toBe(2);
    for (let index = 0; index < blocks; index++) {
      const at = Number(footer.readBigInt64LE(48 + index * 24));
      expect(bytes.readUInt32LE(at)).toBe(0xffffffff);
      expect(bytes.readUInt32LE(at + 4) + 8).toBe(footer.readInt32LE(48 + index * 24 + 8));
    }
    expect(bytes.subarray(-6).toString('latin1')).toBe('ARROW1');
  });

  it('without rows still has its columns', async () => {
    const { rows, bytes } = await written(`SELECT * FROM (${mixed}) WHERE id < 0`, 'arrow');
    expect(rows).toBe(0);
    expect(tableFromIPC(bytes).names).toHaveLength(6);
  });
});

describe('a workbook', () => {
  it('holds numbers, truths, days and times as what they are, and missing values as empty cells', async () => {
    const cells = await cellsOf(
      `SELECT 7 AS n, -0.25 AS x, true AS b, DATE '2024-02-29' AS d, TIMESTAMPTZ '2024-02-29 12:00:00+00' AS t,
       TIMESTAMPTZ '2024-02-29 06:00:00.5+00' AS f, NULL::VARCHAR AS m, DATE 'infinity' AS never`,
    );
    expect(cells).toEqual({
      ...{ A1: 's="5" t="inlineStr" n', B1: 's="5" t="inlineStr" x', C1: 's="5" t="inlineStr" b' },
      ...{ D1: 's="5" t="inlineStr" d', E1: 's="5" t="inlineStr" t', F1: 's="5" t="inlineStr" f' },
      ...{ G1: 's="5" t="inlineStr" m', H1: 's="5" t="inlineStr" never' },
      ...{ A2: '7', B2: '-0.25', C2: 't="b" 1', D2: 's="1" 45351', E2: 's="2" 45351.5' },
      F2: `s="3" ${45351.25 + 0.5 / 86_400}`,
    });
  });

  it('keeps texts as texts, whatever they begin with', async () => {
    const cells = await cellsOf(
      `SELECT unnest(['=1+1', '+1', '@SUM(A1)', '-2', '0012', 'a<b>&', '_x0041_', chr(1), ' pad']) AS text`,
    );
    expect(Object.values(cells).slice(1)).toEqual([
      's="4" t="inlineStr" =1+1',
      's="4" t="inlineStr" +1',
      's="4" t="inlineStr" @SUM(A1)',
      's="4" t="inlineStr" -2',
      't="inlineStr" 0012',
      't="inlineStr" a&lt;b&gt;&amp;',
      't="inlineStr" _x005F_x0041_',
      't="inlineStr" _x0001_',
      't="inlineStr"  pad',
    ]);
  });

  it('writes as text what a cell cannot hold: whole numbers past 2^53, NaN, days before March 1900', async () => {
    const cells = await cellsOf(
      `SELECT 9007199254740993 AS big, 'nan'::DOUBLE AS nan, DATE '1850-01-02' AS old, TIMESTAMPTZ '1850-01-02 03:04:05+00' AS then`,
    );
    const second = Object.entries(cells).filter(([at]) => at.endsWith('2'));
    expect(Object.fromEntries(second)).toEqual({
      A2: 't="inlineStr" 9007199254740993',
      B2: 't="inlineStr" NaN',
      C2: 't="inlineStr" 1850-01-02',
      D2: 't="inlineStr" 1850-01-02 03:04:05.000',
    });
  });

  it('refuses a text that is too long for a cell, naming row and column', async () => {
    const failure = await failureOf(written(`SELECT repeat('x', 32768) AS essay`, 'xlsx'));
    expect(failure.code).toBe('datasets/export-does-not-fit');
    expect(failure.message).toContain('Row 1 has 32,768 characters in "essay"');
  });

  it('is the same file for the same rows', async () => {
    const select = 'SELECT i, i / 3 AS x FROM range(5000) t(i)';
    const [one, two] = [await written(select, 'xlsx'), await written(select, 'xlsx')];
    expect(one.bytes.equals(two.bytes)).toBe(true);
  });

  it('has a sheet with a name that is allowed', () => {
    expect(sheetName('flights v1: [raw]/2')).toBe('flights v1   raw  2');
    expect(sheetName("'")).toBe('Rows');
    expect(sheetName('History')).toBe('Rows');
    expect(sheetName('x'.repeat(40))).toHaveLength(31);
  });
});
