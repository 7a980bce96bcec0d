import type { Cell, ShapleySummary } from '../../../local-api/contract/index.ts';
import type { Swarm } from '../../charts/Beeswarm.tsx';
import { cellText } from './words.ts';

type Output = ShapleySummary['outputs'][number];

/** Numbers that stand for cells: numbers and times themselves, other values by their place in the order of frequency. */
export function numbersOfCells(cells: readonly Cell[]): {
  values: (number | null)[];
  categories: string[] | null;
} {
  const present = cells.filter((cell) => cell !== null);
  if (present.every((cell) => typeof cell === 'number'))
    return { values: cells.map((cell) => (typeof cell === 'number' ? cell : null)), categories: null };
  const isTime = present.every((cell) => typeof cell === 'string' && /^\d{4}-\d\d-\d\d/.test(cell));
  if (isTime)
    return {
      values: cells.map((cell) => (cell === null ? null : Date.parse(String(cell)))),
      categories: null,
    };
  const counts = new Map<string, number>();
  for (const cell of present) counts.set(cellText(cell), (counts.get(cellText(cell)) ?? 0) + 1);
  const categories = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return {
    values: cells.map((cell) => (cell === null ? null : categories.indexOf(cellText(cell)))),
    categories,
  };
}

/** Inputs by the mean size of their contributions, largest first. */
export function strongestInputs({ meanAbs }: Output, most: number): number[] {
  return meanAbs
    .map((size, input) => ({ size, input }))
    .sort((a, b) => b.size - a.size)
    .slice(0, most)
    .map(({ input }) => input);
}

const bins = 80;

/**
 * A swarm an input: x is the contribution, `offset` the place above or below the middle (−0.5 to 0.5; the fullest place takes all the
 * room), `shade` the value from the smallest (0) to the largest (1) by rank, null where values have no order.
 */
export function swarmOf(shapley: ShapleySummary, output: Output, inputs: readonly number[]): Swarm[] {
  const all = inputs.flatMap((input) => output.contributions[input] ?? []);
  const low = all.reduce((a, b) => Math.min(a, b), 0);
  const width = (all.reduce((a, b) => Math.max(a, b), 0) - low) / bins || 1;
  const binOf = (x: number) => Math.floor((x - low) / width);
  return inputs.map((input) => {
    const contributions = output.contributions[input] ?? [];
    const cells = shapley.cells[input] ?? [];
    const { values, categories } = numbersOfCells(cells);
    const shades = categories === null ? ranksOf(values) : [];
    const sizes = new Map<number, number>();
    for (const x of contributions) sizes.set(binOf(x), (sizes.get(binOf(x)) ?? 0) + 1);
    const tallest = Math.max(1, ...sizes.values());
    const placed = new Map<number, number>();
    return {
      name: shapley.inputs[input] ?? '',
      points: contributions.map((x, row) => {
        const before = placed.get(binOf(x)) ?? 0;
        placed.set(binOf(x), before + 1);
        const step = (before % 2 === 0 ? 1 : -1) * Math.ceil(before / 2);
        return { x, offset: step / tallest, shade: shades[row] ?? null, value: cellText(cells[row]) };
      }),
    };
  });
}

/** Ranks from 0 to 1, equal values alike; null where there is no value. */
function ranksOf(values: readonly (number | null)[]): (number | null)[] {
  const sorted = [...new Set(values.filter((value) => value !== null))].sort((a, b) => a - b);
  const place = new Map(
    sorted.map((value, rank) => [value, sorted.length > 1 ? rank / (sorted.length - 1) : 0.5]),
  );
  return values.map((value) => (value === null ? null : (place.get(value) ?? null)));
}
