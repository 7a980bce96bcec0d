import { z } from 'zod';
import { Problem } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { Recipe, SearchSpace, Task } from './recipe.ts';
import { TargetName } from './targets.ts';

export const TrainRequest = z.object({
  experimentId: z.string().default('0'),
  name: z.string().max(500).optional(),
  recipe: Recipe,
  parentRunId: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  on: TargetName.optional().describe(
    'Name of a target to train on, whose kind says canTrain; on this machine when left out',
  ),
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
  warnings: z.array(z.string()).default([]).describe('What a reader of the figures should know'),
});
export type TrainResult = z.infer<typeof TrainResult>;

export const TrainerInfo = z.object({
  kind: z.string(),
  title: z.string(),
  summary: z.string(),
  tasks: z.array(Task),
  defaults: z.record(z.string(), z.unknown()),
  schema: z.record(z.string(), z.unknown()).describe('JSON Schema of its settings'),
  usualSpace: SearchSpace.nullable().describe(
    'What a search looks through when a recipe names no space; null where there is nothing to search',
  ),
});
export type TrainerInfo = z.infer<typeof TrainerInfo>;

/** What is wrong with a recipe, and what its author should know. */
export const RecipeCheck = z.object({
  problems: z.array(Problem).describe('Why a training would be refused; none: it would start'),
  warnings: z.array(z.string()).describe('What may be meant, but often is not'),
});
export type RecipeCheck = z.infer<typeof RecipeCheck>;

export const trainingApi = {
  trainers: endpoint({
    id: 'training.trainers',
    method: 'GET',
    path: '/api/v1/trainers',
    summary: 'Trainers, their settings and defaults',
    response: z.object({ items: z.array(TrainerInfo) }),
    example: {},
  }),
  recipeSchema: endpoint({
    id: 'training.recipeSchema',
    method: 'GET',
    path: '/api/v1/recipe-schema',
    summary: 'The recipe as JSON Schema',
    description:
      'For editors that complete and check recipes. It is kept in docs/reference/recipe.schema.json too.',
    response: z.record(z.string(), z.unknown()),
    example: {},
  }),
  check: endpoint({
    id: 'training.check',
    method: 'POST',
    path: '/api/v1/training/check',
    summary: 'Check a recipe against its data, without training',
    description:
      'For editors: the fields first, then names, types and values against the dataset version. A recipe with faults is answered with status 200 and the list of them.',
    body: z.object({
      recipe: z.unknown().describe('Anything; whether it is a recipe is what the answer tells'),
    }),
    response: RecipeCheck,
    example: { body: { recipe: { task: 'classification' } } },
  }),
  start: endpoint({
    id: 'training.start',
    method: 'POST',
    path: '/api/v1/training',
    summary: 'Train a model (a job that fills a new run)',
    description:
      'The recipe is checked against the data first; all that does not fit is listed. The run holds model/model.onnx, recipe.json, evaluation.json, predictions.parquet and card.md when it is finished. On a target (a job of kind remote-train) the data and a program that trains are sent there, and these files come back: the same recipe gives the same model.',
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
      'targets/not-found',
      'targets/cannot-train',
      'data-validations/not-passed',
    ],
  }),
};
