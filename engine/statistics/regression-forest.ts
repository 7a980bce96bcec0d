import { type SeededRandom, seededRandom, shuffle } from './seeded-random.ts';

/**
 * A column as small codes, one a row. `ordered`: codes rise with the values, and splits keep neighbours together.
 * Otherwise codes are categories, and splits may put any of them together.
 */
export type CodedColumn = { codes: Uint8Array; levels: number; isOrdered: boolean };

/** Codes of a column are below this. */
export const MOST_LEVELS = 64;

export type ForestImportance = {
  /** How much the squared error of a tree grows on rows it has not seen, when the column is shuffled; by column. */
  importance: Float64Array;
  /** Of the whole forest, each row told by the trees that have not seen it; NaN when the target does not vary. */
  r2: number;
};

const TREES = 100;
/** Smaller nodes are not split (Breiman's default for regression). */
const SMALLEST_SPLIT = 5;
const SMALLEST_LEAF = 2;

type Tree = {
  column: Int32Array;
  /** By node: the levels that go left, as a row of MOST_LEVELS flags. */
  goesLeft: Uint8Array;
  left: Int32Array;
  right: Int32Array;
  value: Float64Array;
};

/**
 * Grows a random forest (Breiman 2001: bootstrap samples, a third of the columns at each split) and measures each
 * column by permutation on the out-of-bag rows. Categories are split after the order of their means, which is the best
 * split for squared error (Fisher 1958). Same input and seed, same answer.
 *
 * `pause` is awaited between pieces of some milliseconds. Cost: trees × rows × columns × depth; some tenths of a
 * second for 1,000 rows and 20 columns.
 */
export async function forestImportance(
  columns: readonly CodedColumn[],
  target: Float64Array,
  seed: number,
  pause: () => Promise<void>,
): Promise<ForestImportance> {
  const n = target.length;
  const importance = new Float64Array(columns.length);
  const sums = new Float64Array(n);
  const votes = new Float64Array(n);
  for (let t = 0; t < TREES; t++) {
    const random = seededRandom(seed, `tree ${t}`);
    const inBag = new Uint8Array(n);
    const rows = Uint32Array.from({ length: n }, () => random.integer(n));
    for (const row of rows) inBag[row] = 1;
    const tree = await growTree(columns, target, rows, random, pause);
    const outside = Uint32Array.from({ length: n }, (_, row) => row).filter((row) => inBag[row] === 0);
    if (outside.length === 0) continue;
    let error = 0;
    for (const row of outside) {
      const told = predict(tree, columns, row, -1, row);
      sums[row] = (sums[row] as number) + told;
      votes[row] = (votes[row] as number) + 1;
      error += (told - (target[row] as number)) ** 2;
    }
    const used = new Set(tree.column);
    for (let column = 0; column < columns.length; column++) {
      if (!used.has(column)) continue;
      await pause();
      const shuffled = outside.slice();
      shuffle(shuffled, random);
      let worse = 0;
      for (let i = 0; i < outside.length; i++) {
        const row = outside[i] as number;
        worse += (predict(tree, columns, row, column, shuffled[i] as number) - (target[row] as number)) ** 2;
      }
      importance[column] = (importance[column] as number) + (worse - error) / outside.length / TREES;
    }
  }
  return { importance, r2: r2Of(target, sums, votes) };
}

async function growTree(
  columns: readonly CodedColumn[],
  target: Float64Array,
  rows: Uint32Array,
  random: SeededRandom,
  pause: () => Promise<void>,
): Promise<Tree> {
  const most = 2 * rows.length;
  const tree: Tree = {
    column: new Int32Array(most).fill(-1),
    goesLeft: new Uint8Array(most * MOST_LEVELS),
    left: new Int32Array(most),
    right: new Int32Array(most),
    value: new Float64Array(most),
  };
  const tried = Math.max(Math.min(2, columns.length), Math.ceil(columns.length / 3));
  const waiting = [{ node: 0, from: 0, to: rows.length }];
  let nodes = 1;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    await pause();
    const { node, from, to } = next;
    const part = rows.subarray(from, to);
    tree.value[node] = meanAt(target, part);
    if (part.length < SMALLEST_SPLIT) continue;
    const split = bestSplit(columns, target, part, someOf(columns.length, tried, random));
    if (split === null) continue;
    const codes = (columns[split.column] as CodedColumn).codes;
    const middle = from + partition(part, (row) => split.goesLeft[codes[row] as number] === 1);
    tree.column[node] = split.column;
    tree.goesLeft.set(split.goesLeft, node * MOST_LEVELS);
    tree.left[node] = nodes;
    tree.right[node] = nodes + 1;
    waiting.push({ node: nodes + 1, from: middle, to }, { node: nodes, from, to: middle });
    nodes += 2;
  }
  return {
    column: tree.column.slice(0, nodes),
    goesLeft: tree.goesLeft.slice(0, nodes * MOST_LEVELS),
    left: tree.left.slice(0, nodes),
    right: tree.right.slice(0, nodes),
    value: tree.value.slice(0, nodes),
  };
}

type Split = { column: number; gain: number; goesLeft: Uint8Array };

/** The split that lowers the squared error most; null when none does. */
function bestSplit(
  columns: readonly CodedColumn[],
  target: Float64Array,
  rows: Uint32Array,
  candidates: readonly number[],
): Split | null {
  let best: Split | null = null;
  const mean = meanAt(target, rows);
  for (const column of candidates) {
    const { codes, levels, isOrdered } = columns[column] as CodedColumn;
    const counts = new Float64Array(levels);
    const sums = new Float64Array(levels);
    for (const row of rows) {
      const code = codes[row] as number;
      counts[code] = (counts[code] as number) + 1;
      sums[code] = (sums[code] as number) + (target[row] as number) - mean;
    }
    const order = Array.from(counts.keys()).filter((level) => (counts[level] as number) > 0);
    if (!isOrdered) {
      const levelMean = (level: number) => (sums[level] as number) / (counts[level] as number);
      order.sort((x, y) => levelMean(x) - levelMean(y));
    }
    let count = 0;
    let sum = 0;
    for (let place = 0; place < order.length - 1; place++) {
      count += counts[order[place] as number] as number;
      sum += sums[order[place] as number] as number;
      const rest = rows.length - count;
      if (count < SMALLEST_LEAF || rest < SMALLEST_LEAF) continue;
      // The sums are of differences from the mean, so both sides add up to 0.
      const gain = sum ** 2 * (1 / count + 1 / rest);
      if (gain > (best?.gain ?? 1e-12)) {
        const goesLeft = new Uint8Array(MOST_LEVELS);
        for (const level of order.slice(0, place + 1)) goesLeft[level] = 1;
        best = { column, gain, goesLeft };
      }
    }
  }
  return best;
}

/** What the tree says of a row, when one column is read from another row. */
function predict(
  tree: Tree,
  columns: readonly CodedColumn[],
  row: number,
  shuffledColumn: number,
  otherRow: number,
): number {
  let node = 0;
  for (let column = tree.column[0] as number; column >= 0; column = tree.column[node] as number) {
    const codes = (columns[column] as CodedColumn).codes;
    const code = codes[column === shuffledColumn ? otherRow : row] as number;
    const isLeft = tree.goesLeft[node * MOST_LEVELS + code] === 1;
    node = (isLeft ? tree.left[node] : tree.right[node]) as number;
  }
  return tree.value[node] as number;
}

function partition(rows: Uint32Array, isLeft: (row: number) => boolean): number {
  const right = rows.filter((row) => !isLeft(row));
  let place = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (isLeft(row)) rows[place++] = row;
  }
  rows.set(right, place);
  return place;
}

function someOf(count: number, wanted: number, random: SeededRandom): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  for (let i = 0; i < wanted; i++) {
    const j = i + random.integer(count - i);
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.slice(0, wanted);
}

function meanAt(target: Float64Array, rows: Uint32Array): number {
  let sum = 0;
  for (const row of rows) sum += target[row] as number;
  return sum / rows.length;
}

function r2Of(target: Float64Array, sums: Float64Array, votes: Float64Array): number {
  const told = Uint32Array.from({ length: target.length }, (_, row) => row).filter((row) => votes[row] !== 0);
  const mean = meanAt(target, told);
  let error = 0;
  let spread = 0;
  for (const row of told) {
    error += ((sums[row] as number) / (votes[row] as number) - (target[row] as number)) ** 2;
    spread += ((target[row] as number) - mean) ** 2;
  }
  return spread === 0 ? Number.NaN : 1 - error / spread;
}
