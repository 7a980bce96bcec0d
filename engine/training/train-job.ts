import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Evaluation, Recipe, Signature } from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { systemClock } from '../system/index.ts';
import { assembleModel } from './assemble-model.ts';
import { doubtsAbout } from './doubts.ts';
import { fitRecipe } from './fit-recipe.ts';
import { answersOf, evaluate } from './model-answers.ts';
import { modelCard } from './model-card.ts';
import { writePredictions } from './predictions-file.ts';
import { recipeDigest } from './recipe-digest.ts';
import { signatureOf } from './signature.ts';
import { splitRows } from './split.ts';
import { readTable, type TrainingTable } from './table.ts';
import type { FitProgress, FittedModel } from './trainers/trainer.ts';
import type { TrainingPlan } from './training-plan.ts';
import { runFiles } from './training-service.ts';
import { targetOf } from './training-target.ts';

export type TrainJobInput = {
  recipe: Recipe;
  plan: TrainingPlan;
  dataset: { path: string; name: string; version: number; digest: string };
  assayVersion: string;
};

/** Points of live curves, sent while the model is fitted. */
export type TrainJobMessage = {
  type: 'metrics';
  points: { key: string; value: number; step: number; timestampMs: number }[];
};

export type TrainJobOutput = {
  trainer: string;
  /** Of the test part. */
  metrics: Record<string, number>;
  recipeDigest: string;
  seconds: number;
  /** Facts about data and fit, logged as params of the run. */
  facts: Record<string, string>;
  warnings: string[];
};

/** Shares of the whole that the progress bar gives to each part. */
const PROGRESS = { read: 0.02, matrix: 0.1, fit: 0.2, finish: 0.85, write: 0.95 };
const SEND_MS = 250;

/**
 * Trains a model in a job process: reads the rows, splits them, fits preprocessing on the training part, makes the
 * matrices by running the preprocessing graph, fits, puts both into one ONNX file, and scores that very file on the
 * test part. Leaves the files of `runFiles` in `tmpDir`.
 *
 * Errors: `training/too-little-data`, `training/bad-target`, `training/bad-recipe`, `training/did-not-converge`,
 * `jobs/out-of-memory` before the matrix is made when it cannot fit, `jobs/cancelled`.
 */
export async function run(context: JobContext<TrainJobInput>): Promise<TrainJobOutput> {
  const started = performance.now();
  const { recipe, plan, dataset, assayVersion } = context.input;
  const table = await read(context);
  const parts = splitRows(table, recipe.split, recipe.seed);
  const target = targetOf(table, parts.train, recipe);

  context.progress(PROGRESS.matrix, 'Preparing the features');
  const live = liveMetrics(context);
  const { pipeline, fitted, model } = await fitRecipe({
    recipe,
    table,
    target,
    parts,
    weights: null,
    report: live.report,
    log: context.log,
    signal: context.signal,
  });
  live.flush();
  for (const [key, value] of Object.entries(model.info)) context.log(`${key}: ${value}`);

  context.progress(PROGRESS.finish, 'Checking the finished model on the test part');
  const digest = recipeDigest(recipe, dataset.digest);
  const signature = signatureOf({
    inputs: pipeline.inputs,
    table,
    trainingRows: parts.train,
    target: plan.target.name,
    positive: target.positive,
  });
  const file = assembleModel({
    pipeline,
    signature,
    threshold: 0.5,
    provenance: {
      assayVersion,
      trainer: recipe.trainer.kind,
      recipeDigest: digest,
      datasetDigest: dataset.digest,
    },
  });
  const answers = await answersOf(file, signature, table, parts.test, context.signal);
  const evaluation = evaluate(answers, signature, table, parts.test);
  const warnings = [
    ...plan.warnings,
    ...doubtsAbout({ evaluation, model, names: pipeline.featureNames, table, parts }),
  ];
  for (const warning of warnings) context.log(warning, 'warn');

  context.progress(PROGRESS.write, 'Writing the results');
  const rows = { training: parts.train.length, validation: parts.validation.length, test: parts.test.length };
  const card = modelCard({
    recipe,
    recipeDigest: digest,
    signature,
    evaluation,
    dataset,
    rows: { ...rows, withoutTarget: table.withoutTarget },
    dropped: fitted.dropped,
    warnings,
    info: model.info,
    assayVersion,
  });
  await writeFiles(context.tmpDir, { file, signature, recipe, evaluation, card });
  const predictions = join(context.tmpDir, runFiles.predictions);
  await writePredictions(
    { snapshot: dataset.path, table, rows: parts.test, signature, answers },
    predictions,
  );
  return {
    trainer: recipe.trainer.kind,
    metrics: evaluation.metrics,
    recipeDigest: digest,
    seconds: (performance.now() - started) / 1000,
    facts: factsOf(rows, pipeline.featureNames.length, model.info),
    warnings,
  };
}

async function read({ input, progress, log, signal }: JobContext<TrainJobInput>): Promise<TrainingTable> {
  const { recipe, plan, dataset } = input;
  progress(PROGRESS.read, 'Reading the data');
  const table = await readTable({
    path: dataset.path,
    columns: plan.columns,
    extras: plan.extras,
    targetSql: plan.target.sql,
    task: recipe.task,
    rows: recipe.rows,
    ...(plan.timeColumn === null ? {} : { timeColumn: plan.timeColumn }),
    memoryMb: Math.max(256, Math.floor(recipe.limits.memoryMb / 4)),
    signal,
  });
  log(`${table.rows} rows read of ${table.matchedRows}; ${table.withoutTarget} have no target.`);
  return table;
}

/** Passes a fit's reports on: progress at once, points of curves a few times a second. */
function liveMetrics({ progress, send }: JobContext<TrainJobInput>) {
  let points: TrainJobMessage['points'] = [];
  let sentAt = performance.now();
  const flush = (): void => {
    if (points.length > 0) send({ type: 'metrics', points } satisfies TrainJobMessage);
    points = [];
    sentAt = performance.now();
  };
  return {
    flush,
    report({ step, of, metrics, message }: FitProgress): void {
      progress(PROGRESS.fit + (PROGRESS.finish - PROGRESS.fit) * Math.min(1, step / of), message);
      const timestampMs = systemClock.nowMs();
      for (const [key, value] of Object.entries(metrics)) {
        if (Number.isFinite(value)) points.push({ key, value, step, timestampMs });
      }
      if (performance.now() - sentAt > SEND_MS) flush();
    },
  };
}

function factsOf(
  rows: { training: number; validation: number; test: number },
  width: number,
  info: FittedModel['info'],
): Record<string, string> {
  return {
    'rows.training': String(rows.training),
    'rows.validation': String(rows.validation),
    'rows.test': String(rows.test),
    'matrix.columns': String(width),
    ...Object.fromEntries(Object.entries(info).map(([key, value]) => [`fit.${key}`, String(value)])),
  };
}

async function writeFiles(
  dir: string,
  made: { file: Uint8Array; signature: Signature; recipe: Recipe; evaluation: Evaluation; card: string },
): Promise<void> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const contents: [string, string | Uint8Array][] = [
    [runFiles.model, made.file],
    [runFiles.signature, json(made.signature)],
    [runFiles.recipe, json(made.recipe)],
    [runFiles.evaluation, json(made.evaluation)],
    [runFiles.card, made.card],
  ];
  for (const [path, content] of contents) {
    const target = join(dir, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
