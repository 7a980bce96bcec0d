import { describe, expect, it } from 'vitest';
import { binColumn, shiftOf } from '../../../../../engine/monitoring/causes/binned-columns.ts';
import { changedValues, findSlices } from '../../../../../engine/monitoring/causes/find-slices.ts';
import { sinceWhen } from '../../../../../engine/monitoring/causes/since-when.ts';
import { beyondChance, proportions } from '../../../../../engine/monitoring/sections/quality.ts';
import { chanceLimit } from '../../../../../engine/monitoring/series/column-series.ts';
import { frameOf } from '../../../../kit/drift-frames.ts';
import { normals, uniforms } from '../statistics/golden-windows.ts';

/** Prices that depend on nothing, but for those of the shop in the north from some row on. */
function sales(rows: number, seed: number, moved: number, from = 0) {
  const next = uniforms(seed);
  const normal = normals(next);
  const found = Array.from({ length: rows }, (_, row) => {
    const shop = next() < 0.25 ? 'north' : next() < 0.5 ? 'south' : 'east';
    const size = 10 * next();
    const price = 100 + 10 * normal() + (shop === 'north' && row >= from ? moved : 0);
    return { shop, size, price };
  });
  return frameOf({
    shop: found.map(({ shop }) => shop),
    size: found.map(({ size }) => size),
    price: found.map(({ price }) => price),
  });
}

const binned = (reference: ReturnType<typeof sales>, current: ReturnType<typeof sales>, ranges: number) =>
  ['shop', 'size', 'price'].flatMap((name) => binColumn(reference, current, name, ranges) ?? []);

describe('where a shift lies', () => {
  it('is the slice without which it is gone', () => {
    const [reference, current] = [sales(3000, 1, 0), sales(3000, 2, 25)];
    const price = binned(reference, current, 10).filter(({ name }) => name === 'price');
    const [slice] = findSlices(binned(reference, current, 5), price, () => undefined);
    expect(slice).toMatchObject({ text: 'shop = north', sql: `CAST("shop" AS VARCHAR) = 'north'` });
    expect(slice?.explains).toBeGreaterThan(0.9);
    expect(changedValues(price)[0]?.value).toContain('price ≥');
  });

  it('is nowhere when all rows moved alike', () => {
    const reference = sales(3000, 1, 0);
    const other = sales(3000, 2, 0);
    const current = {
      ...other,
      columns: other.columns.map((column) =>
        column.name === 'price' && column.role !== 'category'
          ? { ...column, values: column.values.map((value) => value + 8) }
          : column,
      ),
    };
    const price = binned(reference, current, 10).filter(({ name }) => name === 'price');
    expect(findSlices(binned(reference, current, 5), price, () => undefined)).toEqual([]);
  });

  it('takes no shift for one where chance does', () => {
    const [price] = binned(sales(500, 5, 0), sales(400, 6, 0), 10).filter(({ name }) => name === 'price');
    expect(price === undefined ? 1 : shiftOf(price)).toBeLessThan(0.01);
  });
});

describe('since when', () => {
  it('is the part in which it began', () => {
    const reference = sales(3000, 1, 0);
    const current = sales(2400, 2, 60, 1200);
    const price = binned(reference, current, 10).filter(({ name }) => name === 'price');
    const at = Float64Array.from({ length: 2400 }, (_, row) => 1000 * row);
    expect(sinceWhen(price, at)).toEqual({ atMs: 1_200_000, chunk: 6, of: 12, column: 'price' });
    expect(sinceWhen(price, null)?.atMs).toBeNull();
  });
});

describe('chances of quality checks', () => {
  it('are those of two shares', () => {
    // statsmodels: proportions_ztest gives 0.0339 without the correction of Yates.
    expect(proportions(10, 400, 20, 350)).toBeCloseTo(0.0402, 3);
    expect(proportions(0, 100, 0, 100)).toBe(1);
  });

  it('of values beyond the range grow with the size of the window', () => {
    // One of 2 values above the largest of 2: 1/2 at either end together at most twice that.
    expect(beyondChance(1, 2, 2)).toBe(1);
    expect(beyondChance(5, 1000, 100)).toBeLessThan(1e-4);
    expect(beyondChance(5, 100, 1000)).toBeGreaterThan(0.5);
  });
});

it('what chance reaches in a part of a series shrinks with its rows', () => {
  const next = uniforms(9);
  const bins = 10;
  let beyond = 0;
  const draw = (rows: number) => {
    const shares = new Float64Array(bins);
    for (let i = 0; i < rows; i++) {
      const bin = Math.floor(next() * bins);
      shares[bin] = (shares[bin] ?? 0) + 1 / rows;
    }
    return shares;
  };
  for (let trial = 0; trial < 400; trial++) {
    const [p, q] = [draw(200), draw(1000)];
    let js = 0;
    p.forEach((a, i) => {
      const b = q[i] ?? 0;
      const middle = (a + b) / 2;
      js += (a > 0 ? a * Math.log2(a / middle) : 0) / 2 + (b > 0 ? b * Math.log2(b / middle) : 0) / 2;
    });
    if (Math.sqrt(js) > chanceLimit(bins, 200, 1000)) beyond += 1;
  }
  expect(beyond).toBeLessThanOrEqual(4);
});
