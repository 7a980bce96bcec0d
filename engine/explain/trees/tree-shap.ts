import type { Pause } from '../pause.ts';
import { interventionalGames, type LeafGames, pathDependentGames } from './leaf-games.ts';
import { fillPatterns, type LeafPaths, leafPathsOf, mostPlayersOnPath } from './leaf-paths.ts';
import { coverOf, type TreeEnsemble } from './tree-ensemble.ts';

export type TreeShapOptions = {
  ensemble: TreeEnsemble;
  /** The player of each matrix column, 0 … players − 1. Columns of one raw feature are one player. */
  playerOf: Int32Array;
  players: number;
  /**
   * What stands for a player that is not known: its values in reference rows (`interventional`), or the shares of rows that take
   * each branch (`path-dependent`). Where the trees tell no cover, the reference rows are counted.
   */
  method: 'interventional' | 'path-dependent';
  /** Row-major [n, width]. */
  reference: { x: ArrayLike<number>; n: number };
  /** Keeps what is made of the trees: for many calls with few rows. */
  keep: boolean;
};

export type TreeShap = {
  /** Mean score of each of the k outputs when nothing is known. */
  base(pause: Pause): Promise<Float64Array>;
  /**
   * Shapley values of n rows, [n, players, k] row-major: with `base` they add up to the raw scores of the row.
   * Cost: rows × leaves × players of a path, and a game of 2^players at most a leaf; independent of the reference rows when
   * rows are many.
   */
  explain(x: ArrayLike<number>, n: number, pause: Pause): Promise<Float64Array>;
};

/** Larger tables of games are not kept: a path of 8 players has 256 patterns. */
const mostPlayersInTable = 8;

type Prepared = { paths: LeafPaths; games: LeafGames };

/**
 * Exact Shapley values of the raw scores of trees (TreeSHAP; Lundberg et al. 2020, "From local explanations to global
 * understanding with explainable AI for trees").
 *
 * Gives null when a path of a tree asks about more than 30 players.
 */
export function createTreeShap(options: TreeShapOptions): TreeShap | null {
  const { ensemble, playerOf, players, keep } = options;
  const { trees, k } = ensemble;
  const width = playerOf.length;
  const kept = new Array<Prepared | null>(trees.length).fill(null);
  if (trees.some((tree) => depthOf(tree.yes, tree.no, tree.column) > mostPlayersOnPath)) {
    if (trees.some((tree) => leafPathsOf(tree, playerOf) === null)) return null;
  }
  const prepare = (index: number): Prepared => {
    const known = kept[index];
    if (known) return known;
    const paths = leafPathsOf(trees[index] as TreeEnsemble['trees'][number], playerOf);
    if (paths === null) throw new RangeError('a path has too many players');
    const prepared = { paths, games: gamesOf(options, paths, width) };
    if (keep) kept[index] = prepared;
    return prepared;
  };
  return {
    async base(pause) {
      const base = Float64Array.from(ensemble.base);
      for (let index = 0; index < trees.length; index++) {
        await pause(index, trees.length);
        const { paths, games } = prepare(index);
        const { leaves, tree } = paths;
        leaves.forEach((node, leaf) => {
          const expected = games.expected(leaf);
          for (let j = tree.weightStart[node] as number; j < (tree.weightStart[node + 1] as number); j++) {
            const target = tree.targets[j] as number;
            base[target] = (base[target] as number) + expected * (tree.weights[j] as number);
          }
        });
      }
      return base;
    },
    async explain(x, n, pause) {
      const values = new Float64Array(n * players * k);
      for (let index = 0; index < trees.length; index++) {
        await pause(index, trees.length);
        const { paths, games } = prepare(index);
        addTree(paths, games, { x, n, width, players, k }, values);
      }
      return values;
    },
  };
}

function gamesOf({ method, reference }: TreeShapOptions, paths: LeafPaths, width: number): LeafGames {
  const { x, n } = reference;
  if (method === 'interventional') return interventionalGames(paths, x, n, width);
  return pathDependentGames(paths, paths.tree.cover ?? coverOf(paths.tree, x, n, width));
}

function depthOf(yes: Int32Array, no: Int32Array, column: Int32Array): number {
  let deepest = 0;
  const stack: [node: number, depth: number][] = [[0, 0]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [node, depth] = top;
    deepest = Math.max(deepest, depth);
    if ((column[node] as number) >= 0)
      stack.push([yes[node] as number, depth + 1], [no[node] as number, depth + 1]);
  }
  return deepest;
}

type Rows = { x: ArrayLike<number>; n: number; width: number; players: number; k: number };

/** Rows whose values stay in the processor's cache while the leaves pass. */
const rowsAtOnce = 256;

function addTree(paths: LeafPaths, games: LeafGames, rows: Rows, values: Float64Array): void {
  const { leaves, starts, tree } = paths;
  const patterns = new Int32Array(tree.column.length);
  const atLeaves = new Int32Array(leaves.length * Math.min(rowsAtOnce, rows.n));
  const tables = Array.from(leaves, (_, leaf) => {
    const d = (starts[leaf + 1] as number) - (starts[leaf] as number);
    return d <= mostPlayersInTable && 2 ** d <= rows.n ? games.table(leaf) : null;
  });
  for (let first = 0; first < rows.n; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows.n - first);
    for (let i = 0; i < count; i++) {
      fillPatterns(paths, rows.x, (first + i) * rows.width, patterns);
      for (let leaf = 0; leaf < leaves.length; leaf++)
        atLeaves[leaf * count + i] = patterns[leaves[leaf] as number] as number;
    }
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      const part = { paths, leaf, first, rows, values };
      const own = atLeaves.subarray(leaf * count, (leaf + 1) * count);
      const table = tables[leaf];
      if (table) addFromTable(part, own, table);
      else addPlayed(part, own, games);
    }
  }
}

type LeafPart = { paths: LeafPaths; leaf: number; first: number; rows: Rows; values: Float64Array };

/** Adds a leaf to the values of rows `first`, `first + 1`, …, which have these patterns at it. */
function addFromTable(part: LeafPart, patterns: Int32Array, table: Float64Array): void {
  const { paths, leaf, first, values } = part;
  const { tree, leaves, starts, players } = paths;
  const { k, players: count } = part.rows;
  const node = leaves[leaf] as number;
  const start = starts[leaf] as number;
  const d = (starts[leaf + 1] as number) - start;
  for (let j = tree.weightStart[node] as number; j < (tree.weightStart[node + 1] as number); j++) {
    const weight = tree.weights[j] as number;
    const target = tree.targets[j] as number;
    for (let i = 0; i < patterns.length; i++) {
      const from = (patterns[i] as number) * d;
      const to = (first + i) * count;
      for (let s = 0; s < d; s++) {
        const place = (to + (players[start + s] as number)) * k + target;
        values[place] = (values[place] as number) + weight * (table[from + s] as number);
      }
    }
  }
}

function addPlayed(part: LeafPart, patterns: Int32Array, games: LeafGames): void {
  const { paths, leaf, first, values } = part;
  const { tree, leaves, starts, players } = paths;
  const { k, players: count } = part.rows;
  const node = leaves[leaf] as number;
  const start = starts[leaf] as number;
  const d = (starts[leaf + 1] as number) - start;
  const worth = new Float64Array(mostPlayersOnPath);
  for (let i = 0; i < patterns.length; i++) {
    games.play(leaf, patterns[i] as number, worth);
    for (let j = tree.weightStart[node] as number; j < (tree.weightStart[node + 1] as number); j++) {
      const weight = tree.weights[j] as number;
      for (let s = 0; s < d; s++) {
        const player = (first + i) * count + (players[start + s] as number);
        const place = player * k + (tree.targets[j] as number);
        values[place] = (values[place] as number) + weight * (worth[s] as number);
      }
    }
  }
}
