import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFiles } from '../../../../engine/training/index.ts';
import {
  Evaluation,
  Recipe,
  Signature,
  type TrainRequestInput,
  TrainResult,
} from '../../../../local-api/contract/index.ts';
import { type TrainingWorkspace, trainingWorkspace } from '../../../kit/training-workspace.ts';

let workspace: TrainingWorkspace;
let penguins: string;
const dir = mkdtempSync(join(tmpdir(), 'assay-training-test-'));

beforeAll(async () => {
  workspace = await trainingWorkspace();
  penguins = await workspace.importData({
    dataset: 'penguins',
    source: { kind: 'sample', name: 'penguins' },
  });
});
afterAll(async () => {
  await workspace.close();
  rmSync(dir, { recursive: true, force: true });
});

const species = (trainer: TrainRequestInput['recipe']['trainer']): TrainRequestInput => ({
  recipe: { task: 'classification', dataset: penguins, target: { column: 'Species' }, trainer },
});

async function fileOf(runId: string, path: string): Promise<Buffer> {
  const { digest } = await workspace.tracking.findArtifact(runId, path);
  return workspace.artifacts.read(digest);
}

async function jsonOf(runId: string, path: string): Promise<unknown> {
  return JSON.parse((await fileOf(runId, path)).toString('utf8'));
}

describe('a trained run', () => {
  let result: TrainResult;
  beforeAll(async () => {
    const { job } = await workspace.train({
      ...species({ kind: 'gbdt', trees: 60, minLeafRows: 5 }),
      name: 'species by trees',
      tags: { team: 'birds' },
    });
    result = TrainResult.parse(job.result);
  });

  test('is finished, with its recipe as params, its input, tags and final metrics', async () => {
    const run = await workspace.tracking.getRun(result.runId);
    expect(run).toMatchObject({ status: 'finished', name: 'species by trees', source: 'train' });
    expect(run.endedAtMs).toBeGreaterThanOrEqual(run.startedAtMs);
    expect(run.params).toMatchObject({
      trainer: 'gbdt',
      'trainer.trees': '60',
      target: 'Species',
      dataset: 'penguins 1',
      'split.kind': 'random',
      seed: '0',
      'preprocessing.numeric.impute': 'median',
    });
    expect(run.tags).toMatchObject({ team: 'birds', 'assay.model': result.modelDigest });
    expect(run.inputs).toMatchObject([
      { datasetVersionId: penguins, name: 'penguins 1', context: 'training' },
    ]);
    expect(run.metrics.accuracy?.last).toBeGreaterThan(0.93);
    expect(run.metrics.accuracy?.last).toBe(result.metrics.accuracy);
  });

  test('has a curve with a point a tree', async () => {
    const [curve] = await workspace.tracking.series({
      runIds: [result.runId],
      keys: ['validation_log_loss'],
      maxPoints: 1000,
    });
    expect(curve?.steps[0]).toBe(1);
    expect(curve?.steps).toEqual(Array.from({ length: curve?.steps.length ?? 0 }, (_, i) => i + 1));
    expect(Number(curve?.values.at(-1))).toBeLessThan(Number(curve?.values[0]));
  });

  test('holds every file, and each is what the contract says', async () => {
    for (const path of Object.values(runFiles)) {
      expect((await workspace.tracking.findArtifact(result.runId, path)).sizeBytes).toBeGreaterThan(0);
    }
    const evaluation = Evaluation.parse(await jsonOf(result.runId, runFiles.evaluation));
    expect(evaluation.metrics).toEqual(result.metrics);
    expect(Recipe.parse(await jsonOf(result.runId, runFiles.recipe)).trainer.kind).toBe('gbdt');
    const signature = Signature.parse(await jsonOf(result.runId, runFiles.signature));
    expect(signature.classes).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    expect(signature.inputs.map(({ name }) => name)).toContain('Beak Length (mm)');
    const { digest } = await workspace.tracking.findArtifact(result.runId, runFiles.model);
    expect(digest).toBe(result.modelDigest);
  });

  test('keeps the test rows with truth and answers, which give the accuracy that it reports', async () => {
    const path = join(dir, 'predictions.parquet');
    writeFileSync(path, await fileOf(result.runId, runFiles.predictions));
    const database = await DuckDBInstance.create(':memory:');
    const connection = await database.connect();
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    const rows = reader.getRowObjects();
    connection.closeSync();
    expect(reader.columnNames()).toEqual([
      'Island',
      'Beak Length (mm)',
      'Beak Depth (mm)',
      'Flipper Length (mm)',
      'Body Mass (g)',
      'Sex',
      'assay.row',
      'assay.truth',
      'assay.label',
      'assay.p.Adelie',
      'assay.p.Chinstrap',
      'assay.p.Gentoo',
    ]);
    expect(rows).toHaveLength(69);
    const right = rows.filter((row) => row['assay.truth'] === row['assay.label']).length;
    expect(right / rows.length).toBeCloseTo(result.metrics.accuracy ?? 0, 12);
    const original = await workspace.data.rows(penguins, Number(rows[3]?.['assay.row']), 1);
    expect(original.rows[0]?.[original.columns.findIndex(({ name }) => name === 'Species')]).toBe(
      rows[3]?.['assay.truth'],
    );
    expect(original.rows[0]?.[original.columns.findIndex(({ name }) => name === 'Body Mass (g)')]).toBe(
      Number(rows[3]?.['Body Mass (g)']),
    );
  });
});

test.each([
  // The most frequent species alone is right in 44 of 100 rows.
  ['prior', {}, 0.4],
  ['linear', {}, 0.97],
  ['forest', { trees: 40 }, 0.93],
  ['gbdt', { trees: 40, minLeafRows: 5 }, 0.93],
  ['mlp', { epochs: 60, learningRate: 0.01, patience: 20 }, 0.95],
] as const)(
  '%s learns the species, and a second process gives the same bytes',
  async (kind, settings, least) => {
    const request = species({ kind, ...settings });
    const [first, second] = await Promise.all([workspace.train(request), workspace.train(request)]);
    const [a, b] = [TrainResult.parse(first.job.result), TrainResult.parse(second.job.result)];
    expect(a.metrics.accuracy).toBeGreaterThan(least);
    expect(b.modelDigest).toBe(a.modelDigest);
    expect(b.recipeDigest).toBe(a.recipeDigest);
    for (const path of [runFiles.predictions, runFiles.evaluation, runFiles.card]) {
      expect(await fileOf(b.runId, path)).toEqual(await fileOf(a.runId, path));
    }
  },
);

test.each(['linear', 'forest', 'gbdt', 'mlp'] as const)(
  '%s learns a number: body mass from measures',
  async (kind) => {
    const settings = kind === 'mlp' ? { epochs: 100, learningRate: 0.01, patience: 20 } : {};
    const { run } = await workspace.train({
      recipe: {
        task: 'regression',
        dataset: penguins,
        target: { column: 'Body Mass (g)' },
        trainer: { kind, ...settings },
      },
    });
    // Flipper length alone explains 0.76 of the variance.
    expect(run.metrics.r2?.last).toBeGreaterThan(0.7);
    expect(run.metrics.rmse?.last).toBeLessThan(450);
  },
);

test('boosted trees tell late flights of a later week better than chance, from date, distance and places', async () => {
  const flights = await workspace.importData({
    dataset: 'flights',
    source: { kind: 'sample', name: 'flights' },
    options: { where: "date < '2001-03-01'" },
  });
  const { run } = await workspace.train({
    recipe: {
      task: 'classification',
      dataset: flights,
      rows: { limit: 100_000 },
      target: { name: 'late', expression: 'delay > 15' },
      split: { kind: 'time', column: 'date' },
      trainer: { kind: 'gbdt' },
    },
  });
  expect(run.status).toBe('finished');
  expect(run.metrics.auc?.last).toBeGreaterThan(0.6);
  // The target is made of the delay, so the delay is no feature unless somebody insists.
  const signature = Signature.parse(await jsonOf(run.id, runFiles.signature));
  expect(signature.inputs.map(({ name }) => name).sort()).toEqual([
    'date',
    'destination',
    'distance',
    'origin',
  ]);
  expect(signature).toMatchObject({ classes: ['false', 'true'], positive: 'true', target: 'late' });
});

test('a recipe that does not fit tells every fault at once, and makes no run', async () => {
  const before = await workspace.tracking.countRuns(undefined);
  const start = workspace.train({
    recipe: {
      task: 'classification',
      dataset: penguins,
      target: { column: 'Specis' },
      features: { include: ['Iland', 'Sex'], roles: { Sex: 'number' } },
      split: { kind: 'time', column: 'Body Mass (g)' },
      rows: { where: 'no_such = 1' },
      trainer: { kind: 'prior' },
    },
  });
  await expect(start).rejects.toMatchObject({
    code: 'training/bad-recipe',
    problems: [
      { path: '/recipe/target/column', message: expect.stringContaining('did you mean "Species"') },
      { path: '/recipe/rows/where' },
      { path: '/recipe/split/column', expected: 'a datetime or date column' },
      { path: '/recipe/features/include/0', message: expect.stringContaining('did you mean "Island"') },
      { path: '/recipe/features/roles/Sex' },
    ],
  });
  expect(await workspace.tracking.countRuns(undefined)).toBe(before);
});

test('a training that fails leaves a failed run that says why', async () => {
  const { job, run } = await workspace.train({
    recipe: { ...species({ kind: 'prior' }).recipe, rows: { where: `"Species" = 'Adelie'` } },
  });
  expect(job).toMatchObject({ state: 'failed', error: { code: 'training/bad-target' } });
  expect(run).toMatchObject({ status: 'failed' });
  expect(run.tags['assay.error']).toContain('Adelie');
  expect(run.endedAtMs).not.toBeNull();
});

test('a cancelled training leaves a killed run without a model', async () => {
  const recipe = species({ kind: 'gbdt', trees: 10_000, earlyStoppingRounds: 0 }).recipe;
  const job = await workspace.training.start({
    experimentId: '0',
    tags: {},
    recipe: Recipe.parse(recipe),
  });
  const runId = job.runId ?? '';
  while ((await workspace.tracking.getRun(runId)).metrics.train_log_loss === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await workspace.jobs.cancel(job.id);
  expect(await workspace.jobs.get(job.id)).toMatchObject({ state: 'cancelled' });
  expect(await workspace.tracking.getRun(runId)).toMatchObject({ status: 'killed' });
  await expect(workspace.tracking.findArtifact(runId, runFiles.model)).rejects.toMatchObject({
    code: 'artifacts/not-found',
  });
});

test('trainers are listed with settings that the recipe accepts', () => {
  const trainers = workspace.training.trainers();
  expect(trainers.map(({ kind }) => kind)).toEqual(['prior', 'linear', 'forest', 'gbdt', 'mlp']);
  for (const { kind, defaults, schema } of trainers) {
    expect(schema).toMatchObject({ type: 'object' });
    const recipe = Recipe.parse({
      task: 'classification',
      dataset: 'd',
      target: { column: 'y' },
      trainer: { kind, ...defaults },
    });
    expect(recipe.trainer).toEqual({ kind, ...defaults });
  }
});
