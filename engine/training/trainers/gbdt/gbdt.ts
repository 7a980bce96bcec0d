import { GbdtTrainer } from '../../../../local-api/contract/index.ts';
import { sampleIndices, seededRandom } from '../../../statistics/index.ts';
import { breather } from '../breathe.ts';
import { logLossOfScores, probabilitiesOfScores, squaredErrorOfScores } from '../losses.ts';
import { defineTrainer, type FitRequest, type FittedModel } from '../trainer.ts';
import { binRows } from './binned-rows.ts';
import { treeGrower } from './grow.ts';
import { type Objective, objectiveOf } from './objective.ts';
import { addTree, type Tree } from './tree.ts';
import { addTreesToGraph } from './tree-ensemble.ts';

/** A gain on the validation part below this does not count for early stopping. */
const MIN_IMPROVEMENT = 1e-7;

/**
 * Gradient-boosted trees: histogram splits, leaf-wise growth, second-order steps (Friedman 2001; Chen and Guestrin 2016,
 * XGBoost; Ke et al. 2017, LightGBM). Missing values need no imputation: each split learns their side.
 * A round costs O(rows · groups · log leaves); memory about 30 bytes a row besides the matrix.
 */
export const gbdtTrainer = defineTrainer<GbdtTrainer>({
  kind: 'gbdt',
  title: 'Gradient-boosted trees',
  summary:
    'Many small decision trees, each correcting the ones before. Usually the strongest on tables; handles missing values and any scale.',
  tasks: ['classification', 'regression'],
  view: () => ({ numbers: 'unscaled', categories: 'encoded' }),
  settings: GbdtTrainer,
  rounds: {
    most: ({ trees }) => trees,
    stopsEarly: ({ earlyStoppingRounds }) => earlyStoppingRounds > 0,
    kept: ({ rounds }) => Number(rounds),
    limited: (settings, trees) => ({ ...settings, trees }),
    fixed: (settings, trees) => ({ ...settings, trees: Math.max(1, trees), earlyStoppingRounds: 0 }),
  },
  fit: fitGbdt,
});

async function fitGbdt(request: FitRequest<GbdtTrainer>): Promise<FittedModel> {
  const { x, n, width, settings, seed, validation } = request;
  const objective = objectiveOf(request.task, request.y, request.classes);
  const { k } = objective;
  const { pause } = breather(request.signal);
  request.report({ step: 0, of: settings.trees, metrics: {}, message: 'Sorting values into bins' });
  const binned = binRows(x, n, width, settings.bins, seed);
  await pause();

  const importance = new Float64Array(width);
  const grow = treeGrower(binned, settings, importance);
  const sampleRound = sampler(settings, seed, n, width);
  const scores = startScores(objective, n);
  const validationScores = startScores(objective, validation.n);
  const gradients = Array.from({ length: k }, () => new Float32Array(n));
  const hessians = Array.from({ length: k }, () => new Float32Array(n));
  const trees: Tree[] = [];
  objective.derivatives(scores, gradients, hessians);
  const stopping = earlyStopping(
    validation.n > 0 ? settings.earlyStoppingRounds : 0,
    metricOf(objective, validationScores, validation.y, validation.n),
  );

  for (let round = 0; round < settings.trees; round++) {
    const sample = sampleRound(round);
    const grownAtStart = trees.length;
    let grown = false;
    for (let target = 0; target < k; target++) {
      const rows = sample.rows.slice();
      const { tree, leaves } = grow(
        rows,
        gradients[target] as Float32Array,
        hessians[target] as Float32Array,
        sample.columns,
        target,
        objective.scale,
      );
      grown ||= leaves.length > 1;
      trees.push(tree);
      for (const { node, start, end } of leaves) {
        const value = tree.value[node] as number;
        for (let i = start; i < end; i++) {
          const at = (rows[i] as number) * k + target;
          scores[at] = (scores[at] as number) + value;
        }
      }
      if (sample.others) addTree(tree, x, width, n, scores, k, sample.others);
      addTree(tree, validation.x, width, validation.n, validationScores, k);
      await pause();
    }
    if (!grown) {
      // Nothing left to gain; with sampling another draw may still find something.
      trees.length = grownAtStart;
      if (settings.rowSample === 1 && settings.columnSample === 1) break;
      continue;
    }
    const trainMetric = objective.derivatives(scores, gradients, hessians);
    const validationMetric = metricOf(objective, validationScores, validation.y, validation.n);
    request.report({
      step: round + 1,
      of: settings.trees,
      metrics: {
        [`train_${objective.metric}`]: trainMetric,
        [`validation_${objective.metric}`]: validationMetric,
      },
      message: `Growing tree ${round + 1} of ${settings.trees}, validation ${objective.metric.replace('_', ' ')} ${validationMetric.toFixed(4)}`,
    });
    if (stopping.shouldStop(trees.length / k, validationMetric)) break;
  }

  const rounds = trees.length / k;
  const kept = settings.earlyStoppingRounds > 0 && validation.n > 0 ? stopping.bestRounds() : rounds;
  trees.length = kept * k;
  return fittedTrees(trees, objective, width, importance, { rounds: kept, stoppedEarly: kept < rounds });
}

function startScores(objective: Objective, n: number): Float64Array {
  const scores = new Float64Array(n * objective.k);
  for (let i = 0; i < scores.length; i++) scores[i] = objective.start[i % objective.k] as number;
  return scores;
}

function metricOf(objective: Objective, scores: Float64Array, y: Float64Array, n: number): number {
  return objective.metric === 'log_loss'
    ? logLossOfScores(scores, y, n, objective.k)
    : Math.sqrt(squaredErrorOfScores(scores, y, n));
}

/** Draws the rows and columns of a round, from the seed and the round alone. */
function sampler(settings: GbdtTrainer, seed: number, n: number, width: number) {
  const all = new Uint32Array(n);
  for (let i = 0; i < n; i++) all[i] = i;
  return (round: number) => {
    let rows: Uint32Array = all;
    let others: Uint32Array | null = null;
    let columns: Uint8Array | null = null;
    if (settings.rowSample < 1) {
      const count = Math.max(1, Math.round(n * settings.rowSample));
      rows = sampleIndices(n, count, seededRandom(seed, `gbdt/rows/${round}`));
      const chosen = new Uint8Array(n);
      for (const row of rows) chosen[row] = 1;
      others = all.filter((row) => chosen[row] === 0);
    }
    if (settings.columnSample < 1) {
      const count = Math.max(1, Math.round(width * settings.columnSample));
      columns = new Uint8Array(width);
      for (const column of sampleIndices(width, count, seededRandom(seed, `gbdt/columns/${round}`))) {
        columns[column] = 1;
      }
    }
    return { rows, others, columns };
  };
}

/** Remembers after how many rounds the metric was best; `start` is the metric without any tree. */
function earlyStopping(patience: number, start: number) {
  let best = start;
  let bestRounds = 0;
  return {
    bestRounds: () => bestRounds,
    shouldStop(rounds: number, metric: number): boolean {
      if (metric < best - MIN_IMPROVEMENT) {
        best = metric;
        bestRounds = rounds;
      }
      return patience > 0 && rounds - bestRounds >= patience;
    },
  };
}

function fittedTrees(
  trees: readonly Tree[],
  objective: Objective,
  width: number,
  importance: Float64Array,
  facts: { rounds: number; stoppedEarly: boolean },
): FittedModel {
  const { k, metric } = objective;
  const leaves = trees.reduce((sum, tree) => sum + (tree.column.length + 1) / 2, 0);
  return {
    addToGraph: (graph, features) => addTreesToGraph(graph, features, trees, objective),
    predict(x, n) {
      const scores = startScores(objective, n);
      for (const tree of trees) addTree(tree, x, width, n, scores, k);
      return metric === 'log_loss' ? probabilitiesOfScores(scores, n, k) : Float32Array.from(scores);
    },
    info: { trees: trees.length, leaves, ...facts },
    importance,
  };
}
