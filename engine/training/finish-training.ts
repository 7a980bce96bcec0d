import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type {
  Evaluation,
  ModelCoefficients,
  Recipe,
  Signature,
  ValidationReport,
} from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { assembleModel } from './assemble-model.ts';
import { modelCoefficients } from './coefficients.ts';
import { doubtsAbout } from './doubts.ts';
import { evaluateModel } from './evaluation/evaluate-model.ts';
import { learningCurve } from './evaluation/learning-curve.ts';
import type { Learned } from './learn-final.ts';
import { answersOf, modelAnswers, scoredRows } from './model-answers.ts';
import { modelCard } from './model-card.ts';
import { writePredictions } from './predictions-file.ts';
import { recipeDigest } from './recipe-digest.ts';
import { refine } from './refine.ts';
import { figureWeights } from './row-weights.ts';
import { signatureOf } from './signature.ts';
import type { TrainJobInput, TrainJobOutput } from './train-job.ts';
import type { FittedModel } from './trainers/trainer.ts';
import type { TrainingData } from './training-data.ts';
import { coefficientsFile, runFiles } from './training-service.ts';
import { validationMetrics } from './validation/cross-validate.ts';
import { validationFiles } from './validation/validation-files.ts';

/** Shares of the whole that the progress bar gives to the last parts. */
export const FINISH_AT = 0.85;
const WRITE_AT = 0.95;

/**
 * Puts what was learnt into one ONNX file, scores that very file on the test part, and leaves the files of the run in `tmpDir`.
 * `recipe` is the one that the run stands for.
 */
export async function finishTraining(
  {
    input,
    tmpDir,
    progress,
    log,
    signal,
  }: JobContext<Pick<TrainJobInput, 'plan' | 'dataset' | 'assayVersion'>>,
  recipe: Recipe,
  data: TrainingData,
  learned: Learned,
): Promise<Omit<TrainJobOutput, 'seconds'>> {
  const { plan, dataset, assayVersion } = input;
  const { table, target } = data;
  const { pipeline, fitted, model, parts, validation, outOfFold } = learned;
  for (const [key, value] of Object.entries(model.info)) log(`${key}: ${value}`);
  progress(FINISH_AT, 'Checking the finished model on the test part');
  const refined = await refine({ recipe, data, learned, weights: data.weights.column, log, signal });
  const digest = recipeDigest(recipe, dataset.digest);
  const signature = signatureOf({
    inputs: pipeline.inputs,
    table,
    trainingRows: parts.train,
    target: plan.target.name,
    positive: target.positive,
    threshold: refined.threshold,
  });
  const file = assembleModel({
    pipeline: refined.pipeline,
    signature,
    threshold: refined.threshold,
    provenance: {
      assayVersion,
      trainer: learned.trainer,
      recipeDigest: digest,
      datasetDigest: dataset.digest,
    },
  });
  const answers = await answersOf(file, signature, table, parts.test, signal);
  const evaluation = await evaluateModel({
    recipe,
    table,
    rows: parts.test,
    scored: scoredRows(answers, signature, table, parts.test, recipe),
    weights: figureWeights(data.weights, recipe, parts.test),
    threshold: refined.threshold,
    thresholdChoice: refined.thresholdChoice,
    uncalibrated:
      recipe.calibration === 'none'
        ? null
        : {
            asked: recipe.calibration,
            method: refined.calibrator?.method ?? 'none',
            probabilities: await pipeline.predict(table, parts.test, signal),
          },
    learningCurve: await learningCurve({
      ...data,
      recipe,
      parts,
      weights: data.weights.fit,
      final: pipeline,
      log,
      signal,
    }),
    signal,
  });
  const warnings = [
    ...plan.warnings,
    ...refined.remarks,
    ...(model.remarks ?? []),
    ...doubtsAbout({
      evaluation,
      model,
      names: pipeline.featureNames,
      features: fitted.features,
      table,
      parts,
      seed: recipe.seed,
    }),
  ];
  for (const warning of warnings) log(warning, 'warn');

  progress(WRITE_AT, 'Writing the results');
  const rows = { training: parts.train.length, validation: parts.validation.length, test: parts.test.length };
  const coefficients =
    model.coefficients === undefined
      ? null
      : modelCoefficients({
          coefficients: model.coefficients,
          columns: learned.columns,
          fitted,
          classes: table.target.task === 'classification' ? table.target.classes : null,
          rows: rows.training,
        });
  const card = modelCard({
    recipe,
    trainer: learned.trainer,
    recipeDigest: digest,
    signature,
    evaluation,
    validation,
    coefficients,
    dataset,
    rows: { ...rows, withoutTarget: table.withoutTarget },
    dropped: fitted.dropped,
    warnings,
    info: model.info,
    assayVersion,
  });
  await writeFiles(tmpDir, { file, signature, recipe, evaluation, card, validation, coefficients });
  const source = { snapshot: dataset.files, table, signature, signal };
  await writePredictions({ ...source, rows: parts.test, answers }, join(tmpDir, runFiles.predictions));
  if (outOfFold !== null) {
    const answered = modelAnswers(outOfFold.answers, table, target, refined.threshold);
    const kept = { rows: outOfFold.rows, answers: answered };
    await writePredictions({ ...source, ...kept }, join(tmpDir, validationFiles.outOfFold));
  }
  return {
    trainer: learned.trainer,
    metrics: { ...evaluation.metrics, ...(validation === null ? {} : validationMetrics(validation)) },
    recipeDigest: digest,
    facts: factsOf(rows, pipeline.featureNames.length, model.info),
    warnings,
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
  made: {
    file: Uint8Array;
    signature: Signature;
    recipe: Recipe;
    evaluation: Evaluation;
    card: string;
    validation: ValidationReport | null;
    coefficients: ModelCoefficients | null;
  },
): Promise<void> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const contents: [string, string | Uint8Array][] = [
    [runFiles.model, made.file],
    [runFiles.signature, json(made.signature)],
    [runFiles.recipe, json(made.recipe)],
    [runFiles.evaluation, json(made.evaluation)],
    [runFiles.card, made.card],
  ];
  if (made.validation !== null) contents.push([validationFiles.report, json(made.validation)]);
  if (made.coefficients !== null) contents.push([coefficientsFile, json(made.coefficients)]);
  for (const [path, content] of contents) {
    const target = join(dir, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
