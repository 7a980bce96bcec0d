import { goesYes, type Tree } from './tree-ensemble.ts';

/**
 * A tree seen from its leaves. Each leaf is a game: the players are the features that its path asks about, and a row is, to it,
 * the pattern of those whose questions it all answers the way that leads to the leaf. Bit s of a pattern is the s-th player of
 * the path. This is the form in which many rows and many reference rows share their work (Mitchell et al. 2022, GPUTreeShap, take
 * the paths apart; Yang 2021, Fast TreeSHAP, tabulates patterns).
 */
export type LeafPaths = {
  tree: Tree;
  /** Nodes but the root, parents before children. */
  nodes: Int32Array;
  parents: Int32Array;
  isYes: Uint8Array;
  /** The bit of the player that the parent asks about, on this path. */
  bits: Int32Array;
  /** The same where the path asks about the player for the first time, else 0. */
  firstBits: Int32Array;
  /** Node of each leaf. */
  leaves: Int32Array;
  /** Players of leaf i: `players[starts[i]]` to before `players[starts[i + 1]]`; the s-th has bit s. */
  starts: Int32Array;
  players: Int32Array;
};

/** Bits of an integer that patterns may use. */
export const mostPlayersOnPath = 30;

/** Takes a tree apart. `playerOf` tells whose each matrix column is. Null when a path asks about more than 30 players. */
export function leafPathsOf(tree: Tree, playerOf: Int32Array): LeafPaths | null {
  const count = tree.column.length;
  const nodes: number[] = [];
  const parents: number[] = [];
  const isYes: number[] = [];
  const bits: number[] = [];
  const firstBits: number[] = [];
  const leaves: number[] = [];
  const starts = [0];
  const players: number[] = [];
  // The players of the path to each node, kept as a linked list so that deep trees cost no copies.
  const pathOf = new Array<readonly number[]>(count).fill([]);
  const stack = [0];
  while (stack.length > 0) {
    const node = stack.pop() as number;
    const path = pathOf[node] as readonly number[];
    const column = tree.column[node] as number;
    if (column < 0) {
      leaves.push(node);
      players.push(...path);
      starts.push(players.length);
      continue;
    }
    const player = playerOf[column] as number;
    const known = path.indexOf(player);
    if (known < 0 && path.length === mostPlayersOnPath) return null;
    const slot = known < 0 ? path.length : known;
    const longer = known < 0 ? [...path, player] : path;
    for (const side of [0, 1] as const) {
      const child = (side === 1 ? tree.yes[node] : tree.no[node]) as number;
      nodes.push(child);
      parents.push(node);
      isYes.push(side);
      bits.push(1 << slot);
      firstBits.push(known < 0 ? 1 << slot : 0);
      pathOf[child] = longer;
      stack.push(child);
    }
  }
  return {
    tree,
    nodes: Int32Array.from(nodes),
    parents: Int32Array.from(parents),
    isYes: Uint8Array.from(isYes),
    bits: Int32Array.from(bits),
    firstBits: Int32Array.from(firstBits),
    leaves: Int32Array.from(leaves),
    starts: Int32Array.from(starts),
    players: Int32Array.from(players),
  };
}

/** Puts the pattern of a row at every node into `patterns`, by node. */
export function fillPatterns(paths: LeafPaths, x: ArrayLike<number>, at: number, patterns: Int32Array): void {
  const { tree, nodes, parents, isYes, bits, firstBits } = paths;
  patterns[0] = 0;
  for (let i = 0; i < nodes.length; i += 2) {
    // Siblings follow each other and share the question.
    const parent = parents[i] as number;
    const before = patterns[parent] as number;
    const met = before | (firstBits[i] as number);
    const unmet = before & ~(bits[i] as number);
    const holds = goesYes(tree, parent, x, at);
    patterns[nodes[i] as number] = holds === (isYes[i] === 1) ? met : unmet;
    patterns[nodes[i + 1] as number] = holds === (isYes[i + 1] === 1) ? met : unmet;
  }
}
