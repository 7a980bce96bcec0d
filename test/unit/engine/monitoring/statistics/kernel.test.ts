import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wasmModuleText } from '../../../../../build/kernels.ts';
import { wasmCollapse, wasmSort } from '../../../../../engine/monitoring/statistics/kernel/wasm-kernel.ts';
import {
  type PooledGaps,
  plainGaps,
  pooledGaps,
} from '../../../../../engine/monitoring/statistics/pooled-gaps.ts';
import { plainSort } from '../../../../../engine/monitoring/statistics/radix-sort.ts';
import { countBelow, quantilesOf, sampleOf } from '../../../../../engine/monitoring/statistics/sample.ts';
import { type SeededRandom, seededRandom } from '../../../../../engine/statistics/index.ts';

const laws: Record<string, (random: SeededRandom, index: number) => number> = {
  normal: (random) => random.normal(),
  'log-normal': (random) => Math.exp(2 * random.normal()),
  Cauchy: (random) => Math.tan(Math.PI * (random.next() - 0.5)),
  'milliseconds far from 0': (random) => 1.7e12 + Math.floor(1000 * random.next()),
  'almost all in a tiny range': (random) =>
    random.next() < 0.9 ? 5 + 1e-9 * random.next() : 1e6 * random.next(),
  'zeros of both signs': (random) => (random.next() < 0.3 ? -0 : random.next() < 0.4 ? 0 : random.normal()),
  'one value': () => 3,
  'the whole range of floats': (random) => (random.next() - 0.5) * 2 * Number.MAX_VALUE,
  'smaller than normal floats': (random) => Math.floor(1000 * random.next()) * Number.MIN_VALUE,
  falling: (_, index) => -index,
};

function drawn(name: string, law: (random: SeededRandom, index: number) => number, size: number) {
  const random = seededRandom(7, `${name} ${size}`);
  return Float64Array.from({ length: size }, (_, index) => law(random, index));
}

test.each(Object.entries(laws))(
  'WebAssembly sorts and counts as TypeScript does, bit for bit: %s',
  (name, law) => {
    for (const size of [1, 2, 5000, 20_001]) {
      const values = drawn(name, law, size);
      const expected = values.slice();
      plainSort(expected);
      const again = values.slice();
      expect(wasmSort(values)).toBe(true);
      expect(Buffer.from(values.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      const { distinct = 0, counts = null } = wasmCollapse(again) ?? {};
      const once = expected.filter((value, i) => value !== expected[i - 1]);
      expect([...again.subarray(0, distinct)]).toEqual([...once]);
      const occurs = new Map<number, number>();
      for (const value of expected) occurs.set(value, (occurs.get(value) ?? 0) + 1);
      expect(counts === null ? null : [...counts]).toEqual(distinct === size ? null : [...occurs.values()]);
    }
  },
);

test.each(Object.entries(laws))('WebAssembly walks over two samples as TypeScript does: %s', (name, law) => {
  // Odd and even numbers of blocks and of values; values that both have.
  for (const [m, n] of [
    [5000, 4000],
    [4097, 3],
    [1, 6000],
  ] as const) {
    const x = drawn(name, law, m);
    const y = drawn(`${name} again`, law, n);
    for (const [a, b] of [
      [sampleOf(x.slice()), sampleOf(y.slice())],
      [sampleOf(x.slice()), sampleOf(Float64Array.of(...y, ...x.subarray(0, 3)))],
    ] as const) {
      expectClose(pooledGaps(a, b), plainGaps(a, b));
    }
  }
});

function expectClose(found: PooledGaps, expected: PooledGaps): void {
  for (const [name, value] of Object.entries(expected)) {
    const other = Object.entries(found).find(([key]) => key === name)?.[1] ?? Number.NaN;
    const off = Object.is(other, value) ? 0 : Math.abs(other - value) / Math.abs(value);
    expect(off, `${name}: ${other} and ${value}`).toBeLessThan(1e-11);
  }
}

test('the WebAssembly module is the one that its source compiles to', () => {
  const module = new URL('../../../../../engine/monitoring/statistics/kernel/wasm-bytes.ts', import.meta.url);
  expect(readFileSync(module, 'utf8')).toBe(wasmModuleText('numbers'));
}, 60_000);

test('ranks and quantiles of values that repeat are those of counting one by one', () => {
  const values = drawn('repeats', (random) => Math.round(3000 * random.normal()), 20_000);
  const sorted = values.slice().sort();
  const sample = sampleOf(values);
  expect(sample.values.length).toBeLessThan(20_000);
  for (const border of [-1e9, -20, 0, 0.5, 777, sorted.at(-1) ?? 0, 1e9]) {
    expect(countBelow(sample, border)).toBe(sorted.filter((value) => value < border).length);
  }
  const shares = [0, 0.0001, 0.01, 0.25, 0.5, 0.9, 0.9999, 1];
  expect(quantilesOf(sample, shares)).toEqual(
    shares.map((share) => sorted[Math.max(0, Math.ceil(share * 20_000) - 1)]),
  );
});
