import { describe, expect, test } from 'vitest';
import { fitPreprocessing } from '../../../../../engine/training/preprocessing/fit.ts';
import type { MatrixView } from '../../../../../engine/training/preprocessing/fitted.ts';
import {
  binned,
  mutualInformation,
} from '../../../../../engine/training/preprocessing/mutual-information.ts';
import { openPreprocessor } from '../../../../../engine/training/preprocessing/preprocessor.ts';
import type { TableTarget, TrainingTable } from '../../../../../engine/training/table.ts';
import { Preprocessing } from '../../../../../local-api/contract/index.ts';
import { parkMiller } from '../../../../kit/training.ts';
import { allRows, tableOf } from './tables.ts';

const SCALED: MatrixView = { numbers: 'scaled', categories: 'encoded' };
const UNSCALED: MatrixView = { numbers: 'unscaled', categories: 'encoded' };

function learn(table: TrainingTable, settings: object, view = SCALED, rows = allRows(table)) {
  return fitPreprocessing({ table, rows, preprocessing: Preprocessing.parse(settings), view, seed: 0 });
}

/** Values of each column by its name: of all rows as served, and of the training rows as trained on. */
async function columnsOf(table: TrainingTable, settings: object, view = SCALED, rows = allRows(table)) {
  const fitted = await learn(table, settings, view, rows);
  const preprocessor = await openPreprocessor(fitted);
  const served = await preprocessor.matrix(table, allRows(table));
  const trained = await preprocessor.trainingMatrix(table, rows);
  await preprocessor.release();
  const names = preprocessor.columns.map(({ name }) => name);
  const byName = (flat: Float32Array) =>
    Object.fromEntries(
      names.map((name, at) => [name, [...flat.filter((_, index) => index % names.length === at)]]),
    );
  return { fitted, names, served: byName(served), trained: byName(trained) };
}

const plain = { numeric: { scale: 'none', missingIndicator: false } };

describe('outliers', () => {
  const values = [...Array.from({ length: 101 }, (_, i) => i), 1e6, -1e6, null];
  const table = tableOf({ x: { type: 'float', values } });
  const train = Int32Array.from({ length: 101 }, (_, i) => i);

  test.each([
    ['quantile', { clip: 'quantile', clipQuantile: 0.05 }, 95, 5],
    ['iqr', { clip: 'iqr', clipRange: 1.5 }, 150, -50],
  ])('beyond the %s of the training rows are brought to its edge', async (_, clip, high, low) => {
    const settings = { numeric: { ...plain.numeric, ...clip } };
    const { served } = await columnsOf(table, settings, SCALED, train);
    expect(served.x?.slice(101)).toEqual([high, low, 50]);
    const trees = await columnsOf(table, settings, UNSCALED, train);
    expect(trees.served.x?.slice(101)).toEqual([high, low, Number.NaN]);
  });
});

describe('a column of its own settings', () => {
  test('has those, and the other columns keep theirs', async () => {
    const values = [1, 2, null, 6];
    const table = tableOf({ a: { type: 'float', values }, b: { type: 'float', values } });
    const { served, names } = await columnsOf(table, {
      numeric: { scale: 'none' },
      columns: { b: { impute: 'constant', fill: -1, scale: 'minMax', missingIndicator: false } },
    });
    expect(names).toEqual(['a', 'b', 'a (missing)']);
    expect(served.a).toEqual([1, 2, 2, 6]);
    expect(served.b?.map((x) => x?.toFixed(4))).toEqual(['0.2857', '0.4286', '0.0000', '1.0000']);
  });

  test('can fill in a category of its own', async () => {
    const values = ['x', 'x', 'y', 'y', 'y', null];
    const table = tableOf({ a: { type: 'string', values }, b: { type: 'string', values } });
    const { served, names } = await columnsOf(table, {
      categorical: { minCount: 1, missing: 'mode' },
      columns: { b: { missing: 'constant', fillCategory: 'x' } },
    });
    expect(names).toEqual(['a=y', 'a=x', 'b=y', 'b=x']);
    expect(names.map((name) => served[name]?.at(-1))).toEqual([1, 0, 0, 1]);
  });

  test('names a category to fill in that training does not keep', async () => {
    const table = tableOf({ a: { type: 'string', values: ['x', 'y', null] } });
    const settings = { columns: { a: { minCount: 1, missing: 'constant', fillCategory: 'z' } } };
    await expect(learn(table, settings)).rejects.toThrow('becomes "z", which is not among the categories');
  });
});

describe('dates', () => {
  const day = (text: string) => Date.parse(text);
  const table = tableOf({
    at: {
      type: 'datetime',
      values: [day('2001-12-25T06:00Z'), day('2002-01-01T18:00Z'), day('2002-06-15'), null],
    },
  });

  test('come round again as sine and cosine', async () => {
    const { served, names } = await columnsOf(table, {
      ...plain,
      datetime: { parts: ['year', 'month'], cyclic: true },
    });
    expect(names).toEqual(['at.year', 'at.month (sine)', 'at.month (cosine)']);
    const [december = [], january = [], june = []] = [0, 1, 2].map((row) =>
      ['at.month (sine)', 'at.month (cosine)'].map((name) => served[name]?.[row] ?? 0),
    );
    const apart = (a: number[], b: number[]) => Math.hypot(...a.map((x, i) => x - (b[i] ?? 0)));
    expect(apart(december, january)).toBeLessThan(0.53);
    expect(apart(december, june)).toBeGreaterThan(1.9);
  });

  test('tell the days since the first, or since a day, and public holidays', async () => {
    const settings = { ...plain, datetime: { parts: ['year'], daysSince: 'first', holidays: 'DE' } };
    const { served } = await columnsOf(table, settings);
    expect(served['at.daysSince']?.slice(0, 3)).toEqual([0.25, 7.75, 172]);
    expect(served['at.holiday']?.slice(0, 3)).toEqual([1, 1, 0]);
    const later = { ...plain, datetime: { parts: ['year'], daysSince: '2002-06-15' } };
    expect((await columnsOf(table, later)).served['at.daysSince']?.[2]).toBe(0);
  });
});

describe('interactions', () => {
  test('of numbers are worked out from the raw values; what has no answer is missing', async () => {
    const table = tableOf({
      a: { type: 'float', values: [6, 1, 0, null] },
      b: { type: 'integer', values: [3, 0, 0, 2] },
    });
    const kinds = ['product', 'ratio', 'sum', 'difference'] as const;
    const interactions = kinds.map((kind) => ({ kind, columns: ['a', 'b'] }));
    const { served } = await columnsOf(table, { interactions }, UNSCALED);
    expect(served['a × b']).toEqual([18, 0, 0, Number.NaN]);
    expect(served['a ÷ b']).toEqual([2, Number.NaN, Number.NaN, Number.NaN]);
    expect(served['a + b']).toEqual([9, 1, 0, Number.NaN]);
    expect(served['a − b']).toEqual([3, 1, 0, Number.NaN]);
  });

  test('of two dates are the days between them', async () => {
    const from = Date.UTC(2020, 1, 28);
    const dates = (days: (number | null)[]) => ({
      type: 'datetime' as const,
      values: days.map((days) => (days === null ? null : from + days * 864e5)),
    });
    const table = tableOf({ out: dates([2, 3.5, 4]), back: dates([1, 1, null]) });
    const { served } = await columnsOf(
      table,
      { interactions: [{ kind: 'difference', columns: ['out', 'back'] }] },
      UNSCALED,
    );
    expect(served['out − back']).toEqual([1, 2.5, Number.NaN]);
  });

  test('of categories are pairs, with a place for rare, unseen and missing ones', async () => {
    const first = ['x', 'x', 'y', 'y', 'x', 'new', null];
    const second = ['1', '1', '1', '1', '2', '1', '1'];
    const table = tableOf({
      a: { type: 'string', values: first },
      b: { type: 'string', values: second },
    });
    const train = Int32Array.from([0, 1, 2, 3, 4]);
    const settings = {
      categorical: { minCount: 2 },
      interactions: [{ kind: 'cross', columns: ['a', 'b'] }],
    };
    const { served, names } = await columnsOf(table, settings, SCALED, train);
    const crossed = names.filter((name) => name.startsWith('a × b'));
    expect(crossed).toEqual(['a × b=x, 1', 'a × b=y, 1', 'a × b (rare)']);
    expect(crossed.map((name) => served[name])).toEqual([
      [1, 1, 0, 0, 0, 0, 0],
      [0, 0, 1, 1, 0, 0, 0],
      [0, 0, 0, 0, 1, 1, 1],
    ]);
  });
});

test('many pairs of categories become mean targets for trees, out of fold for the training rows', async () => {
  const values = Array.from({ length: 400 }, (_, i) => `c${(i * 7) % 20}`);
  const others = Array.from({ length: 400 }, (_, i) => `d${(i * 3) % 11}`);
  const table = tableOf({ a: { type: 'string', values }, b: { type: 'string', values: others } });
  const settings = { categorical: { minCount: 1 }, interactions: [{ kind: 'cross', columns: ['a', 'b'] }] };
  const { names, served, trained } = await columnsOf(table, settings, UNSCALED);
  expect(names).toEqual(['a', 'b', 'a × b (mean target)']);
  expect(trained['a × b (mean target)']).not.toEqual(served['a × b (mean target)']);
  expect(trained.a).toEqual(served.a);
});

describe('mean targets', () => {
  const n = 2000;
  const u = parkMiller(3 * n, 5);
  const categories = Array.from({ length: n }, (_, i) => `c${Math.floor((u[i] ?? 0) * 400)}`);

  function correlation(a: readonly number[], b: readonly number[]): number {
    const mean = (x: readonly number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
    const [ma, mb] = [mean(a), mean(b)];
    const dot = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
      x.reduce((sum, v, i) => sum + (v - mx) * ((y[i] ?? 0) - my), 0);
    return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
  }

  test('of categories that say nothing do not tell the training rows their target', async () => {
    const noise = Array.from({ length: n }, (_, i) => u[n + i] ?? 0);
    const table = tableOf(
      { c: { type: 'string', values: categories } },
      { task: 'regression', values: Float64Array.from(noise) },
    );
    const settings = { categorical: { encoding: 'target', minCount: 1, targetSmoothing: 1 } };
    const { served, trained } = await columnsOf(table, settings, UNSCALED);
    expect(correlation(served['c (mean target)'] ?? [], noise)).toBeGreaterThan(0.3);
    expect(Math.abs(correlation(trained['c (mean target)'] ?? [], noise))).toBeLessThan(0.06);
  });

  test('have a column a class; an unseen category gets the overall share', async () => {
    const classes = ['high', 'low', 'mid'];
    const codes = Int32Array.from(
      { length: n },
      (_, i) => ((i % 10) + Number(categories[i]?.endsWith('1'))) % 3,
    );
    const values = [...categories.slice(0, n - 2), 'new', null];
    const target: TableTarget = { task: 'classification', classes, codes };
    const table = tableOf({ c: { type: 'string', values } }, target);
    const rows = allRows(table).slice(0, n - 2);
    const settings = { ...plain, categorical: { encoding: 'target', minCount: 1 } };
    const { served, names } = await columnsOf(table, settings, SCALED, rows);
    expect(names).toEqual(['c (mean of high)', 'c (mean of low)', 'c (mean of mid)']);
    const shares = classes.map((_, code) => codes.slice(0, n - 2).filter((c) => c === code).length / (n - 2));
    for (const row of [n - 2, n - 1])
      expect(names.map((name) => served[name]?.[row])).toEqual(shares.map((share) => Math.fround(share)));
  });

  test('leave a missing category to trees', async () => {
    const values = ['a', 'a', 'b', 'b', null, null];
    const table = tableOf({ c: { type: 'string', values } });
    const { served, trained } = await columnsOf(
      table,
      { categorical: { encoding: 'target', minCount: 1 } },
      UNSCALED,
    );
    expect(served['c (mean target)']?.slice(4)).toEqual([Number.NaN, Number.NaN]);
    expect(trained['c (mean target)']?.slice(4)).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('selection of features', () => {
  const n = 400;
  const u = parkMiller(4 * n, 9);
  const at = (column: number) => Array.from({ length: n }, (_, i) => u[column * n + i] ?? 0);
  const [signal, noise, other] = [at(0), at(1), at(2)];
  const table = tableOf(
    {
      copy: { type: 'float', values: signal.map((x, i) => x + 0.05 * (other[i] ?? 0)) },
      signal: { type: 'float', values: signal },
      noise: { type: 'float', values: noise },
      still: { type: 'integer', values: signal.map((_, i) => Number(i === 0)) },
      kind: { type: 'string', values: other.map((x) => (x > 0.5 ? 'up' : 'down')) },
    },
    {
      task: 'regression',
      values: Float64Array.from(signal, (x, i) => 3 * x + ((other[i] ?? 0) > 0.5 ? 1 : 0)),
    },
  );
  const kept = async (selection: object) => {
    const { inputs, dropped } = await learn(table, { selection });
    return { inputs: inputs.map(({ name }) => name), dropped };
  };

  test('leaves out what hardly varies, and the model does not ask for it', async () => {
    const { inputs, dropped } = await kept({ minVariance: 0.01 });
    expect(inputs).toEqual(['copy', 'signal', 'noise', 'kind']);
    expect(dropped).toEqual([{ name: 'still', reason: expect.stringContaining('its variance is 0.00249') }]);
  });

  test('of two that repeat each other keeps the one that tells more of the target', async () => {
    expect((await kept({ maxCorrelation: 0.95 })).dropped).toEqual([
      { name: 'copy', reason: 'it correlates with "signal" by more than 0.95' },
    ]);
  });

  test('keeps those that tell most of the target', async () => {
    expect((await kept({ top: 3 })).inputs).toEqual(['copy', 'signal', 'kind']);
    expect((await kept({ top: 2, maxCorrelation: 0.95 })).inputs).toEqual(['signal', 'kind']);
  });

  test('is not taken in by an id, which tells every row apart', async () => {
    const withId = tableOf(
      {
        id: { type: 'string', values: signal.map((_, i) => `row ${i}`) },
        kind: { type: 'string', values: other.map((x) => (x > 0.5 ? 'up' : 'down')) },
      },
      table.target,
    );
    const settings = { categorical: { minCount: 1 }, selection: { top: 1 } };
    expect((await learn(withId, settings)).inputs.map(({ name }) => name)).toEqual(['kind']);
  });

  test('goes by the training rows alone', async () => {
    const rows = Int32Array.from({ length: n - 100 }, (_, i) => i + 100);
    const settings = { selection: { minVariance: 0.001 } };
    const { dropped } = await learn(table, settings, SCALED, rows);
    expect(dropped).toEqual([{ name: 'still', reason: 'all values are equal' }]);
  });

  test('that leaves nothing is refused', async () => {
    const constant = tableOf({ x: { type: 'integer', values: [0, ...new Array<number>(999).fill(1)] } });
    await expect(learn(constant, { selection: { minVariance: 0.1 } })).rejects.toThrow(
      'leaves none to learn from',
    );
  });
});

describe('mutual information', () => {
  test('is the entropy of a column with itself, and nothing between independent ones', () => {
    const a = Int32Array.from({ length: 4000 }, (_, i) => i % 4);
    const b = Int32Array.from({ length: 4000 }, (_, i) => Math.floor(i / 4) % 5);
    expect(mutualInformation(a, 4, a, 4)).toBeCloseTo(Math.log(4), 3);
    expect(mutualInformation(a, 4, b, 5)).toBeCloseTo(0, 12);
  });

  test('sees numbers in bins of equal counts, with one for what is missing', () => {
    const { codes, count } = binned(Float64Array.of(5, 1, Number.NaN, 2, 2, 2, 9, 3), 4);
    expect(count).toBe(4);
    expect([...codes]).toEqual([2, 0, 3, 1, 1, 1, 2, 1]);
  });
});

describe('bad input', () => {
  test('numbers at zero or below have no Box-Cox', async () => {
    const table = tableOf({
      x: { type: 'float', values: [0, 1, 2] },
      y: { type: 'float', values: [1, -2, 2] },
    });
    await expect(learn(table, { numeric: { scale: 'boxCox' } })).rejects.toThrow(
      'boxCox needs numbers above zero; "x" has 0: yeoJohnson takes any; boxCox needs numbers above zero; "y" has -2',
    );
  });

  test('10,000 categories become as many columns as the recipe allows, or one', async () => {
    const values = Array.from({ length: 20_000 }, (_, i) => `c${i % 10_000}`);
    const table = tableOf({ c: { type: 'string', values } });
    const settings = { categorical: { minCount: 1 } };
    const { names } = await columnsOf(table, settings, SCALED);
    expect(names).toHaveLength(42);
    expect((await columnsOf(table, settings, UNSCALED)).names).toEqual(['c']);
    const means = await columnsOf(table, { categorical: { minCount: 1, encoding: 'target' } });
    expect(means.names).toEqual(['c (mean target)']);
  });

  test.each(['robust', 'minMax', 'quantileUniform', 'quantileNormal', 'yeoJohnson', 'log1p'])(
    'a constant with gaps stays finite with %s',
    async (scale) => {
      const table = tableOf({ x: { type: 'float', values: [4, 4, null, 1e300, -1e300] } });
      const { served } = await columnsOf(table, { numeric: { scale } }, SCALED, Int32Array.of(0, 1, 2));
      expect(served.x?.every(Number.isFinite)).toBe(true);
    },
  );
});
