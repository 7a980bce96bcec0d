import { fillPatterns, type LeafPaths, mostPlayersOnPath } from './leaf-paths.ts';

/** The games of a tree's leaves, for leaves of value 1. Players of leaf i are those of its path, in the order of their bits. */
export type LeafGames = {
  /** What leaf i gives when no player is known. */
  expected(leaf: number): number;
  /** What each player is worth to a row with a pattern; written to the front of `out`. */
  play(leaf: number, pattern: number, out: Float64Array): void;
  /** The same for all patterns, row-major [2^players, players]. */
  table(leaf: number): Float64Array;
};

/**
 * Path-dependent: a player that is not known goes down both sides in the shares of `cover` (Lundberg, Erion, Lee 2018). The
 * Shapley value of a player is the integral over t in [0, 1] of (o − z) Π (z(1 − t) + o·t) over the other players (the multilinear
 * extension, Owen 1972), where o is its bit and z the share of its branches. The product has a degree below the number of players,
 * so Gauss–Legendre with half as many points is exact. Cost of a game: players² / 2, of a table: 2^players · players / 2 · players.
 */
export function pathDependentGames(paths: LeafPaths, cover: Float64Array): LeafGames {
  const { starts } = paths;
  const shares = leafShares(paths, cover);
  const ahead = new Float64Array(mostPlayersOnPath + 1);
  return {
    expected(leaf) {
      let product = 1;
      for (let i = starts[leaf] as number; i < (starts[leaf + 1] as number); i++)
        product *= shares[i] as number;
      return product;
    },
    play(leaf, pattern, out) {
      const start = starts[leaf] as number;
      const d = (starts[leaf + 1] as number) - start;
      const { points, weights } = rules[(d + 1) >> 1] as Rule;
      for (let s = 0; s < d; s++) out[s] = 0;
      for (let q = 0; q < points.length; q++) {
        const t = points[q] as number;
        // Products of the players after s, then those before it on the way: no divisions.
        ahead[d] = weights[q] as number;
        for (let s = d - 1; s >= 0; s--) {
          const factor = (shares[start + s] as number) * (1 - t) + ((pattern >> s) & 1) * t;
          ahead[s] = (ahead[s + 1] as number) * factor;
        }
        let before = 1;
        for (let s = 0; s < d; s++) {
          const known = (pattern >> s) & 1;
          const z = shares[start + s] as number;
          out[s] = (out[s] as number) + (known - z) * before * (ahead[s + 1] as number);
          before *= z * (1 - t) + known * t;
        }
      }
    },
    table: (leaf) => pathDependentTable(shares.subarray(starts[leaf], starts[leaf + 1])),
  };
}

/** The products of all patterns by doubling, and each player's own factor taken out of them. */
function pathDependentTable(shares: Float64Array): Float64Array {
  const d = shares.length;
  const table = new Float64Array(2 ** d * d);
  const products = new Float64Array(2 ** d);
  const own = new Float64Array(2 * d);
  const { points, weights } = rules[(d + 1) >> 1] as Rule;
  for (let q = 0; q < points.length; q++) {
    const t = points[q] as number;
    products[0] = weights[q] as number;
    for (let s = 0; s < d; s++) {
      const z = shares[s] as number;
      const [without, within] = [z * (1 - t), z * (1 - t) + t];
      // A player without a share that is not known has no part in any product, and gains nothing.
      own[2 * s] = z === 0 ? 0 : -z / without;
      own[2 * s + 1] = (1 - z) / within;
      for (let set = 0; set < 1 << s; set++) {
        const product = products[set] as number;
        products[set | (1 << s)] = product * within;
        products[set] = product * without;
      }
    }
    for (let set = 0, at = 0; set < 1 << d; set++) {
      const product = products[set] as number;
      for (let s = 0; s < d; s++, at++)
        table[at] = (table[at] as number) + product * (own[2 * s + ((set >> s) & 1)] as number);
    }
  }
  return table;
}

/** Of each player of each leaf, the share of the rows that its branches keep. */
function leafShares({ tree, nodes, parents, bits, leaves, starts }: LeafPaths, cover: Float64Array) {
  const edgeOf = new Int32Array(tree.column.length).fill(-1);
  nodes.forEach((node, i) => {
    edgeOf[node] = i;
  });
  const shares = new Float64Array(starts.at(-1) as number).fill(1);
  leaves.forEach((leaf, index) => {
    for (let i = edgeOf[leaf] as number; i >= 0; i = edgeOf[parents[i] as number] as number) {
      const whole = cover[parents[i] as number] as number;
      // Where no row came, both sides are as likely.
      const share = whole > 0 ? (cover[nodes[i] as number] as number) / whole : 0.5;
      const slot = 31 - Math.clz32(bits[i] as number);
      const at = (starts[index] as number) + slot;
      shares[at] = (shares[at] as number) * share;
    }
  });
  return shares;
}

/**
 * Interventional: players that are not known take the values of each of n reference rows in turn, whatever the others are
 * (Lundberg et al. 2020). To a leaf, reference rows with the same pattern are the same, so they are counted once.
 */
export function interventionalGames(
  paths: LeafPaths,
  x: ArrayLike<number>,
  n: number,
  width: number,
): LeafGames {
  const { starts } = paths;
  const references = referencePatterns(paths, x, n, width);
  const playersOf = (leaf: number) => (starts[leaf + 1] as number) - (starts[leaf] as number);
  const play: LeafGames['play'] = (leaf, pattern, out) => {
    const d = playersOf(leaf);
    const full = 2 ** d - 1;
    const { patterns, shares } = references[leaf] as Reference;
    for (let s = 0; s < d; s++) out[s] = 0;
    for (let r = 0; r < patterns.length; r++) {
      const other = patterns[r] as number;
      // A question that neither answers the way of the leaf: no mixture of the two gets there.
      if ((pattern | other) !== full || pattern === other) continue;
      const mine = bitCount(pattern & ~other);
      const theirs = bitCount(other & ~pattern);
      const gain = mine === 0 ? 0 : (shares[r] as number) * orderShare(mine - 1, theirs);
      const loss = theirs === 0 ? 0 : (shares[r] as number) * orderShare(theirs - 1, mine);
      for (let s = 0; s < d; s++) {
        const bit = 1 << s;
        if ((other & bit) === 0) out[s] = (out[s] as number) + gain;
        else if ((pattern & bit) === 0) out[s] = (out[s] as number) - loss;
      }
    }
  };
  const worth = new Float64Array(mostPlayersOnPath);
  return {
    expected(leaf) {
      const { patterns, shares } = references[leaf] as Reference;
      return shares[patterns.indexOf(2 ** playersOf(leaf) - 1)] ?? 0;
    },
    play,
    table(leaf) {
      const d = playersOf(leaf);
      const table = new Float64Array(2 ** d * d);
      for (let pattern = 0; pattern < 1 << d; pattern++) {
        play(leaf, pattern, worth);
        for (let s = 0; s < d; s++) table[pattern * d + s] = worth[s] as number;
      }
      return table;
    },
  };
}

type Reference = { patterns: Int32Array; shares: Float64Array };

/** The patterns that the reference rows have at each leaf, and how often. */
function referencePatterns(paths: LeafPaths, x: ArrayLike<number>, n: number, width: number): Reference[] {
  const { leaves, tree } = paths;
  const all = new Int32Array(leaves.length * n);
  const patterns = new Int32Array(tree.column.length);
  for (let row = 0; row < n; row++) {
    fillPatterns(paths, x, row * width, patterns);
    for (let leaf = 0; leaf < leaves.length; leaf++)
      all[leaf * n + row] = patterns[leaves[leaf] as number] as number;
  }
  return Array.from(leaves, (_, leaf) => {
    const sorted = all.subarray(leaf * n, (leaf + 1) * n).sort();
    const distinct: number[] = [];
    const shares: number[] = [];
    for (let from = 0, to = 0; from < n; from = to) {
      while (to < n && sorted[to] === sorted[from]) to += 1;
      distinct.push(sorted[from] as number);
      shares.push((to - from) / n);
    }
    return { patterns: Int32Array.from(distinct), shares: Float64Array.from(shares) };
  });
}

/** a! b! / (a + b + 1)!: of the orders of a + b + 1 players, the share in which one comes after those a and before those b. */
function orderShare(a: number, b: number): number {
  return ((factorials[a] as number) * (factorials[b] as number)) / (factorials[a + b + 1] as number);
}

const factorials = Float64Array.from({ length: mostPlayersOnPath + 2 }, (_, n) => {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
});

function bitCount(bits: number): number {
  let v = bits - ((bits >> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >> 2) & 0x33333333);
  return (((v + (v >> 4)) & 0x0f0f0f0f) * 0x01010101) >> 24;
}

type Rule = { points: Float64Array; weights: Float64Array };

/** Gauss–Legendre on [0, 1] with 0 … 15 points, which is exact up to degree 29. */
const rules: readonly Rule[] = Array.from({ length: mostPlayersOnPath / 2 + 1 }, (_, n) => gaussLegendre(n));

/** By Newton's method on the Legendre polynomial (Abramowitz & Stegun 25.4.29). */
function gaussLegendre(n: number): Rule {
  const points = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [p, before] = [1, 0];
      for (let j = 0; j < n; j++) [p, before] = [((2 * j + 1) * x * p - j * before) / (j + 1), p];
      slope = (n * (x * p - before)) / (x * x - 1);
      const next = x - p / slope;
      const isThere = Math.abs(next - x) < 1e-16;
      x = next;
      if (isThere) break;
    }
    points[i] = (x + 1) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
