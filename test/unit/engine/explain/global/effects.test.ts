import { describe, expect, it } from 'vitest';
import { effectOf, jointEffectOf } from '../../../../../engine/explain/global/effects.ts';
import type { RowSet } from '../../../../../engine/explain/model/row-set.ts';
import type { Signature } from '../../../../../local-api/contract/index.ts';
import { smallRows } from '../../../../kit/explain/models.ts';

const signature: Signature = {
  task: 'regression',
  inputs: [
    { name: 'a', type: 'float', nullable: true, examples: [] },
    { name: 'b', type: 'float', nullable: true, examples: [] },
    { name: 'colour', type: 'string', nullable: false, examples: [] },
  ],
  target: 'y',
  classes: null,
  positive: null,
};
const [a, b, colour] = signature.inputs as [Input, Input, Input];
type Input = Signature['inputs'][number];

/** A model of the rows, as a function of the three cells. */
const ask = (rows: RowSet, of: (a: number, b: number, colour: string) => number) => ({
  signature,
  rows,
  answers: async ({ n, feeds }: RowSet) =>
    Float64Array.from({ length: n }, (_, row) =>
      of(Number(feeds.a?.data[row]), Number(feeds.b?.data[row]), String(feeds.colour?.data[row])),
    ),
});
const rows = smallRows(200, 1);

describe('the effect of an input', () => {
  it('of a sum is the input itself: partial dependence, every line and the accumulated effect have its slope', async () => {
    const effect = await effectOf(
      a,
      ask(rows, (x, _y, c) => 3 * x + (c === 'red' ? 1 : 0)),
    );
    const [own] = effect?.outputs ?? [];
    const grid = (effect?.grid ?? []).map(Number);
    expect(grid.length).toBe(20);
    expect([...grid].sort((x, y) => x - y)).toEqual(grid);
    const slopes = (values: readonly number[] = []) =>
      values
        .slice(1)
        .map((value, i) => (value - (values[i] as number)) / ((grid[i + 1] as number) - (grid[i] as number)));
    for (const slope of [...slopes(own?.mean), ...slopes(own?.lines[7]), ...slopes(own?.accumulated ?? [])])
      expect(slope).toBeCloseTo(3, 9);
    expect(effect?.share.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('of an input that goes with another is told apart by accumulated effects only', async () => {
    const twins: RowSet = { n: rows.n, feeds: { ...rows.feeds, b: rows.feeds.a as RowSet['feeds'][string] } };
    // Where the twins are near each other, as in all rows, the answer does not change.
    const effect = await effectOf(
      a,
      ask(twins, (x, y) => (Math.abs(x - y) < 0.2 ? 0 : 100)),
    );
    const [own] = effect?.outputs ?? [];
    expect(Math.max(...(own?.mean ?? []))).toBeGreaterThan(10);
    expect(own?.accumulated?.every((value) => Math.abs(value) < 1e-9)).toBe(true);
  });

  it('of a text is the mean answer for each of its values, the most frequent first', async () => {
    const effect = await effectOf(
      colour,
      ask(rows, (_x, _y, c) => (c === 'red' ? 2 : 5)),
    );
    const [own] = effect?.outputs ?? [];
    expect(effect?.kind).toBe('category');
    expect(Object.fromEntries((effect?.grid ?? []).map((cell, i) => [cell, own?.mean[i]]))).toEqual({
      red: 2,
      green: 5,
    });
    expect(own?.accumulated).toBeNull();
  });

  it('is not drawn where all rows lack the input', async () => {
    const feeds = {
      ...rows.feeds,
      b: { type: 'float64', dims: [rows.n], data: new Float64Array(rows.n).fill(Number.NaN) } as const,
    };
    expect(
      await effectOf(
        b,
        ask({ n: rows.n, feeds }, () => 0),
      ),
    ).toBeNull();
  });
});

it('the joint effect of two inputs of a product is the product', async () => {
  const joint = await jointEffectOf(
    a,
    colour,
    ask(rows, (x, _y, c) => x * (c === 'red' ? 2 : 3)),
  );
  const [xs, colours] = joint?.grids ?? [[], []];
  joint?.outputs[0]?.mean.forEach((line, i) => {
    line.forEach((value, j) => {
      expect(value).toBeCloseTo(Number(xs[i]) * (colours[j] === 'red' ? 2 : 3), 9);
    });
  });
  expect(joint?.names).toEqual(['a', 'colour']);
});
