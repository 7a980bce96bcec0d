import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addInputs, createSession, GraphBuilder } from '../../../../engine/onnx/index.ts';
import { type FittedRecipe, fitRecipe } from '../../../../engine/training/fit-recipe.ts';
import type { TableTarget } from '../../../../engine/training/table.ts';
import { tableFeeds } from '../../../../engine/training/table-feeds.ts';
import { trainers } from '../../../../engine/training/trainers/registry.ts';
import { targetOf } from '../../../../engine/training/training-target.ts';
import { Recipe, type RecipeInput } from '../../../../local-api/contract/index.ts';
import { maxDifference, parkMiller } from '../../../kit/training.ts';
import { tableOf } from './preprocessing/tables.ts';

const n = 240;
const u = parkMiller(8 * n, 3);
const at = (column: number, row: number) => u[column * n + row] ?? 0;
const rows = Array.from({ length: n }, (_, row) => row);
const gappy = (column: number, value: (row: number) => number | string) =>
  rows.map((row) => (at(column, row) < 0.1 ? null : value(row)));

/** Raw columns of every role, with gaps, odd names, and rows at the end that are unlike the training rows. */
const columns = {
  "it's: größe": { type: 'float', values: gappy(0, (row) => Math.exp(3 * at(1, row))) },
  label: { type: 'integer', values: rows.map((row) => (row < n - 5 ? row % 7 : 1000 * row)) },
  'a "b"': { type: 'boolean', values: gappy(2, (row) => Number(at(3, row) < 0.3)) },
  when: { type: 'datetime', values: gappy(3, (row) => Date.UTC(2019, 0, 1) + row * 5e8) },
  city: {
    type: 'string',
    values: gappy(4, (row) => (row < n - 5 ? `c${Math.floor(at(5, row) ** 2 * 25)}` : 'unseen')),
  },
  code: { type: 'integer', role: 'category', values: rows.map((row) => Math.floor(6 * at(6, row))) },
} as const;

/** Unlike the defaults, which `random-recipes.test.ts` has among others. */
const settings: RecipeInput['preprocessing'] = {
  numeric: { scale: 'quantileNormal', clip: 'iqr', impute: 'mode' },
  categorical: { encoding: 'target', minCount: 2, missing: 'mode' },
  datetime: { parts: ['month', 'weekday'], cyclic: true, daysSince: 'first', holidays: 'FR' },
  interactions: [
    { kind: 'ratio', columns: ["it's: größe", 'label'] },
    { kind: 'cross', columns: ['city', 'code'] },
  ],
  selection: { maxCorrelation: 0.99, top: 9 },
  columns: { label: { scale: 'yeoJohnson' }, code: { encoding: 'onehot' } },
};

const quick: Record<string, object> = {
  forest: { trees: 5 },
  gbdt: { trees: 5 },
  mlp: { epochs: 2, hidden: [8] },
};

async function fitted(trainer: string, task: Recipe['task'], preprocessing: RecipeInput['preprocessing']) {
  const score = (row: number) => 2 * at(1, row) + (row % 7 === 3 ? 1 : 0) + 0.3 * at(7, row);
  const level = (row: number) => (score(row) > 1.6 ? 0 : score(row) < 0.8 ? 1 : 2);
  const targets: Record<Recipe['task'], TableTarget> = {
    classification: {
      task: 'classification',
      classes: ['high', 'low', 'mid'],
      codes: Int32Array.from(rows, level),
    },
    regression: { task: 'regression', values: Float64Array.from(rows, score) },
    ranking: {
      task: 'ranking',
      values: Float64Array.from(rows, level),
      queries: Int32Array.from(rows, (row) => row % 20),
      queryNames: null,
    },
  };
  const table = tableOf(columns, targets[task]);
  const recipe = Recipe.parse({
    task,
    dataset: 'd',
    target: { column: 'y' },
    trainer: { kind: trainer, ...quick[trainer] },
    preprocessing,
  });
  const part = (from: number, to: number) => Int32Array.from(rows.slice(from, to));
  const parts = { train: part(0, 180), validation: part(180, 210) };
  const result = await fitRecipe({
    recipe,
    table,
    target: targetOf(table, parts.train, recipe),
    parts,
    weights: null,
    report: () => {},
    log: () => {},
    signal: new AbortController().signal,
  });
  return { ...result, table };
}

function fileOf({ pipeline }: FittedRecipe): Uint8Array {
  const graph = new GraphBuilder('model');
  graph.output('the answer', pipeline.addToGraph(graph, addInputs(graph, pipeline.inputs)), 'float32');
  return graph.build();
}

const cases = trainers.flatMap(({ kind, tasks }) => tasks.map((task) => [kind, task] as const));

describe('a fitted recipe', () => {
  test.each(cases)('%s, %s: the file answers what the trainer does', async (kind, task) => {
    const made = await fitted(kind, task, settings);
    const all = Int32Array.from(rows);
    const own = await made.pipeline.predict(made.table, all, new AbortController().signal);
    const session = await createSession(fileOf(made));
    const answer = (await session.run(tableFeeds(made.pipeline.inputs, made.table, all))).float32(
      'the answer',
    );
    await session.release();
    expect(maxDifference(own, answer)).toBeLessThan(1e-5);
  });

  test('asks for nothing but the features that boosted trees gain most by, when told so', async () => {
    const { pipeline, fitted: preprocessing } = await fitted('linear', 'regression', {
      selection: { top: 2, by: 'trees' },
    });
    expect(pipeline.inputs.map(({ name }) => name)).toEqual(["it's: größe", 'label']);
    expect(preprocessing.dropped.map(({ name }) => name)).toContain('code');
  });

  test('fitted twice is the same file, also with means out of fold and selection', async () => {
    const [first, second] = [
      await fitted('linear', 'classification', settings),
      await fitted('linear', 'classification', settings),
    ];
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(fileOf(first))).toBe(digest(fileOf(second)));
    expect(first.columns.length).toBeGreaterThan(9);
  });
});
