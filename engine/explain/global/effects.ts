import type { FeatureEffect, JointEffect, Signature } from '../../../local-api/contract/index.ts';
import { joinRows, pickRows, type RowSet, replaceInput } from '../model/row-set.ts';
import { type Grid, gridOf } from './grid.ts';

type Input = Signature['inputs'][number];
type Ask = {
  signature: Signature;
  /** Rows that the input is set in. */
  rows: RowSet;
  answers(set: RowSet): Promise<Float64Array>;
};

/** Single lines that are kept for the picture. */
const mostLines = 40;

/**
 * The effect of an input on the answer: partial dependence (Friedman 2001) with the lines of single rows (ICE; Goldstein et al. 2015),
 * and accumulated local effects for numbers and times (Apley and Zhu 2020), which do not ask about rows that cannot be. Null
 * when the rows lack the input. Cost: points × rows answers, and twice the rows once more.
 */
export async function effectOf(input: Input, ask: Ask): Promise<FeatureEffect | null> {
  const { signature, rows, answers } = ask;
  const grid = gridOf(input, rows);
  if (grid === null) return null;
  const { n } = rows;
  const points = grid.rows.length;
  const set = Array.from(grid.rows, (row) =>
    replaceInput(rows, input.name, rows, new Int32Array(n).fill(row)),
  );
  const all = await answers(joinRows(set));
  const names = signature.classes ?? [null];
  const k = names.length;
  const accumulated = grid.kind === 'category' ? null : await accumulatedEffects(input, grid, ask, k);
  const shown = Array.from({ length: Math.min(n, mostLines) }, (_, i) =>
    Math.floor((i * n) / Math.min(n, mostLines)),
  );
  return {
    name: input.name,
    kind: grid.kind,
    grid: grid.cells,
    share: grid.share,
    outputs: names.map((output, c) => {
      const at = (point: number, row: number) => all[(point * n + row) * k + c] as number;
      return {
        output,
        mean: Array.from({ length: points }, (_, point) => {
          let sum = 0;
          for (let row = 0; row < n; row++) sum += at(point, row);
          return sum / n;
        }),
        lines: shown.map((row) => Array.from({ length: points }, (_, point) => at(point, row))),
        accumulated: accumulated?.[c] ?? null,
      };
    }),
  };
}

/** Sums, over the intervals of the grid, of the mean change that the rows of an interval see across it; the mean over the rows is 0. */
async function accumulatedEffects(input: Input, grid: Grid, ask: Ask, k: number): Promise<number[][] | null> {
  const { rows, answers } = ask;
  const feed = rows.feeds[input.name];
  const intervals = grid.rows.length - 1;
  if (intervals < 1 || feed === undefined) return null;
  const value = (row: number) => Number(feed.data[row]);
  const edges = Array.from(grid.rows, value);
  const isMissing =
    grid.cells.length > 0
      ? (row: number) => Number.isNaN(value(row)) || value(row) < (edges[0] as number)
      : () => false;
  const present = Int32Array.from({ length: rows.n }, (_, row) => row).filter((row) => !isMissing(row));
  const intervalOf = Int32Array.from(present, (row) => {
    const above = edges.findIndex((edge, i) => i > 0 && value(row) <= edge);
    return above < 0 ? intervals - 1 : above - 1;
  });
  const some = pickRows(rows, present);
  const setTo = (offset: number) =>
    replaceInput(
      some,
      input.name,
      rows,
      intervalOf.map((interval) => grid.rows[interval + offset] as number),
    );
  const [low, high] = [await answers(setTo(0)), await answers(setTo(1))];
  return Array.from({ length: k }, (_, c) => {
    const sums = new Float64Array(intervals);
    const counts = new Float64Array(intervals);
    intervalOf.forEach((interval, i) => {
      sums[interval] = (sums[interval] as number) + (high[i * k + c] as number) - (low[i * k + c] as number);
      counts[interval] = (counts[interval] as number) + 1;
    });
    const effects = [0];
    for (let i = 0; i < intervals; i++)
      effects.push((effects[i] as number) + (sums[i] as number) / Math.max(1, counts[i] as number));
    let mean = 0;
    for (let i = 0; i < intervals; i++)
      mean +=
        ((counts[i] as number) * ((effects[i] as number) + (effects[i + 1] as number))) / 2 / present.length;
    return effects.map((effect) => effect - mean);
  });
}

const jointPoints = 10;

/** Partial dependence on two inputs at once. Null when the rows lack one. Cost: up to 144 points × rows answers. */
export async function jointEffectOf(a: Input, b: Input, ask: Ask): Promise<JointEffect | null> {
  const { signature, rows, answers } = ask;
  const [first, second] = [gridOf(a, rows, jointPoints), gridOf(b, rows, jointPoints)];
  if (first === null || second === null) return null;
  const names = signature.classes ?? [null];
  const k = names.length;
  const means: Float64Array[][] = [];
  for (const row of first.rows) {
    const held = replaceInput(rows, a.name, rows, new Int32Array(rows.n).fill(row));
    const set = Array.from(second.rows, (other) =>
      replaceInput(held, b.name, rows, new Int32Array(rows.n).fill(other)),
    );
    const all = await answers(joinRows(set));
    means.push(
      Array.from(second.rows, (_, point) => {
        const mean = new Float64Array(k);
        for (let at = point * rows.n * k; at < (point + 1) * rows.n * k; at++)
          mean[at % k] = (mean[at % k] as number) + (all[at] as number) / rows.n;
        return mean;
      }),
    );
  }
  return {
    names: [a.name, b.name],
    grids: [first.cells, second.cells],
    outputs: names.map((output, c) => ({
      output,
      mean: means.map((line) => line.map((mean) => mean[c] as number)),
    })),
  };
}
