import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssayError } from '../../../../engine/errors.ts';
import { addInputs, createSession, GraphBuilder } from '../../../../engine/onnx/index.ts';
import { type FittedRecipe, fitRecipe } from '../../../../engine/training/fit-recipe.ts';
import type { TrainingTable } from '../../../../engine/training/table.ts';
import { tableFeeds } from '../../../../engine/training/table-feeds.ts';
import { targetOf } from '../../../../engine/training/training-target.ts';
import { Recipe, type RecipeInput } from '../../../../local-api/contract/index.ts';
import { maxDifference, parkMiller } from '../../../kit/training.ts';
import { arbitrarySettings, arbitraryTable, interactionsOf } from './preprocessing/random-tables.ts';
import { allRows } from './preprocessing/tables.ts';

const { boolean, constantFrom: oneOf } = fc;
const losses = ['squared', 'absolute', 'quantile', 'huber', 'poisson', 'gamma', 'tweedie'] as const;
const categories = oneOf('encoded' as const, 'native' as const);

const arbitraryTrainers = {
  prior: fc.record({ kind: fc.constant('prior' as const) }),
  linear: fc.record({
    kind: fc.constant('linear' as const),
    l2: oneOf(0, 1, 100),
    l1: oneOf(0, 0.1, 5),
    loss: oneOf(...losses),
  }),
  forest: fc.record({
    kind: fc.constant('forest' as const),
    trees: oneOf(1, 5),
    method: oneOf('random' as const, 'extra' as const),
    maxFeatures: oneOf('auto' as const, 'log2' as const),
    maxDepth: oneOf(0, 2),
    minLeafRows: oneOf(1, 3),
    criterion: oneOf('gini' as const, 'entropy' as const),
    bootstrap: oneOf('on' as const, 'off' as const),
    rowSample: oneOf(0.5, 1),
    bins: oneOf(2, 255),
    categories,
  }),
  gbdt: fc.record({
    kind: fc.constant('gbdt' as const),
    trees: oneOf(1, 6),
    leaves: oneOf(2, 31),
    minLeafRows: oneOf(1, 5),
    minLeafHessian: oneOf(0, 1e-3),
    bins: oneOf(2, 255),
    l1: oneOf(0, 0.5),
    rowSample: oneOf(0.5, 1),
    columnSample: oneOf(0.5, 1),
    columnSampleByNode: oneOf(0.5, 1),
    growth: oneOf('leaf' as const, 'depth' as const),
    sampling: oneOf('uniform' as const, 'goss' as const),
    boosting: oneOf('plain' as const, 'dart' as const),
    dropRate: oneOf(0.1, 0.9),
    skipDrop: oneOf(0, 0.5),
    loss: oneOf(...losses),
    earlyStoppingRounds: oneOf(0, 2),
    minCategoryRows: oneOf(1, 100),
    categories,
  }),
  mlp: fc.record({
    kind: fc.constant('mlp' as const),
    epochs: oneOf(1, 3),
    hidden: oneOf([1], [8, 8]),
    activation: oneOf('relu' as const, 'gelu' as const, 'silu' as const, 'tanh' as const),
    batchNorm: boolean(),
    dropout: oneOf(0, 0.5),
    residual: boolean(),
    categories: oneOf('onehot' as const, 'embedding' as const),
    loss: oneOf('squared' as const, 'absolute' as const, 'huber' as const, 'poisson' as const),
    labelSmoothing: oneOf(0, 0.1),
    batchSize: oneOf(8, 512),
    optimizer: oneOf('adamw' as const, 'adam' as const),
    schedule: oneOf('constant' as const, 'cosine' as const, 'oneCycle' as const),
    clipNorm: oneOf(0, 1),
    patience: oneOf(0, 2),
  }),
} satisfies { [Kind in Recipe['trainer']['kind']]: fc.Arbitrary<RecipeInput['trainer'] & { kind: Kind }> };

/** What cannot be fitted says so; all else is to come to its end. */
const refusals = [
  'training/bad-recipe',
  'training/did-not-converge',
  'training/bad-target',
  'training/too-little-data',
];

type Made = { fitted: FittedRecipe; file: Uint8Array };

async function made(
  table: TrainingTable,
  recipe: Recipe,
  weights: Float64Array | null,
): Promise<Made | null> {
  const all = allRows(table);
  const [test, validation] = [Math.ceil(table.rows * 0.8), Math.ceil(table.rows * 0.6)];
  const parts = { train: all.slice(0, validation), validation: all.slice(validation, test) };
  try {
    const target = targetOf(table, parts.train, recipe);
    const quiet = { report: () => {}, log: () => {}, signal: new AbortController().signal };
    const fitted = await fitRecipe({ recipe, table, target, parts, weights, ...quiet });
    const graph = new GraphBuilder('model');
    const { inputs, addToGraph } = fitted.pipeline;
    graph.output('the answer', addToGraph(graph, addInputs(graph, inputs)), 'float32');
    return { fitted, file: graph.build() };
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    expect(refusals).toContain(thrown.code);
    return null;
  }
}

/** A target above zero for every loss, of which the columns tell nothing: what is fitted matters little here. */
function withNumbers(table: TrainingTable): TrainingTable {
  if (table.target.task === 'classification') return table;
  return {
    ...table,
    target: { task: 'regression', values: parkMiller(table.rows, 7).map((u) => 0.1 + 3 * u) },
  };
}

/** How many of each: enough to meet most settings, and no more. */
const draws = { prior: 6, linear: 24, forest: 18, gbdt: 24, mlp: 15 } as const;

const kinds = ['prior', 'linear', 'forest', 'gbdt', 'mlp'] as const;

test.each(kinds)(
  '%s: on random tables with random settings a fit gives the same file twice, which answers as the trainer does, in numbers',
  async (kind) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable,
        arbitraryTrainers[kind],
        arbitrarySettings,
        boolean(),
        async (drawn, trainer, settings, isWeighted) => {
          const table = withNumbers(drawn);
          const recipe = Recipe.parse({
            task: table.target.task,
            dataset: 'd',
            target: { column: 'y' },
            trainer,
            preprocessing: { ...settings, interactions: interactionsOf(table) },
          });
          const weights = isWeighted ? Float64Array.from({ length: table.rows }, (_, row) => row % 4) : null;
          const first = await made(table, recipe, weights);
          if (first === null) return;
          expect((await made(table, recipe, weights))?.file).toEqual(first.file);
          const { pipeline } = first.fitted;
          const own = await pipeline.predict(table, allRows(table), new AbortController().signal);
          const session = await createSession(first.file);
          const feeds = tableFeeds(pipeline.inputs, table, allRows(table));
          const answers = (await session.run(feeds)).float32('the answer');
          await session.release();
          expect(maxDifference(own, answers)).toBeLessThan(1e-5);
          expect(own.every(Number.isFinite)).toBe(true);
          compared += 1;
        },
      ),
      { numRuns: draws[kind], seed: 6 },
    );
    expect(compared).toBeGreaterThan(draws[kind] / 2);
  },
);
