import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssayError } from '../../../../../engine/errors.ts';
import { createSession, GraphBuilder } from '../../../../../engine/onnx/index.ts';
import { addDatetimeParts } from '../../../../../engine/training/preprocessing/add-datetime-parts.ts';
import { datetimePart } from '../../../../../engine/training/preprocessing/datetime-parts.ts';
import { fitPreprocessing } from '../../../../../engine/training/preprocessing/fit.ts';
import { type MatrixView, matrixColumns } from '../../../../../engine/training/preprocessing/fitted.ts';
import { openPreprocessor } from '../../../../../engine/training/preprocessing/preprocessor.ts';
import type { TrainingTable } from '../../../../../engine/training/table.ts';
import { DatetimePart, Preprocessing } from '../../../../../local-api/contract/index.ts';
import { allRows, tableOf } from './tables.ts';

const SCALED: MatrixView = { numbers: 'scaled', categories: 'encoded' };
const UNSCALED: MatrixView = { numbers: 'unscaled', categories: 'encoded' };

async function matrixOf(
  table: TrainingTable,
  view: MatrixView,
  settings: object = {},
  train = allRows(table),
) {
  const fitted = await fitPreprocessing({
    table,
    rows: train,
    preprocessing: Preprocessing.parse(settings),
    view,
    seed: 0,
  });
  const preprocessor = await openPreprocessor(fitted);
  const flat = await preprocessor.matrix(table, allRows(table));
  await preprocessor.release();
  const names = preprocessor.columns.map(({ name }) => name);
  const width = names.length;
  const rows = Array.from({ length: table.rows }, (_, row) => [
    ...flat.subarray(row * width, (row + 1) * width),
  ]);
  return { fitted, names, rows, column: (name: string) => rows.map((row) => row[names.indexOf(name)]) };
}

describe('date parts in the graph', () => {
  const parts = DatetimePart.options;

  async function partsOf(instants: readonly number[]) {
    const g = new GraphBuilder('parts');
    const ms = g.input('ms', 'int64', ['N']);
    for (const [index, value] of addDatetimeParts(g, ms, parts).entries())
      g.output(`part ${index}`, value, 'int64', ['N']);
    const session = await createSession(g.build());
    const out = await session.run({
      ms: { type: 'int64', data: BigInt64Array.from(instants, BigInt), dims: [instants.length] },
    });
    return parts.map((_, index) => [...out.int64(`part ${index}`)].map(Number));
  }

  test('agree with Date over random instants from year 1 to 9999', async () => {
    const instants = fc.sample(fc.integer({ min: Date.parse('0001-01-01'), max: Date.parse('9999-12-31') }), {
      numRuns: 5000,
      seed: 7,
    });
    const got = await partsOf(instants);
    for (const [index, part] of parts.entries())
      expect(got[index], part).toEqual(instants.map((ms) => datetimePart(part, ms)));
  });

  test('agree with Date around leap days, year ends, midnights and the epoch', async () => {
    const days = [-1, 0, 1, 30, 31, 58, 59, 60, 364, 365].flatMap((day) =>
      [1600, 1899, 1900, 1969, 1970, 1999, 2000, 2001, 2004, 2100].map(
        (year) => Date.UTC(year, 0, 1) + day * 864e5,
      ),
    );
    const instants = days.flatMap((day) => [day - 1, day, day + 1]);
    const got = await partsOf(instants);
    for (const [index, part] of parts.entries())
      expect(got[index], part).toEqual(instants.map((ms) => datetimePart(part, ms)));
  });
});

describe('numbers', () => {
  test('are standardised to mean 0 and deviation 1 over the training rows only', async () => {
    const table = tableOf({ x: { type: 'float', values: [1, 2, 3, 4, 1000] } });
    const { column } = await matrixOf(table, SCALED, {}, Int32Array.of(0, 1, 2, 3));
    const deviation = Math.sqrt(1.25);
    expect(column('x').map((v) => v?.toFixed(4))).toEqual(
      [1, 2, 3, 4, 1000].map((x) => ((x - 2.5) / deviation).toFixed(4)),
    );
  });

  test.each([
    ['mean', 13 / 3],
    ['median', 2],
    ['zero', 0],
  ])('missing ones become the %s, with an indicator beside', async (impute, expected) => {
    const table = tableOf({ x: { type: 'integer', values: [1, null, 2, 10] } });
    const { names, rows } = await matrixOf(table, SCALED, { numeric: { impute, scale: 'none' } });
    expect(names).toEqual(['x', 'x (missing)']);
    expect(rows[1]?.[0]).toBeCloseTo(expected, 5);
    expect(rows.map((row) => row[1])).toEqual([0, 1, 0, 0]);
  });

  test('stay NaN where missing for trees', async () => {
    const table = tableOf({ x: { type: 'float', values: [1.5, null, -2] } });
    expect((await matrixOf(table, UNSCALED)).rows).toEqual([[1.5], [Number.NaN], [-2]]);
  });

  test('beyond the exact range of float32 keep their differences for trees', async () => {
    const start = 1_700_000_000;
    const table = tableOf({
      seconds: { type: 'integer', values: [start, start + 1, start + 2, start + 1000] },
    });
    const { rows } = await matrixOf(table, UNSCALED);
    expect(rows.map(([x]) => (x ?? 0) - (rows[0]?.[0] ?? 0))).toEqual([0, 1, 2, 1000]);
  });

  test('at the edge of float64 give finite values', async () => {
    const table = tableOf({ x: { type: 'float', values: [1e308, -1e308, 0, 1e300] } });
    for (const view of [SCALED, UNSCALED] as const)
      for (const [x] of (await matrixOf(table, view)).rows) expect(Number.isFinite(x)).toBe(true);
  });

  test('that are infinite count as missing in the graph', async () => {
    const table = tableOf({ x: { type: 'float', values: [1, 2, null, Number.POSITIVE_INFINITY] } });
    const { column } = await matrixOf(table, SCALED, {}, Int32Array.of(0, 1, 2));
    expect(column('x')[3]).toBe(column('x')[2]);
    expect(column('x (missing)')).toEqual([0, 0, 1, 1]);
  });
});

describe('categories', () => {
  const cities = [...Array(12).fill('ATL'), ...Array(11).fill('ORD'), 'XNA', 'GUC', null];

  test('get a column each, most frequent first, and share one when rare', async () => {
    const table = tableOf({ origin: { type: 'string', values: cities } });
    const { names, rows } = await matrixOf(table, SCALED);
    expect(names).toEqual(['origin=ATL', 'origin=ORD', 'origin (rare)', 'origin (missing)']);
    expect(rows[0]).toEqual([1, 0, 0, 0]);
    expect(rows[12]).toEqual([0, 1, 0, 0]);
    expect(rows[23]).toEqual([0, 0, 1, 0]);
    expect(rows[25]).toEqual([0, 0, 0, 1]);
  });

  test('never seen in training go to the rare column, or to zeros when there is none', async () => {
    const table = tableOf({ origin: { type: 'string', values: [...cities, 'NEW'] } });
    const rareTrained = await matrixOf(
      table,
      SCALED,
      {},
      Int32Array.from({ length: 26 }, (_, i) => i),
    );
    expect(rareTrained.rows[26]).toEqual([0, 0, 1, 0]);
    const noneTrained = await matrixOf(
      table,
      SCALED,
      {},
      Int32Array.from({ length: 23 }, (_, i) => i),
    );
    expect(noneTrained.rows[26]).toEqual([0, 0]);
  });

  test('many of them: the most frequent one-hot and the share of each in a column', async () => {
    const values = Array.from(
      { length: 300 },
      (_, i) => `c${i % 6 === 0 ? 0 : i % 6 === 1 ? 1 : 2 + (i % 7)}`,
    );
    const table = tableOf({ c: { type: 'string', values } });
    const { names } = await matrixOf(table, SCALED, { categorical: { maxOneHot: 2 } });
    expect(names).toEqual(['c (frequency)', 'c=c0', 'c=c1', 'c (rare)']);
  });

  test('many of them for trees: one column in the order of the mean target', async () => {
    const values = Array.from({ length: 480 }, (_, i) => `c${i % 16}`);
    const target = Float64Array.from({ length: 480 }, (_, i) => -((i % 16) * 7) % 16);
    const table = tableOf({ c: { type: 'string', values } }, { task: 'regression', values: target });
    const { names, rows } = await matrixOf(table, UNSCALED);
    expect(names).toEqual(['c']);
    const byCode = rows
      .map(([code], i) => ({ code, target: target[i] }))
      .sort((a, b) => (a.code ?? 0) - (b.code ?? 0));
    const sorted = byCode.map((row) => row.target ?? 0);
    expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
  });

  test('named by numbers work with and without gaps', async () => {
    const values = [...Array(10).fill(7), ...Array(10).fill(-3)];
    const whole = await matrixOf(tableOf({ k: { type: 'integer', role: 'category', values } }), SCALED);
    expect(whole.names).toEqual(['k=-3', 'k=7']);
    expect([whole.rows[0], whole.rows[19]]).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const gaps = await matrixOf(
      tableOf({ k: { type: 'integer', role: 'category', values: [...values, null] } }),
      SCALED,
    );
    expect(gaps.rows.at(-1)).toEqual([0, 0, 1]);
    const floats = await matrixOf(
      tableOf({ k: { type: 'float', role: 'category', values: values.map((v) => v) } }),
      SCALED,
    );
    expect(floats.rows[0]).toEqual([0, 1]);
  });

  test('of fractional numbers are refused by name', async () => {
    const table = tableOf({ price: { type: 'float', role: 'category', values: [1.5, 2] } });
    await expect(
      fitPreprocessing({
        table,
        rows: allRows(table),
        preprocessing: Preprocessing.parse({}),
        view: SCALED,
        seed: 0,
      }),
    ).rejects.toThrow('"price" cannot be a category');
  });
});

describe('parts of the column that rows are split by', () => {
  const day = 864e5;
  const hourly = (days: number) =>
    tableOf({
      at: {
        type: 'datetime',
        values: Array.from({ length: days * 24 }, (_, h) => Date.UTC(2001, 0, 1) + (h * day) / 24),
      },
    });
  const namesOf = async (days: number, timeColumn?: string) => {
    const table = hourly(days);
    const fitted = await fitPreprocessing({
      table,
      rows: allRows(table),
      preprocessing: Preprocessing.parse({}),
      view: UNSCALED,
      seed: 0,
      ...(timeColumn === undefined ? {} : { timeColumn }),
    });
    return {
      names: matrixColumns(fitted).map(({ name }) => name),
      dropped: fitted.dropped.map(({ name }) => name),
    };
  };

  test('are learnt from only when the training rows cover their cycle twice', async () => {
    expect(await namesOf(40, 'at')).toEqual({
      names: ['at.weekday', 'at.hour', 'at.minuteOfDay'],
      dropped: ['at.month', 'at.day'],
    });
    expect((await namesOf(10, 'at')).dropped).toEqual(['at.month', 'at.day', 'at.weekday']);
    expect((await namesOf(740, 'at')).dropped).toEqual([]);
  });

  test('are all used in a column that rows are not split by', async () => {
    expect((await namesOf(40)).names).toEqual([
      'at.month',
      'at.day',
      'at.weekday',
      'at.hour',
      'at.minuteOfDay',
    ]);
  });
});

describe('columns that tell nothing', () => {
  test('are dropped with a reason and are no input of the model', async () => {
    const table = tableOf({
      x: { type: 'float', values: [1, 2, 3] },
      constant: { type: 'integer', values: [4, 4, 4] },
      empty: { type: 'float', values: [null, null, null] },
      ids: { type: 'string', values: ['a', 'b', 'c'] },
    });
    const { fitted, names } = await matrixOf(table, SCALED);
    expect(names).toEqual(['x']);
    expect(fitted.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(fitted.dropped).toEqual([
      { name: 'constant', reason: 'all values are equal' },
      { name: 'empty', reason: 'all values are missing' },
      { name: 'ids', reason: 'no category is seen at least 10 times' },
    ]);
  });

  test('training/bad-recipe says why when none is left', async () => {
    const table = tableOf({ constant: { type: 'integer', values: [4, 4] } });
    await expect(
      fitPreprocessing({
        table,
        rows: allRows(table),
        preprocessing: Preprocessing.parse({}),
        view: SCALED,
        seed: 0,
      }),
    ).rejects.toThrow('no column is left to learn from: constant (all values are equal)');
  });
});

describe('a cancel', () => {
  test('ends the learning before the next column, and between the parts of a date', async () => {
    const table = tableOf({
      x: { type: 'float', values: [1, 2, 3] },
      at: { type: 'datetime', values: [0, 4e9, 9e10] },
      y: { type: 'float', values: [1, 2, 3] },
    });
    const begun: string[] = [];
    let pauses = 0;
    const learning = fitPreprocessing({
      table,
      rows: allRows(table),
      preprocessing: Preprocessing.parse({}),
      view: SCALED,
      seed: 0,
      begins: (name, index, of) => begun.push(`${name} ${index + 1}/${of}`),
      async pause() {
        pauses += 1;
        if (pauses === 4) throw new AssayError('jobs/cancelled', 'The training was cancelled.');
      },
    });
    await expect(learning).rejects.toMatchObject({ code: 'jobs/cancelled' });
    expect(begun).toEqual(['x 1/3', 'at 2/3']);
  });
});
