import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  branchModes,
  coverOf,
  goesYes,
  scoresOf,
  type Tree,
  type TreeEnsemble,
} from '../../../../../engine/explain/trees/tree-ensemble.ts';
import { createTreeShap, type TreeShapOptions } from '../../../../../engine/explain/trees/tree-shap.ts';
import { seededRandom } from '../../../../../engine/statistics/index.ts';

type RawTree = Record<'column' | 'threshold' | 'missingYes' | 'yes' | 'no' | 'value' | 'cover', number[]>;
type Case = { trees: RawTree[]; scores: number[]; pathDependent: Values; interventional?: Values };
type Values = { base: number; values: number[] };
type Fixture = {
  width: number;
  rows: (number | null)[];
  background: (number | null)[];
  lightgbm: Case;
  xgboost: Case;
};

const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../../../../fixtures/explain/tree-shap.json', import.meta.url), 'utf8'),
);
const matrix = (cells: (number | null)[]) => Float64Array.from(cells, (cell) => cell ?? Number.NaN);
const pause = async () => {};

function ensembleOf({ trees }: Case, mode: (typeof branchModes)[number]): TreeEnsemble {
  return {
    k: 1,
    base: new Float64Array(1),
    trees: trees.map(({ column, threshold, missingYes, yes, no, value, cover }) => ({
      column: Int32Array.from(column),
      mode: new Uint8Array(column.length).fill(branchModes.indexOf(mode)),
      threshold: Float64Array.from(threshold),
      cover: Float64Array.from(cover),
      sets: new Map(),
      missingYes: Uint8Array.from(missingYes),
      yes: Int32Array.from(yes),
      no: Int32Array.from(no),
      weightStart: Int32Array.from({ length: column.length + 1 }, (_, i) => i),
      targets: new Int32Array(column.length),
      weights: Float64Array.from(value),
    })),
  };
}

async function explain(options: Omit<TreeShapOptions, 'keep'>, x: ArrayLike<number>, n: number) {
  const shap = createTreeShap({ ...options, keep: true });
  if (shap === null) throw new Error('the paths are too long');
  return { base: await shap.base(pause), values: await shap.explain(x, n, pause) };
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}

describe('tree Shapley values beside the package shap', () => {
  const { width } = fixture;
  const x = matrix(fixture.rows);
  const n = x.length / width;
  const own = Int32Array.from({ length: width }, (_, i) => i);
  const background = matrix(fixture.background);
  const reference = { x: background, n: background.length / width };
  const common = { playerOf: own, players: width, reference };

  it('equal the path-dependent values of LightGBM trees to 1e-6', async () => {
    const { lightgbm } = fixture;
    const ensemble = ensembleOf(lightgbm, 'BRANCH_LEQ');
    const made = await explain({ ...common, ensemble, method: 'path-dependent' }, x, n);
    expect(largest(scoresOf(ensemble, x, n, width), lightgbm.scores)).toBeLessThan(1e-9);
    expect(made.base[0]).toBeCloseTo(lightgbm.pathDependent.base, 9);
    expect(largest(made.values, lightgbm.pathDependent.values)).toBeLessThan(1e-9);
  });

  it('equal the interventional values of LightGBM trees to 1e-6', async () => {
    const { lightgbm } = fixture;
    const ensemble = ensembleOf(lightgbm, 'BRANCH_LEQ');
    const made = await explain({ ...common, ensemble, method: 'interventional' }, x, n);
    expect(made.base[0]).toBeCloseTo(lightgbm.interventional?.base ?? Number.NaN, 9);
    expect(largest(made.values, lightgbm.interventional?.values ?? [])).toBeLessThan(1e-6);
  });

  it('equal the path-dependent values of XGBoost trees in the precision that XGBoost works in', async () => {
    const { xgboost } = fixture;
    const ensemble = ensembleOf(xgboost, 'BRANCH_LT');
    const made = await explain({ ...common, ensemble, method: 'path-dependent' }, x, n);
    expect(made.base[0]).toBeCloseTo(xgboost.pathDependent.base, 5);
    expect(largest(made.values, xgboost.pathDependent.values)).toBeLessThan(2e-6);
  });

  it('give many rows at once the values that each has alone', async () => {
    const ensemble = ensembleOf(fixture.lightgbm, 'BRANCH_LEQ');
    const many = Float64Array.from({ length: x.length * 4 }, (_, i) => x[i % x.length] as number);
    for (const method of ['interventional', 'path-dependent'] as const) {
      const alone = await explain({ ...common, ensemble, method }, x, n);
      const together = await explain({ ...common, ensemble, method }, many, n * 4);
      expect(largest(together.values.subarray(0, alone.values.length), alone.values)).toBeLessThan(1e-12);
      expect(largest(together.values.subarray(-alone.values.length), alone.values)).toBeLessThan(1e-12);
    }
  });
});

describe('tree Shapley values by their definition', () => {
  it('are the mean gain over all orders of the players, for random trees, shared columns and several scores', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = seededRandom(seed, 'trees').next;
      const width = 6;
      const playerOf = Int32Array.of(0, 1, 1, 2, 3, 0);
      const players = 4;
      const ensemble: TreeEnsemble = {
        k: 2,
        base: Float64Array.of(0.5, -1),
        trees: Array.from({ length: 3 }, () => randomTree(random, width)),
      };
      const cell = () => (random() < 0.15 ? Number.NaN : Math.floor(random() * 5));
      const x = Float64Array.from({ length: width }, cell);
      const reference = { x: Float64Array.from({ length: 7 * width }, cell), n: 7 };
      for (const method of ['interventional', 'path-dependent'] as const) {
        const options = { ensemble, playerOf, players, reference, method };
        const made = await explain(options, x, 1);
        const worth = method === 'interventional' ? interventionalWorth(options, x) : pathWorth(options, x);
        expect(largest(made.base, worth(0))).toBeLessThan(1e-12);
        expect(largest(made.values, shapleyOf(worth, players, 2))).toBeLessThan(1e-12);
        const score = scoresOf(ensemble, x, 1, width);
        for (const c of [0, 1]) {
          let sum = made.base[c] as number;
          for (let p = 0; p < players; p++) sum += made.values[p * 2 + c] as number;
          expect(sum).toBeCloseTo(score[c] as number, 12);
        }
      }
    }
  });

  it('are refused where a path asks about more players than a pattern has bits', () => {
    const depth = 31;
    const count = 2 * depth + 1;
    const isLeaf = (i: number) => i % 2 === 1 || i === count - 1;
    const numbers = (of: (i: number) => number) => Int32Array.from({ length: count }, (_, i) => of(i));
    const tree: Tree = {
      column: numbers((i) => (isLeaf(i) ? -1 : i / 2)),
      mode: new Uint8Array(count),
      threshold: new Float64Array(count),
      cover: null,
      sets: new Map(),
      missingYes: new Uint8Array(count),
      yes: numbers((i) => i + 1),
      no: numbers((i) => i + 2),
      weightStart: new Int32Array(count + 1),
      targets: new Int32Array(0),
      weights: new Float64Array(0),
    };
    const playerOf = Int32Array.from({ length: depth }, (_, i) => i);
    const ensemble = { trees: [tree], k: 1, base: new Float64Array(1) };
    const reference = { x: new Float64Array(depth), n: 1 };
    const options = { ensemble, players: depth, reference, method: 'interventional', keep: false } as const;
    expect(createTreeShap({ ...options, playerOf })).toBeNull();
    expect(createTreeShap({ ...options, playerOf: playerOf.map((p) => p % 30) })).not.toBeNull();
  });
});

function randomTree(random: () => number, width: number): Tree {
  const nodes: { column: number; yes: number; no: number }[] = [];
  const grow = (depth: number): number => {
    const node = { column: -1, yes: 0, no: 0 };
    const at = nodes.push(node) - 1;
    if (depth < 5 && random() < 0.85) {
      node.column = Math.floor(random() * width);
      node.yes = grow(depth + 1);
      node.no = grow(depth + 1);
    }
    return at;
  };
  grow(0);
  const weights = nodes.flatMap(({ column }) => (column < 0 ? [random(), random() - 0.5] : []));
  const weightStart = new Int32Array(nodes.length + 1);
  nodes.forEach(({ column }, i) => {
    weightStart[i + 1] = (weightStart[i] as number) + (column < 0 ? 2 : 0);
  });
  return {
    column: Int32Array.from(nodes, ({ column }) => column),
    mode: Uint8Array.from(nodes, () => Math.floor(random() * branchModes.length)),
    threshold: Float64Array.from(nodes, () => Math.floor(random() * 5)),
    cover: null,
    sets: new Map(nodes.map((_, node) => [node, new Set([0, 1, 2, 3, 4].filter(() => random() < 0.5))])),
    missingYes: Uint8Array.from(nodes, () => Math.round(random())),
    yes: Int32Array.from(nodes, ({ yes }) => yes),
    no: Int32Array.from(nodes, ({ no }) => no),
    weightStart,
    targets: Int32Array.from(weights, (_, i) => i % 2),
    weights: Float64Array.from(weights),
  };
}

type Game = Pick<TreeShapOptions, 'ensemble' | 'playerOf' | 'reference'>;
/** What a coalition, a bit a player, is worth to each score. */
type Worth = (coalition: number) => Float64Array;

function interventionalWorth({ ensemble, playerOf, reference }: Game, x: Float64Array): Worth {
  const width = playerOf.length;
  return (coalition) => {
    const rows = Float64Array.from(reference.x, (cell, i) =>
      (coalition >> (playerOf[i % width] as number)) & 1 ? (x[i % width] as number) : cell,
    );
    const scores = scoresOf(ensemble, rows, reference.n, width);
    const mean = new Float64Array(ensemble.k);
    scores.forEach((score, i) => {
      mean[i % ensemble.k] = (mean[i % ensemble.k] as number) + score / reference.n;
    });
    return mean;
  };
}

function pathWorth({ ensemble, playerOf, reference }: Game, x: Float64Array): Worth {
  const covers = ensemble.trees.map((tree) => coverOf(tree, reference.x, reference.n, playerOf.length));
  return (coalition) => {
    const worth = Float64Array.from(ensemble.base);
    const walk = (tree: Tree, cover: Float64Array, node: number, share: number): void => {
      const column = tree.column[node] as number;
      for (let j = tree.weightStart[node] as number; j < (tree.weightStart[node + 1] as number); j++) {
        const target = tree.targets[j] as number;
        worth[target] = (worth[target] as number) + share * (tree.weights[j] as number);
      }
      if (column < 0) return;
      const [yes, no] = [tree.yes[node] as number, tree.no[node] as number];
      if ((coalition >> (playerOf[column] as number)) & 1) {
        walk(tree, cover, goesYes(tree, node, x, 0) ? yes : no, share);
        return;
      }
      const whole = cover[node] as number;
      for (const child of [yes, no])
        walk(tree, cover, child, share * (whole > 0 ? (cover[child] as number) / whole : 0.5));
    };
    ensemble.trees.forEach((tree, i) => {
      walk(tree, covers[i] as Float64Array, 0, 1);
    });
    return worth;
  };
}

function shapleyOf(worth: Worth, players: number, k: number): Float64Array {
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  const bits = (set: number) => set.toString(2).replaceAll('0', '').length;
  const values = new Float64Array(players * k);
  for (let set = 0; set < 2 ** players; set++) {
    for (let p = 0; p < players; p++) {
      if ((set >> p) & 1) continue;
      const weight = (factorial(bits(set)) * factorial(players - bits(set) - 1)) / factorial(players);
      const [before, after] = [worth(set), worth(set | (1 << p))];
      for (let c = 0; c < k; c++)
        values[p * k + c] =
          (values[p * k + c] as number) + weight * ((after[c] as number) - (before[c] as number));
    }
  }
  return values;
}
