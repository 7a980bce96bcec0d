import { describe, expect, it } from 'vitest';
import { createCutter, cutRule } from '../../../../../engine/data/versions/cut-points.ts';

/** Numbers that look like hashes: xorshift32. */
function hashes(count: number, seed: number): Uint32Array {
  let x = seed;
  return Uint32Array.from({ length: count }, () => {
    x = (x ^ (x << 13)) >>> 0;
    x = (x ^ (x >>> 17)) >>> 0;
    x = (x ^ (x << 5)) >>> 0;
    return x;
  });
}

/** Where the chunks of a sequence end. */
function cutsOf(rows: ArrayLike<number>, rule = cutRule(20)): number[] {
  const cutter = createCutter(rule);
  const ends: number[] = [];
  for (let row = 0; row < rows.length; row += 1) if (cutter.next(rows[row] ?? 0)) ends.push(row + 1);
  return ends;
}

const rows = hashes(1_000_000, 7);

describe('cutting rows by content', () => {
  it('gives wide tables chunks of fewer rows', () => {
    expect(cutRule(1).average).toBe(65_536);
    expect(cutRule(20)).toEqual({ min: 6250, average: 25_000, max: 75_000 });
    expect(cutRule(10_000).average).toBe(4096);
  });

  it('keeps chunks between the smallest and the largest size, near the average', () => {
    const ends = cutsOf(rows);
    const sizes = ends.map((end, index) => end - (ends[index - 1] ?? 0));
    const { min, max, average } = cutRule(20);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(min);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(max);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean / average).toBeGreaterThan(0.7);
    expect(mean / average).toBeLessThan(1.4);
  });

  it('cuts at the same rows again after rows were put before them', () => {
    const before = hashes(10_000, 99);
    const moved = new Uint32Array([...before, ...rows]);
    const own = new Set(cutsOf(rows).map((end) => end + before.length));
    const ends = cutsOf(moved);
    expect(ends.filter((end) => own.has(end)).length / ends.length).toBeGreaterThan(0.85);
    expect(own.has(ends.at(-1) ?? 0)).toBe(true);
  });

  it('moves no cut but those near a change', () => {
    const changed = rows.slice();
    changed[500_000] = 1;
    const own = new Set(cutsOf(rows));
    const others = cutsOf(changed).filter((end) => !own.has(end));
    for (const end of others) expect(Math.abs(end - 500_000)).toBeLessThan(3 * cutRule(20).max);
  });

  it('cuts at the largest or the smallest size where all rows are equal', () => {
    expect(cutsOf(new Uint32Array(200_000).fill(1))).toEqual([75_000, 150_000]);
    expect(cutsOf(new Uint32Array(20_000).fill(0xffff_fff1))).toEqual([6250, 12_500, 18_750]);
  });
});
