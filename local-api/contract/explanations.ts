import { z } from 'zod';
import { Cell } from './columns.ts';
import { Digest, ListQuery, pageOf, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { ModelRef, SemVer } from './models.ts';
import { Task } from './recipe/task.ts';
import { RowMetric } from './release-policy.ts';
import { versionRef } from './version-refs.ts';

/** What contributions are added up in. */
export const ExplanationScale = z
  .enum(['value', 'log', 'probability', 'log-odds', 'score'])
  .describe(
    'value: the predicted number. log: its natural logarithm. probability: of the class explained. log-odds: ln(p / (1 − p)) of it. score: the raw score of the class inside the model, before the scores are brought to probabilities.',
  );
export type ExplanationScale = z.infer<typeof ExplanationScale>;

export const ExplanationMethod = z
  .enum(['tree-interventional', 'tree-path-dependent', 'linear', 'all-coalitions', 'kernel', 'permutation'])
  .describe(
    'The first four are exact for the reference rows; kernel and permutation sample and tell standard errors.',
  );
export type ExplanationMethod = z.infer<typeof ExplanationMethod>;

export const WantedMethod = z
  .enum(['auto', 'tree-path-dependent', 'kernel', 'permutation'])
  .describe(
    'auto: exact where the model is trees or linear, all coalitions where they are few, else kernel (permutation from 65 inputs on). tree-path-dependent: absent inputs go down each tree in the shares of the training rows (of the reference rows where the file tells none).',
  );

export type WantedMethod = z.infer<typeof WantedMethod>;

/** A model file, by the run that made it or by a registered version. */
const subject = {
  runId: z.string().optional().describe('The model of this run'),
  model: ModelRef.optional(),
};
const oneSubject = {
  check: (r: { runId?: string | undefined; model?: string | undefined }) =>
    (r.runId === undefined) !== (r.model === undefined),
  message: { message: 'give either runId or model', path: ['model'] },
};

export const ExplainedModel = z.object({
  runId: z.string().nullable(),
  model: z.string().nullable(),
  version: SemVer.nullable(),
  digest: Digest.describe('Of the ONNX file that was explained'),
});
export type ExplainedModel = z.infer<typeof ExplainedModel>;

export const ReferenceRows = z.object({
  source: z.string().describe('Where the rows come from, for people'),
  rows: z.int().describe('How many stand for "not known"'),
});

export const ExplainRowsRequest = z
  .object({
    ...subject,
    rows: z.array(z.record(z.string(), Cell)).min(1).max(100).describe('One object a row'),
    output: z
      .string()
      .optional()
      .describe('Classification: the class to explain; the one that is answered when left out'),
    scale: z
      .enum(['auto', 'probability'])
      .default('auto')
      .describe('auto: that of the exact method where there is one, else probability or value'),
    method: WantedMethod.default('auto'),
    tolerance: z
      .number()
      .min(0.001)
      .max(1)
      .default(0.02)
      .describe('Sampling stops when standard errors are below this share of the largest contribution'),
    seed: z.int().min(0).default(0),
    datasetVersionId: versionRef('Take the reference rows from here').optional(),
  })
  .refine(oneSubject.check, oneSubject.message);
export type ExplainRowsRequest = z.infer<typeof ExplainRowsRequest>;

export const FeatureContribution = z.object({
  name: z.string(),
  value: Cell,
  contribution: z.number(),
  standardError: z.number().nullable().describe('null: exact'),
});
export type FeatureContribution = z.infer<typeof FeatureContribution>;

export const RowExplanation = z.object({
  output: z.string().nullable().describe('The class explained; null for regression'),
  answer: z.number().describe('What the model file answers: probability of the class, or the number'),
  base: z.number().describe('Mean over the reference rows, on the scale'),
  prediction: z.number().describe('The row, on the scale; base and contributions add up to it'),
  features: z.array(FeatureContribution).describe('In the order of the signature'),
  isConverged: z.boolean().describe('Whether the standard errors are within the tolerance'),
});
export type RowExplanation = z.infer<typeof RowExplanation>;

export const RowExplanations = z
  .object({
    subject: ExplainedModel,
    method: ExplanationMethod,
    scale: ExplanationScale,
    reference: ReferenceRows,
    rows: z.array(RowExplanation),
    modelCalls: z.int().describe('Rows that the model answered for this'),
    milliseconds: z.number(),
    notes: z.array(z.string()),
  })
  .meta({ id: 'RowExplanations' });
export type RowExplanations = z.infer<typeof RowExplanations>;

export const ExplainRequest = z
  .object({
    ...subject,
    rows: z.int().min(10).max(5000).default(500).describe('Rows to explain, at equal distances'),
    reference: z.int().min(10).max(1000).default(100).describe('Rows that stand for "not known"'),
    repeats: z
      .int()
      .min(2)
      .max(100)
      .default(10)
      .describe('Shuffles of each column for its permutation importance'),
    metric: RowMetric.optional().describe('log_loss or rmse when left out'),
    method: WantedMethod.default('auto'),
    effects: z
      .array(z.string())
      .max(50)
      .optional()
      .describe('Inputs whose effect is drawn; the eight most important when left out'),
    pair: z
      .tuple([z.string(), z.string()])
      .optional()
      .describe('Inputs whose joint effect is drawn; the two most important when left out'),
    seed: z.int().min(0).default(0),
    datasetVersionId: versionRef(
      'Explain on the rows of this dataset version; the test rows that the training kept when left out',
    ).optional(),
  })
  .refine(oneSubject.check, oneSubject.message);
export type ExplainRequest = z.infer<typeof ExplainRequest>;

const interval = { low: z.number(), high: z.number() };

export const PermutationImportance = z.object({
  metric: RowMetric,
  baseline: z.number().describe('The metric of the rows as they are'),
  higherIsBetter: z.boolean(),
  repeats: z.int(),
  rows: z.int(),
  features: z
    .array(
      z.object({
        name: z.string(),
        mean: z.number().describe('How much worse the metric gets when the column is shuffled'),
        ...interval,
        pValue: z.number().describe('One-sided, that shuffling does no harm: t test over the repeats'),
      }),
    )
    .describe('Most important first'),
});
export type PermutationImportance = z.infer<typeof PermutationImportance>;

export const ShapleySummary = z.object({
  method: ExplanationMethod,
  scale: ExplanationScale,
  outputs: z.array(
    z.object({
      output: z.string().nullable(),
      base: z.number(),
      meanAbs: z.array(z.number()).describe('Mean size of the contribution, by input'),
      contributions: z.array(z.array(z.number())).describe('By input, then by row'),
    }),
  ),
  inputs: z.array(z.string()),
  cells: z.array(z.array(Cell)).describe('What the rows hold: by input, then by row'),
  largestError: z.number().nullable().describe('Largest standard error of a contribution; null: exact'),
  modelCalls: z.int(),
});
export type ShapleySummary = z.infer<typeof ShapleySummary>;

export const FeatureEffect = z.object({
  name: z.string(),
  kind: z.enum(['number', 'category', 'time']),
  grid: z.array(Cell),
  share: z.array(z.number()).describe('Share of the rows near each point of the grid'),
  outputs: z.array(
    z.object({
      output: z.string().nullable(),
      mean: z.array(z.number()).describe('Partial dependence: mean answer with the input set to each point'),
      lines: z.array(z.array(z.number())).describe('The same for single rows (ICE)'),
      accumulated: z
        .array(z.number())
        .nullable()
        .describe('Accumulated local effects, centred; null for inputs without an order'),
    }),
  ),
});
export type FeatureEffect = z.infer<typeof FeatureEffect>;

export const JointEffect = z.object({
  names: z.tuple([z.string(), z.string()]),
  grids: z.tuple([z.array(Cell), z.array(Cell)]),
  outputs: z.array(
    z.object({
      output: z.string().nullable(),
      mean: z.array(z.array(z.number())).describe('By point of the first input, then of the second'),
    }),
  ),
});
export type JointEffect = z.infer<typeof JointEffect>;

export const Explanation = z
  .object({
    id: z.string(),
    subject: ExplainedModel,
    task: Task,
    target: z.string(),
    rows: z.int(),
    reference: ReferenceRows,
    importance: PermutationImportance.nullable().describe('null where the rows have no truth'),
    shapley: ShapleySummary,
    effects: z.array(FeatureEffect).describe('On the scale of the answers: probability, or the number'),
    joint: JointEffect.nullable(),
    notes: z.array(z.string()),
    seed: z.int(),
    seconds: z.number(),
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'Explanation' });
export type Explanation = z.infer<typeof Explanation>;

export const ExplanationRow = Explanation.omit({
  importance: true,
  shapley: true,
  effects: true,
  joint: true,
})
  .extend({ method: ExplanationMethod, top: z.array(z.string()).describe('The most important inputs') })
  .meta({ id: 'ExplanationRow' });
export type ExplanationRow = z.infer<typeof ExplanationRow>;

const byId = z.object({ explanationId: z.string() });
const subjectErrors = [
  'models/not-found',
  'models/version-not-found',
  'models/alias-not-found',
  'models/no-onnx',
  'models/run-has-no-model',
  'runs/not-found',
  'runs/deleted',
  'datasets/version-not-found',
  'explanations/no-rows',
] as const;

export const explanationsApi = {
  list: endpoint({
    id: 'explanations.list',
    method: 'GET',
    path: '/api/v1/explanations',
    summary: 'Explanations of models, newest first',
    description: "Those of one model file: filter=digest = 'sha256:…'",
    query: ListQuery,
    response: pageOf(ExplanationRow),
    example: {},
  }),
  create: endpoint({
    id: 'explanations.create',
    method: 'POST',
    path: '/api/v1/explanations',
    summary: 'Explain a model as a whole (a job whose result is {explanationId} and the model)',
    body: ExplainRequest,
    status: 202,
    response: Job,
    errors: [...subjectErrors, 'request/invalid'],
  }),
  get: endpoint({
    id: 'explanations.get',
    method: 'GET',
    path: '/api/v1/explanations/{explanationId}',
    summary: 'One explanation: importance, contributions of rows, effects of inputs',
    params: byId,
    response: Explanation,
    errors: ['explanations/not-found'],
  }),
  delete: endpoint({
    id: 'explanations.delete',
    method: 'DELETE',
    path: '/api/v1/explanations/{explanationId}',
    summary: 'Delete an explanation',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['explanations/not-found'],
  }),
  rows: endpoint({
    id: 'explanations.rows',
    method: 'POST',
    path: '/api/v1/explanations/rows',
    summary: 'Why a model answers single rows as it does: Shapley values of its inputs',
    description:
      'Of the file that is served. Exact for trees and linear models; else sampled, with standard errors and the number of model calls.',
    body: ExplainRowsRequest,
    response: RowExplanations,
    errors: [...subjectErrors, 'predictions/bad-rows', 'explanations/too-heavy'],
  }),
};
