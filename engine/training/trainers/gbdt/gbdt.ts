import { GbdtTrainer } from '../../../../local-api/contract/index.ts';
import { breather } from '../breathe.ts';
import { addAnswer } from '../graph-parts.ts';
import { probabilitiesOfScores } from '../losses.ts';
import { defineTrainer, type FitRequest, type FittedModel } from '../trainer.ts';
import { binRows } from './binned-rows.ts';
import { boosting } from './boosting.ts';
import { monotoneSigns } from './monotone.ts';
import { type Objective, objectiveOf } from './objective.ts';
import { addTree, type Tree } from './tree.ts';
import { addTreesToGraph } from './tree-ensemble.ts';

/** A gain on the validation part below this does not count for early stopping. */
const MIN_IMPROVEMENT = 1e-7;

/**
 * Gradient-boosted trees: histogram splits, leaf-wise or by depth, second-order steps (Friedman 2001; Chen and Guestrin
 * 2016, XGBoost; Ke et al. 2017, LightGBM). Missing values need no imputation: each split learns their side.
 * A round costs O(rows · groups · log leaves); memory about 40 bytes a row besides the matrix, and a byte a group.
 *
 * Errors: `training/bad-recipe` (monotone), `training/bad-target` (loss), `jobs/cancelled`.
 */
export const gbdtTrainer = defineTrainer<GbdtTrainer>({
  kind: 'gbdt',
  title: 'Gradient-boosted trees',
  summary:
    'Many small decision trees, each correcting the ones before. Usually the strongest on tables; handles missing values and any scale.',
  tasks: ['classification', 'regression', 'ranking'],
  view: ({ categories }) => ({
    numbers: 'unscaled',
    categories: categories === 'native' ? 'codes' : 'encoded',
  }),
  settings: GbdtTrainer,
  rounds: {
    most: ({ trees }) => trees,
    stopsEarly: ({ earlyStoppingRounds }) => earlyStoppingRounds > 0,
    kept: ({ rounds }) => Number(rounds),
    limited: (settings, most) => ({ ...settings, trees: Math.min(settings.trees, most) }),
    fixed: (settings, rounds) => ({ ...settings, trees: rounds, earlyStoppingRounds: 0 }),
  },
  fit: fitGbdt,
});

async function fitGbdt(request: FitRequest<GbdtTrainer>): Promise<FittedModel> {
  const { x, n, columns, width, settings, seed } = request;
  const objective = objectiveOf(request.task, request, request.classes, settings);
  const monotone = monotoneSigns(request);
  const { pause } = breather(request.signal);
  request.report({ step: 0, of: settings.trees, metrics: {}, message: 'Sorting values into bins' });
  await pause();
  const binned = binRows({
    x,
    n,
    columns,
    maxBins: settings.bins,
    leaves: settings.leaves,
    ...(monotone ? { monotone } : {}),
    seed,
  });
  await pause();

  const importance = new Float64Array(width);
  const rounds = boosting({ ...request, objective, binned, monotone, importance, pause });
  const before = rounds.losses().validationLoss;
  const patience = Number.isNaN(before) ? 0 : settings.earlyStoppingRounds;
  const stopping = earlyStopping(patience, before);
  const { shown = (loss: number) => loss } = objective;
  for (let round = 0; round < settings.trees; round++) {
    const grown = await rounds.grow(round);
    if (grown === 'nothing left') break;
    if (grown === 'nothing this time') continue;
    const { trainLoss, validationLoss } = rounds.losses();
    const told = Number.isNaN(validationLoss)
      ? ''
      : `, validation ${objective.metric.replaceAll('_', ' ')} ${shown(validationLoss).toFixed(4)}`;
    request.report({
      step: round + 1,
      of: settings.trees,
      metrics: {
        [`train_${objective.metric}`]: shown(trainLoss),
        [`validation_${objective.metric}`]: shown(validationLoss),
      },
      message: `Growing tree ${round + 1} of ${settings.trees}${told}`,
    });
    if (stopping.shouldStop(rounds, validationLoss)) break;
  }
  const last = rounds.factors();
  const kept = patience > 0 ? stopping.best() : last;
  const facts = { rounds: kept.length, stoppedEarly: kept.length < last.length };
  return fittedTrees(rounds.trees(kept), objective, width, importance, facts);
}

/** Remembers what the rounds counted when the loss was smallest; `start` is the loss without any. */
function earlyStopping(patience: number, start: number) {
  let least = start;
  let best = new Float64Array(0);
  let since = 0;
  return {
    best: () => best,
    shouldStop(rounds: { factors(): Float64Array<ArrayBuffer> }, loss: number): boolean {
      since += 1;
      if (loss < least - MIN_IMPROVEMENT) {
        least = loss;
        best = rounds.factors();
        since = 0;
      }
      return patience > 0 && since >= patience;
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
  const { k, answer } = objective;
  const start = Float32Array.from(objective.start);
  const leaves = trees.reduce((sum, tree) => sum + (tree.column.length + 1) / 2, 0);
  return {
    addToGraph(graph, features) {
      const scores = addTreesToGraph(graph, features, trees, start);
      if (answer === 'exponential') return graph.node('Exp', [scores]);
      return addAnswer(graph, scores, answer === 'score' ? 'regression' : 'classification', k);
    },
    predict(x, n) {
      const scores = new Float64Array(n * k);
      for (let i = 0; i < scores.length; i++) scores[i] = start[i % k] as number;
      for (const tree of trees) addTree(tree, x, width, n, scores, k);
      if (answer === 'probabilities') return probabilitiesOfScores(scores, n, k);
      return Float32Array.from(scores, answer === 'exponential' ? Math.exp : undefined);
    },
    info: { trees: trees.length, leaves, ...facts },
    importance,
  };
}
