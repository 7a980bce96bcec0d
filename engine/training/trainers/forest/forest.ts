import { ForestTrainer } from '../../../../local-api/contract/index.ts';
import { seededRandom } from '../../../statistics/index.ts';
import { breather } from '../breathe.ts';
import type { Tree } from '../gbdt/tree.ts';
import { addTreesToGraph } from '../gbdt/tree-ensemble.ts';
import { meanOf } from '../losses.ts';
import { defineTrainer, type FitRequest, type FittedModel } from '../trainer.ts';
import { answersOf } from './answers.ts';
import { forestColumns } from './columns.ts';
import { drawRows, featuresOfNode } from './draw-rows.ts';
import { growTree } from './grow-tree.ts';
import { nodeRows } from './node-rows.ts';
import { outOfBag } from './out-of-bag.ts';
import { purityOf } from './purity.ts';

/** Numbers that the leaves of a forest may hold, so that its file stays below some hundred megabytes. */
const MOST_NUMBERS = 32_000_000;
/** Numbers that a leaf and the node above it hold beside the answers. */
const NUMBERS_OF_LEAF = 8;

/**
 * Random forests (Breiman 2001) and extremely randomised trees (Geurts, Ernst and Wehenkel 2006): deep trees, each on rows
 * drawn for it and splits of columns drawn for each node, whose class shares or numbers are averaged. Missing values need no
 * imputation: each split learns their side. Where trees with the asked for leaves would not fit a model file, the least rows
 * of a leaf are doubled until they do, and `info` says so. A tree costs O(rows · columns looked at · depth); memory a byte a
 * value (extra: four) and about 60 bytes a row.
 *
 * Errors: `jobs/cancelled`.
 */
export const forestTrainer = defineTrainer<ForestTrainer>({
  kind: 'forest',
  title: 'Forest',
  summary:
    'The average of many deep trees, each grown on other rows and features. Good at once, with hardly a setting to tune; handles missing values and any scale.',
  tasks: ['classification', 'regression'],
  view: ({ categories }) => ({
    numbers: 'unscaled',
    categories: categories === 'native' ? 'codes' : 'encoded',
  }),
  settings: ForestTrainer,
  rounds: {
    most: ({ trees }) => trees,
    stopsEarly: () => false,
    kept: ({ trees }) => Number(trees),
    limited: (settings, most) => ({ ...settings, trees: Math.min(settings.trees, most) }),
    fixed: (settings, trees) => ({ ...settings, trees }),
  },
  fit: fitForest,
});

async function fitForest(request: FitRequest<ForestTrainer>): Promise<FittedModel> {
  const { n, width, settings, validation } = request;
  const { pause } = breather(request.signal);
  request.report({ step: 0, of: settings.trees, metrics: {}, message: 'Sorting values into bins' });
  await pause();
  const start =
    request.classes > 0
      ? new Float32Array(request.classes)
      : Float32Array.of(meanOf(request.y, request.weights));
  const importance = new Float64Array(width);
  const grow = treeMaker(request, start, importance, pause);
  const held = answersOf(validation, width, start);
  const left = outOfBag(request, width, start);
  const trees: Tree[] = [];
  let minLeafRows = settings.minLeafRows;
  for (let index = 0; index < settings.trees; index++) {
    const { tree, times } = await grow(index, minLeafRows);
    if (index === 0 && !fits(tree, start.length, settings.trees) && minLeafRows < n) {
      minLeafRows *= 2;
      importance.fill(0);
      index--;
      continue;
    }
    trees.push(tree);
    if (times) left.add(tree, times);
    held.add(tree, null);
    const { metric, value } = held.loss(settings.trees / trees.length);
    request.report({
      step: index + 1,
      of: settings.trees,
      metrics: { [`validation_${metric}`]: value },
      message: `Growing tree ${index + 1} of ${settings.trees}${shown(metric, value)}`,
    });
    await pause();
  }
  const leaves = trees.reduce((sum, tree) => sum + (tree.column.length + 1) / 2, 0);
  const info = { trees: trees.length, leaves, minLeafRows, ...left.score(settings.trees) };
  return {
    addToGraph: (graph, features) => addTreesToGraph(graph, features, trees, start),
    predict(rows, count) {
      const answers = answersOf(
        { x: rows, y: new Float64Array(count), n: count, weights: null },
        width,
        start,
      );
      for (const tree of trees) answers.add(tree, null);
      return Float32Array.from(answers.sums);
    },
    info,
    importance,
  };
}

/** Grows the tree of an index, from the seed and the index alone. `times`: how often each row counts; null: once. */
function treeMaker(
  request: FitRequest<ForestTrainer>,
  start: Float32Array,
  importance: Float64Array,
  pause: () => Promise<void>,
) {
  const { x, y, n, weights, columns: matrixColumns, width, classes, settings, seed } = request;
  const { method, bins, maxDepth } = settings;
  const columns = forestColumns({ x, n, columns: matrixColumns, method, maxBins: bins, seed });
  const purity = purityOf(settings.criterion, classes);
  const centre = classes > 0 ? 0 : (start[0] as number);
  return async (index: number, minLeafRows: number): Promise<{ tree: Tree; times: Uint32Array | null }> => {
    const random = seededRandom(seed, `forest/tree/${index}`);
    const times = drawRows(settings, n, random);
    const all = nodeRows(n);
    let count = 0;
    for (let row = 0; row < n; row++) {
      const weight = (times ? (times[row] as number) : 1) * (weights ? (weights[row] as number) : 1);
      if (weight === 0) continue;
      all.rows[count] = row;
      all.y[count] = (y[row] as number) - centre;
      all.weights[count++] = weight;
    }
    const tree = await growTree({
      all: {
        rows: all.rows.subarray(0, count),
        y: all.y.subarray(0, count),
        weights: all.weights.subarray(0, count),
      },
      columns,
      purity,
      random,
      method,
      minLeafRows,
      features: featuresOfNode(settings, width, classes),
      maxDepth: maxDepth > 0 ? maxDepth : Number.POSITIVE_INFINITY,
      factor: 1 / settings.trees,
      importance,
      pause,
    });
    return { tree, times };
  };
}

function fits(tree: Tree, k: number, trees: number): boolean {
  const leaves = (tree.column.length + 1) / 2;
  return leaves * trees * (k + NUMBERS_OF_LEAF) <= MOST_NUMBERS;
}

function shown(metric: string, value: number): string {
  return Number.isNaN(value) ? '' : `, validation ${metric.replaceAll('_', ' ')} ${value.toFixed(4)}`;
}
