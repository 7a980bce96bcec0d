import { z } from 'zod';

/** Fields of a model card that are kept apart from its text. */
export const CardField = z.enum([
  'licence',
  'intendedUse',
  'outOfScopeUse',
  'data',
  'evaluation',
  'limitations',
  'ethics',
  'citation',
  'contact',
]);
export type CardField = z.infer<typeof CardField>;

export const EnvironmentName = z
  .string()
  .max(40)
  .regex(
    /^(?!latest$)(?!v\d+$)[a-z][a-z0-9-]*$/,
    'lower-case letters, digits and dashes, a letter first; not "latest", not v1, v2 …',
  );

/** Metrics that are computed anew from rows: of a classification, then of a regression. */
export const RowMetric = z.enum([
  'accuracy',
  'log_loss',
  'brier',
  'auc',
  'f1',
  'precision',
  'recall',
  'rmse',
  'mae',
  'r2',
]);
export type RowMetric = z.infer<typeof RowMetric>;

const limits = {
  min: z.number().optional().describe('Smallest value that passes'),
  max: z.number().optional().describe('Largest value that passes'),
};
const hasLimit = (gate: { min?: number | undefined; max?: number | undefined }): boolean =>
  gate.min !== undefined || gate.max !== undefined;

const MetricGate = z
  .strictObject({ kind: z.literal('metric'), metric: z.string().min(1).max(250), ...limits })
  .refine(hasLimit, 'give min, max or both')
  .describe('A metric of the version, as its training measured it on the test rows');

const ChampionGate = z
  .strictObject({
    kind: z.literal('champion'),
    metric: RowMetric,
    require: z
      .enum(['not-shown-worse', 'not-worse', 'better'])
      .default('not-shown-worse')
      .describe(
        'not-shown-worse: fails only when the rows show that it is worse by more than the tolerance. not-worse: the rows must show that it is not. better: they must show that it is better',
      ),
    tolerance: z.number().min(0).default(0).describe('How much worse is still fine, in units of the metric'),
    confidence: z.number().min(0.5).max(0.999).default(0.95),
  })
  .describe('Against the version that is in the environment, on the same rows, by a paired bootstrap');

const LatencyGate = z
  .strictObject({
    kind: z.literal('latency'),
    p50Ms: z.number().positive().optional(),
    p95Ms: z.number().positive().optional(),
  })
  .refine((gate) => gate.p50Ms !== undefined || gate.p95Ms !== undefined, 'give p50Ms, p95Ms or both')
  .describe('Time of one prediction of one row on this machine, without HTTP');

const SizeGate = z
  .strictObject({ kind: z.literal('size'), maxBytes: z.int().positive() })
  .describe('Size of the ONNX file');

const DriftGate = z
  .strictObject({
    kind: z.literal('drift'),
    maxShare: z.number().min(0).max(1).default(0.5).describe('Largest share of drifted columns that passes'),
  })
  .describe('The newest drift report that compares with the data the version was trained on');

const DataValidationGate = z
  .strictObject({
    kind: z.literal('data-validation'),
    warnings: z
      .enum(['allow', 'refuse'])
      .default('allow')
      .describe('Whether broken rules that only warn, and rules that could not be judged, are fine'),
  })
  .describe('The newest check, by its schema, of the data that the version was trained on');

const SlicesGate = z
  .strictObject({
    kind: z.literal('slices'),
    column: z
      .string()
      .min(1)
      .describe('An input of the model; numbers are cut into five parts of equal size'),
    metric: RowMetric,
    ...limits,
    maxDifference: z
      .number()
      .positive()
      .optional()
      .describe('Largest difference between the best and the worst slice that passes'),
    minRows: z.int().min(2).default(30).describe('Slices with fewer rows are not judged'),
  })
  .refine((gate) => hasLimit(gate) || gate.maxDifference !== undefined, 'give min, max or maxDifference')
  .describe('A metric within each value of a column: its worst slice, and how far slices lie apart');

const CardGate = z
  .strictObject({
    kind: z.literal('card'),
    minCompleteness: z.number().min(0).max(1).default(1),
    required: z.array(CardField).default([]).describe('Fields that must be filled in whatever the share'),
  })
  .describe('How much of the model card is filled in');

const SignatureGate = z
  .strictObject({ kind: z.literal('signature') })
  .describe('Callers of the version in the environment can go on as they are');

const GoldenGate = z
  .strictObject({
    kind: z.literal('golden'),
    rows: z.int().min(1).max(10_000).default(100),
    tolerance: z.number().min(0).default(1e-6),
  })
  .describe('Test rows give the answers that the training kept of them, by the way that predictions go');

const ApprovalsGate = z
  .strictObject({
    kind: z.literal('approvals'),
    count: z.int().min(1).max(50).default(1),
    by: z.array(z.string().min(1).max(100)).max(50).default([]).describe('Who counts; everybody when empty'),
  })
  .describe('People have approved the version for the environment');

const EnvironmentGate = z
  .strictObject({ kind: z.literal('environment'), environment: EnvironmentName })
  .describe('The version has been promoted to another environment before');

export const Gate = z.discriminatedUnion('kind', [
  MetricGate,
  ChampionGate,
  LatencyGate,
  SizeGate,
  DriftGate,
  DataValidationGate,
  SlicesGate,
  CardGate,
  SignatureGate,
  GoldenGate,
  ApprovalsGate,
  EnvironmentGate,
]);
export type Gate = z.infer<typeof Gate>;

/** What a version must pass before it is promoted to an environment. */
export const ReleasePolicy = z
  .strictObject({
    gates: z.array(Gate).max(50).default([]),
    skipped: z
      .enum(['allow', 'refuse'])
      .default('allow')
      .describe('Whether a gate that could not be judged stops a promotion'),
    champion: z.boolean().default(false).describe('A promotion moves the alias "champion", too'),
    onRegister: z
      .enum(['nothing', 'promote'])
      .default('nothing')
      .describe('promote: a new version is promoted by itself when its gates pass'),
    push: z
      .array(z.string().min(1).max(100))
      .max(20)
      .default([])
      .describe('Names of targets that a promotion pushes the version to; rollbacks push nothing'),
  })
  .meta({ id: 'ReleasePolicy' });
export type ReleasePolicy = z.infer<typeof ReleasePolicy>;
