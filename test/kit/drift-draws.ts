import type { Comparison } from '../../engine/monitoring/comparison.ts';
import { FEW_VALUES, measureCounts, measureNumbers } from '../../engine/monitoring/honest-measure.ts';
import {
  type ColumnWindows,
  type CountPair,
  countsOfValues,
  numberPair,
} from '../../engine/monitoring/methods/index.ts';
import { sampleOf } from '../../engine/monitoring/statistics/sample.ts';
import type { SeededRandom } from '../../engine/statistics/index.ts';

/** Laws that columns are drawn from; `shift` is in standard deviations of the law. */
export type Law =
  | { title: string; kind: 'number'; draw: (random: SeededRandom) => number; std: number }
  | { title: string; kind: 'category'; cumulative: readonly number[] };

function zipf(labels: number): number[] {
  const weights = Array.from({ length: labels }, (_, rank) => 1 / (rank + 1));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => {
    sum += weight / all;
    return sum;
  });
}

function poisson(random: SeededRandom, mean: number): number {
  let product = random.next();
  let count = 0;
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random.next();
  return count;
}

/** Student's t with 3 degrees of freedom: its tails are so heavy that only the second moment exists. */
function heavyTailed(random: SeededRandom): number {
  const squares = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(squares / 3);
}

export const laws: Readonly<Record<string, Law>> = {
  normal: { title: 'normal', kind: 'number', std: 1, draw: (random) => random.normal() },
  heavy: { title: 'heavy-tailed (t, 3 degrees)', kind: 'number', std: Math.sqrt(3), draw: heavyTailed },
  skewed: {
    title: 'skewed (log-normal)',
    kind: 'number',
    std: Math.sqrt((Math.E - 1) * Math.E),
    draw: (random) => Math.exp(random.normal()),
  },
  counts: {
    title: 'counts (Poisson, mean 3)',
    kind: 'number',
    std: Math.sqrt(3),
    draw: (r) => poisson(r, 3),
  },
  grades: { title: 'grades 1 to 5', kind: 'number', std: Math.SQRT2, draw: (r) => 1 + r.integer(5) },
  labels: { title: '8 labels (Zipf)', kind: 'category', cumulative: zipf(8) },
  manyLabels: { title: '300 labels (Zipf)', kind: 'category', cumulative: zipf(300) },
};

/** Both windows of a column, `shift` standard deviations apart. */
export function drawnWindows(
  law: Law,
  m: number,
  n: number,
  shift: number,
  random: SeededRandom,
): ColumnWindows {
  if (law.kind === 'category')
    return { numbers: null, counts: drawnCounts(law.cumulative, m, n, shift, random) };
  const by = shift * law.std;
  const reference = sampleOf(Float64Array.from({ length: m }, () => law.draw(random)));
  const current = sampleOf(Float64Array.from({ length: n }, () => law.draw(random) + by));
  const numbers = numberPair(reference, current);
  return {
    numbers,
    counts: numbers.gaps().distinct <= FEW_VALUES ? countsOfValues(reference, current) : null,
  };
}

/** A column as the verdict takes it, without what only people read. */
export function drawnColumn(
  law: Law,
  name: string,
  m: number,
  n: number,
  shift: number,
  random: SeededRandom,
): Comparison {
  const side = { count: 0, missing: 0, mean: null, std: null };
  const rest = {
    name,
    results: [],
    reference: side,
    current: side,
    distribution: { kind: 'categories' as const, labels: [], reference: [], current: [] },
    decider: null,
  };
  const { numbers, counts } = drawnWindows(law, m, n, shift, random);
  if (numbers !== null)
    return { ...rest, type: 'float', kind: 'number', honest: measureNumbers(numbers, counts) };
  if (counts === null) throw new Error(law.title);
  return { ...rest, type: 'string', kind: 'category', honest: measureCounts(counts) };
}

/** Moves share from all labels to the first, by `shift` of that label's standard deviations. */
function drawnCounts(
  cumulative: readonly number[],
  m: number,
  n: number,
  shift: number,
  random: SeededRandom,
): CountPair {
  const first = cumulative[0] ?? 1;
  const moved = first + shift * Math.sqrt(first * (1 - first));
  const after = cumulative.map((share) => moved + ((share - first) * (1 - moved)) / (1 - first));
  const count = (size: number, limits: readonly number[]) => {
    const counts = new Array<number>(limits.length).fill(0);
    for (let i = 0; i < size; i++) {
      const u = random.next();
      let [low, high] = [0, limits.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (u < (limits[middle] as number)) high = middle;
        else low = middle + 1;
      }
      counts[low] = (counts[low] as number) + 1;
    }
    return counts;
  };
  return { labels: cumulative.map(String), reference: count(m, cumulative), current: count(n, after) };
}
