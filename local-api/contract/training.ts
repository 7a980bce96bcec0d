import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { Recipe } from './recipe.ts';

/** A curve of an evaluation, ready to draw. */
const Curve = z.object({ x: z.array(z.number()), y: z.array(z.number()) });

/** What a classification run keeps in `evaluation.json`; all on the test part. */
export const ClassificationEvaluation = z.object({
  task: z.literal('classification'),
  rows: z.int(),
  classes: z.array(z.string()),
  positive: z.string().nullable().describe('null with more than two classes'),
  metrics: z
    .record(z.string(), z.number())
    .describe('auc, log_loss, accuracy, f1, precision, recall, brier, ece'),
  threshold: z.number(),
  confusion: z.array(z.array(z.int())).describe('Rows: truth, columns: answer, in the order of classes'),
  roc: Curve.nullable(),
  precisionRecall: Curve.nullable(),
  calibration: z
    .object({ predicted: z.array(z.number()), observed: z.array(z.number()), counts: z.array(z.int()) })
    .nullable(),
});

export const RegressionEvaluation = z.object({
  task: z.literal('regression'),
  rows: z.int(),
  metrics: z.record(z.string(), z.number()).describe('rmse, mae, r2, median_ae'),
  residuals: z.object({ edges: z.array(z.number()), counts: z.array(z.int()) }),
  predictedVsActual: z
    .object({ predicted: z.array(z.number()), actual: z.array(z.number()) })
    .describe('At most 1,000 rows'),
});

export const Evaluation = z.discriminatedUnion('task', [ClassificationEvaluation, RegressionEvaluation]);
export type Evaluation = z.infer<typeof Evaluation>;
export type ClassificationEvaluation = z.infer<typeof ClassificationEvaluation>;
export type RegressionEvaluation = z.infer<typeof RegressionEvaluation>;

export const TrainRequest = z.object({
  experimentId: z.string().default('0'),
  name: z.string().max(500).optional(),
  recipe: Recipe,
  parentRunId: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});
export type TrainRequest = z.infer<typeof TrainRequest>;
export type TrainRequestInput = z.input<typeof TrainRequest>;

/** Result of a train job. */
export const TrainResult = z.object({
  runId: z.string(),
  trainer: z.string(),
  metrics: z.record(z.string(), z.number()),
  modelDigest: z.string(),
  recipeDigest: z.string(),
  seconds: z.number(),
});
export type TrainResult = z.infer<typeof TrainResult>;

export const TrainerInfo = z.object({
  kind: z.string(),
  title: z.string(),
  summary: z.string(),
  tasks: z.array(z.enum(['classification', 'regression'])),
  defaults: z.record(z.string(), z.unknown()),
  schema: z.record(z.string(), z.unknown()).describe('JSON Schema of its settings'),
});
export type TrainerInfo = z.infer<typeof TrainerInfo>;

export const trainingApi = {
  trainers: endpoint({
    id: 'training.trainers',
    method: 'GET',
    path: '/api/v1/trainers',
    summary: 'Trainers, their settings and defaults',
    response: z.object({ items: z.array(TrainerInfo) }),
    example: {},
  }),
  start: endpoint({
    id: 'training.start',
    method: 'POST',
    path: '/api/v1/training',
    summary: 'Train a model (a job that fills a new run)',
    description:
      'The recipe is checked against the data first; all that does not fit is listed. The run holds model/model.onnx, recipe.json, evaluation.json, predictions.parquet and card.md when it is finished.',
    body: TrainRequest,
    status: 202,
    response: Job,
    errors: [
      'experiments/not-found',
      'experiments/deleted',
      'runs/not-found',
      'datasets/version-not-found',
      'training/bad-recipe',
      'datasets/bad-expression',
    ],
  }),
};
