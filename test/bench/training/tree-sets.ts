import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { seededRandom } from '../../../engine/statistics/index.ts';

/** Rows for trees on disk: `x.f32` and `y.f64` to fit on, `x-test.f32` and `y-test.f64` held back; row-major. */
export type TreeSet = {
  name: string;
  rows: number;
  /** How many codes each column of categories has; 0 for numbers. */
  codes: number[];
  /** Trees of a fit. */
  trees: number;
};

/** Uniform numbers; one of two classes by sines and products of ten of them, with noise. */
export async function writeWideSet(dir: string, rows: number, width: number): Promise<TreeSet> {
  const random = seededRandom(1, `bench/wide/${width}`);
  const make = (n: number) => {
    const x = new Float32Array(n * width);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const row = x.subarray(i * width, (i + 1) * width);
      for (let c = 0; c < width; c++) row[c] = random.next() * 2 - 1;
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, j = 0, k = 0] = row;
      const score =
        2 * Math.sin(3 * a) + 3 * b * c + 2 * d * d - (e > 0.3 ? 1 : 0) + f - g * h + Math.sin(5 * j * k);
      y[i] = score + 1.5 * random.normal() > 0.4 ? 1 : 0;
    }
    return { x, y };
  };
  await writeRows(dir, make(rows), make(Math.ceil(rows / 4)));
  return {
    name: `made up ${rows / 1000}k × ${width}`,
    rows,
    codes: new Array<number>(width).fill(0),
    trees: 100,
  };
}

/** US flights of 2001: whether one was more than 15 minutes late, by distance, times and airports; one of five rows held back. */
export async function writeFlightsSet(dir: string, rows: number): Promise<TreeSet> {
  const file = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
  const connection = await (await DuckDBInstance.create()).connect();
  // Airports by number, the most frequent first.
  const sql = `
    WITH flights AS (SELECT *, hash(rowid_) AS h FROM (SELECT *, row_number() OVER () AS rowid_ FROM '${file}')),
    picked AS (SELECT * FROM flights ORDER BY h LIMIT ${rows}),
    origins AS (SELECT origin, row_number() OVER (ORDER BY count(*) DESC, origin) - 1 AS code FROM picked GROUP BY origin),
    destinations AS (SELECT destination, row_number() OVER (ORDER BY count(*) DESC, destination) - 1 AS code FROM picked GROUP BY destination)
    SELECT distance::FLOAT, (hour(date) * 60 + minute(date))::FLOAT, dayofweek(date)::FLOAT, dayofyear(date)::FLOAT, day(date)::FLOAT,
      o.code::FLOAT, d.code::FLOAT, (delay > 15)::INT::FLOAT, (h >> 8) % 5 = 0
    FROM picked JOIN origins o USING (origin) JOIN destinations d USING (destination) ORDER BY h`;
  const width = 7;
  const x = new Float32Array(rows * width);
  const y = new Float64Array(rows);
  const isTest = new Uint8Array(rows);
  let at = 0;
  const result = await connection.stream(sql);
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const columns = chunk.getColumns();
    for (let i = 0; i < chunk.rowCount; i++, at++) {
      for (let c = 0; c < width; c++) x[at * width + c] = Number(columns[c]?.[i]);
      y[at] = Number(columns[7]?.[i]);
      isTest[at] = columns[8]?.[i] === true ? 1 : 0;
    }
  }
  connection.closeSync();
  const part = (of: number) => {
    const picked = [...isTest.keys()].filter((row) => isTest[row] === of);
    const own = new Float32Array(picked.length * width);
    picked.forEach((row, i) => {
      own.set(x.subarray(row * width, (row + 1) * width), i * width);
    });
    return { x: own, y: Float64Array.from(picked, (row) => y[row] ?? 0) };
  };
  const codesOf = (column: number): number => {
    let most = 0;
    for (let i = column; i < x.length; i += width) most = Math.max(most, x[i] ?? 0);
    return most + 2;
  };
  const train = part(0);
  await writeRows(dir, train, part(1));
  const codes = [0, 0, 0, 0, 0, codesOf(5), codesOf(6)];
  return { name: `flights ${rows / 1000}k × 7`, rows: train.y.length, codes, trees: 200 };
}

type RowsInMemory = { x: Float32Array; y: Float64Array };

async function writeRows(dir: string, train: RowsInMemory, test: RowsInMemory): Promise<void> {
  await writeFile(join(dir, 'x.f32'), train.x);
  await writeFile(join(dir, 'y.f64'), train.y);
  await writeFile(join(dir, 'x-test.f32'), test.x);
  await writeFile(join(dir, 'y-test.f64'), test.y);
}
