import type { GbdtTrainer } from '../../../../local-api/contract/index.ts';
import type { Rows } from '../trainer.ts';
import { weightedQuantile } from '../weighted-quantile.ts';
import type { BinnedRows } from './binned-rows.ts';
import { droppedRounds } from './dart.ts';
import { type GrownTree, treeGrower } from './grow.ts';
import type { Objective } from './objective.ts';
import { drawsAnew, roundSampler } from './sampling.ts';
import { addTree, type Tree } from './tree.ts';

type BoostingOptions = {
  x: Float32Array;
  y: Float64Array;
  n: number;
  weights: Float64Array | null;
  width: number;
  validation: Rows;
  objective: Objective;
  binned: BinnedRows;
  monotone: Int8Array | null;
  settings: GbdtTrainer;
  seed: number;
  /** Collects each column's gain. */
  importance: Float64Array;
  pause(): Promise<void>;
};

/** The trees of a round, and what they count: below 1 once DART has left them out. */
type Round = { trees: Tree[]; factor: number };

/**
 * The rounds of boosting: each grows a tree a target on the derivatives at the scores so far and adds them to the scores of
 * the training and validation rows.
 */
export function boosting(options: BoostingOptions) {
  const { x, n, width, validation, objective, binned, settings, seed } = options;
  const { k } = objective;
  const growTree = treeGrower(binned, { ...settings, monotone: options.monotone }, options.importance);
  const sampleRound = roundSampler(settings, seed, n, width);
  const scores = startScores(objective, n);
  const validationScores = startScores(objective, validation.n);
  const gradients = Array.from({ length: k }, () => new Float32Array(n));
  const hessians = Array.from({ length: k }, () => new Float32Array(n));
  const rounds: Round[] = [];
  let trainLoss = objective.derivatives(scores, gradients, hessians);

  /** Adds `factor` times the trees of a round to the scores of all rows. */
  const addRound = ({ trees }: Round, factor: number): void => {
    for (const tree of trees) {
      addTree(tree, x, width, n, scores, k, null, factor);
      addTree(tree, validation.x, width, validation.n, validationScores, k, null, factor);
    }
  };

  const growRound = async (round: number): Promise<{ trees: Tree[]; grown: boolean }> => {
    const sample = sampleRound(round, gradients, hessians);
    const trees: Tree[] = [];
    let grown = false;
    for (let target = 0; target < k; target++) {
      const { tree, leaves } = growTree({
        rows: sample.rows,
        gradients: gradients[target] as Float32Array,
        hessians: hessians[target] as Float32Array,
        columnsOfNode: sample.columnsOfNode,
        target,
        scale: objective.scale,
      });
      grown ||= leaves.length > 1;
      if (objective.leafQuantile !== null) {
        renewLeaves(tree, leaves, objective.leafQuantile, options, scores);
      }
      trees.push(tree);
      addLeaves(tree, leaves, binned.kernel.rows, scores, k);
      if (sample.others) addTree(tree, x, width, n, scores, k, sample.others);
      addTree(tree, validation.x, width, validation.n, validationScores, k);
      await options.pause();
    }
    return { trees, grown };
  };

  return {
    /** One round. Nothing is left when no split gains and no other draw could find one. */
    async grow(round: number): Promise<'grown' | 'nothing this time' | 'nothing left'> {
      const dropped = settings.boosting === 'dart' ? droppedRounds(settings, seed, rounds.length) : [];
      const without = dropped.map((index) => rounds[index] as Round);
      for (const one of without) addRound(one, -one.factor);
      if (without.length > 0) objective.derivatives(scores, gradients, hessians);
      const { trees, grown } = await growRound(round);
      const added: Round = { trees, factor: 1 };
      if (grown) rounds.push(added);
      else addRound(added, -1);
      // New trees and those left out share what these had counted (as LightGBM weighs them).
      const share = without.length / (without.length + 1);
      for (const one of without) {
        one.factor *= grown ? share : 1;
        addRound(one, one.factor);
      }
      if (grown && without.length > 0) {
        added.factor = 1 - share;
        addRound(added, -share);
      }
      trainLoss = objective.derivatives(scores, gradients, hessians);
      if (grown) return 'grown';
      return drawsAnew(settings) || settings.boosting === 'dart' ? 'nothing this time' : 'nothing left';
    },
    losses: () => ({ trainLoss, validationLoss: objective.loss(validationScores, validation) }),
    /** What each round counts now. */
    factors: () => Float64Array.from(rounds, ({ factor }) => factor),
    /** The trees of as many rounds as there are factors, their leaves multiplied by them. */
    trees: (factors: Float64Array): Tree[] =>
      rounds
        .slice(0, factors.length)
        .flatMap(({ trees }, i) => trees.map((tree) => weighed(tree, factors[i] as number))),
  };
}

function startScores(objective: Objective, n: number): Float64Array {
  const scores = new Float64Array(n * objective.k);
  // As the model file has them.
  const start = Float32Array.from(objective.start);
  for (let i = 0; i < scores.length; i++) scores[i] = start[i % objective.k] as number;
  return scores;
}

function weighed(tree: Tree, factor: number): Tree {
  return factor === 1 ? tree : { ...tree, value: tree.value.map((value) => value * factor) };
}

function addLeaves(
  tree: Tree,
  leaves: GrownTree['leaves'],
  rows: Uint32Array,
  scores: Float64Array,
  k: number,
): void {
  for (const { node, start, end } of leaves) {
    const value = tree.value[node] as number;
    for (let i = start; i < end; i++) {
      const at = (rows[i] as number) * k + tree.target;
      scores[at] = (scores[at] as number) + value;
    }
  }
}

/** Sets each leaf to the quantile of its rows' residuals (Friedman 2001). O(rows · log rows). */
function renewLeaves(
  tree: Tree,
  leaves: GrownTree['leaves'],
  share: number,
  { y, weights, binned, settings }: Pick<BoostingOptions, 'y' | 'weights' | 'binned' | 'settings'>,
  scores: Float64Array,
): void {
  for (const { node, start, end } of leaves) {
    const rows = binned.kernel.rows.subarray(start, end);
    const residuals = Float64Array.from(rows, (row) => (y[row] as number) - (scores[row] as number));
    const rowWeights = weights && Float64Array.from(rows, (row) => weights[row] as number);
    tree.value[node] = settings.learningRate * weightedQuantile(residuals, rowWeights, share);
  }
}
