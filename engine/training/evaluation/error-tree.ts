import { pick } from '../preprocessing/fit-options.ts';
import { sortedPresent } from '../preprocessing/statistics.ts';
import type { TableColumn } from '../table.ts';
import { cellText } from './column-parts.ts';

/** Values of a column are told apart at most so finely. */
const LEVELS = 32;
const MOST_DEPTH = 3;

/** Rows that conditions on columns single out. */
export type ErrorLeaf = { conditions: string[]; rows: number[] };

type Coded = {
  column: TableColumn;
  codes: Uint8Array;
  levels: number;
  edges: number[] | null;
  missing: number;
};

/**
 * Cuts rows up by a shallow tree that splits where it lowers the squared error of the losses most (Breiman et al. 1984), so
 * that its leaves are parts of the data with high or low losses. Depth 3, leaves of `leastRows` and more.
 * Cost: rows × columns × depth.
 */
export function errorTree(
  columns: readonly TableColumn[],
  rows: Int32Array,
  losses: Float64Array,
  leastRows: number,
): ErrorLeaf[] {
  const coded = columns.map((column) => coded32(column, rows));
  const leaves: ErrorLeaf[] = [];
  const grow = (places: number[], conditions: string[], depth: number): void => {
    const split = depth < MOST_DEPTH ? bestSplit(coded, places, losses, leastRows) : null;
    if (split === null) {
      leaves.push({ conditions, rows: places });
      return;
    }
    const { of, left } = split;
    const [near, far] = [true, false].map((isLeft) =>
      places.filter((place) => left.has(of.codes[place] as number) === isLeft),
    );
    const [nearText, farText] = conditionTexts(of, left);
    grow(near ?? [], [...conditions, nearText], depth + 1);
    grow(far ?? [], [...conditions, farText], depth + 1);
  };
  grow(
    Array.from(rows, (_, place) => place),
    [],
    0,
  );
  return leaves;
}

/** A column as codes below 32: stretches of numbers that hold as many rows each, or the most frequent categories and the rest. */
function coded32(column: TableColumn, rows: Int32Array): Coded {
  const missing = LEVELS - 1;
  if (column.role === 'category') {
    const counts = new Int32Array(column.categories.length);
    for (let i = 0; i < rows.length; i++) {
      const code = column.codes[rows[i] as number] as number;
      if (code >= 0) counts[code] = (counts[code] as number) + 1;
    }
    const frequent = Array.from(counts.keys())
      .filter((code) => (counts[code] as number) > 0)
      .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
    const place = new Uint8Array(column.categories.length).fill(LEVELS - 2);
    for (const [i, code] of frequent.slice(0, LEVELS - 2).entries()) place[code] = i;
    const codes = new Uint8Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const code = column.codes[rows[i] as number] as number;
      codes[i] = code < 0 ? missing : (place[code] as number);
    }
    return {
      column: withNames(column, frequent),
      codes,
      levels: LEVELS,
      edges: null,
      missing,
    };
  }
  const values = pick(column.values, rows);
  const sorted = sortedPresent(values);
  const edges = Array.from(
    { length: LEVELS - 2 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / (LEVELS - 1))],
  )
    .filter((edge): edge is number => edge !== undefined && edge !== sorted[0])
    .filter((edge, i, all) => edge !== all[i - 1]);
  const codes = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) codes[i] = codeOf(values[i] as number, edges, missing);
  return { column, codes, levels: LEVELS, edges, missing };
}

/** How many edges a value reaches. */
function codeOf(value: number, edges: readonly number[], missing: number): number {
  if (Number.isNaN(value)) return missing;
  let code = 0;
  let above = edges.length;
  while (code < above) {
    const middle = (code + above) >> 1;
    if (value >= (edges[middle] as number)) code = middle + 1;
    else above = middle;
  }
  return code;
}

/** The column with its categories in the order of the codes given. */
function withNames(
  column: Extract<TableColumn, { role: 'category' }>,
  order: readonly number[],
): TableColumn {
  return { ...column, categories: order.map((code) => column.categories[code] ?? '') };
}

function bestSplit(
  coded: readonly Coded[],
  places: readonly number[],
  losses: Float64Array,
  leastRows: number,
) {
  const mean = places.reduce((sum, place) => sum + (losses[place] as number), 0) / places.length;
  let best: { of: Coded; left: Set<number>; gain: number } | null = null;
  for (const of of coded) {
    const counts = new Float64Array(LEVELS);
    const sums = new Float64Array(LEVELS);
    for (const place of places) {
      const code = of.codes[place] as number;
      counts[code] = (counts[code] as number) + 1;
      sums[code] = (sums[code] as number) + (losses[place] as number) - mean;
    }
    const present = Array.from(counts.keys()).filter((code) => (counts[code] as number) > 0);
    const meanOf = (code: number) => (sums[code] as number) / (counts[code] as number);
    // Categories in the order of their mean loss: the best split is among the cuts of that order (Fisher 1958).
    const order = of.edges === null ? present.sort((a, b) => meanOf(a) - meanOf(b) || a - b) : present;
    let count = 0;
    let sum = 0;
    for (let cut = 0; cut < order.length - 1; cut++) {
      const code = order[cut] as number;
      count += counts[code] as number;
      sum += sums[code] as number;
      const rest = places.length - count;
      if (count < leastRows || rest < leastRows) continue;
      const gain = sum * sum * (1 / count + 1 / rest);
      if (gain > (best?.gain ?? 1e-12)) best = { of, left: new Set(order.slice(0, cut + 1)), gain };
    }
  }
  return best;
}

function conditionTexts(
  { column, codes, edges, missing }: Coded,
  left: Set<number>,
): [left: string, right: string] {
  const { name } = column;
  if (column.role !== 'category' && edges !== null) {
    const last = Math.max(...left);
    // Missing values come after all numbers.
    if (last >= edges.length) return [`${name} present`, `${name} missing`];
    const edge = cellText(column, edges[last] as number);
    const hasMissing = codes.includes(missing);
    return [`${name} below ${edge}`, `${name} from ${edge}${hasMissing ? ' or missing' : ''}`];
  }
  const names = (isLeft: boolean) =>
    [...new Set(codes)]
      .filter((code) => left.has(code) === isLeft)
      .sort((a, b) => a - b)
      .map((code) =>
        code === missing
          ? 'missing'
          : code === LEVELS - 2
            ? 'a rarer value'
            : column.role === 'category'
              ? (column.categories[code] ?? '')
              : '',
      );
  const told = (isLeft: boolean) => {
    const all = names(isLeft);
    return all.length > 6 ? `${all.slice(0, 5).join(', ')} or ${all.length - 5} others` : all.join(' or ');
  };
  return [`${name} is ${told(true)}`, `${name} is ${told(false)}`];
}
