import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Task } from './recipe/task.ts';
import { MetricKey } from './runs.ts';

/** Runs by a filter or by their ids; exactly one of the two. */
const selection = {
  filter: z.string().max(20_000).optional().describe('Runs that match; instead of runIds'),
  runIds: z.array(z.string()).min(1).max(5000).optional().describe('These runs; instead of filter'),
};

function hasOneSelection(body: { filter?: string | undefined; runIds?: string[] | undefined }): boolean {
  return (body.filter === undefined) !== (body.runIds === undefined);
}
const oneSelection = { error: 'give either filter or runIds', path: ['filter'] };

const RunKey = z
  .string()
  .min(1)
  .max(260)
  .describe('params.<key>, tags.<key>, or a field: name, status, user, source, experimentId, parentRunId');

const Confidence = z.number().min(0.5).max(0.999).default(0.95);

export const MetricDirection = z.enum(['higher', 'lower']);
export type MetricDirection = z.infer<typeof MetricDirection>;

export const MetricAspect = z
  .enum(['last', 'min', 'max'])
  .describe('Which value of its history stands for a run');

/** Ends of an interval, in the unit of the metric. */
export const Interval = z.object({ low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

export const ComparedGroup = z.object({
  value: z.string().nullable().describe('null: the runs without the key'),
  runIds: z.array(z.string()).describe('Runs with a finite value, oldest first'),
  values: z.array(z.number()).describe('Their values, in the order of runIds'),
  n: z.int(),
  mean: z.number().nullable(),
  std: z.number().nullable().describe('Of the sample (n − 1); null for a single run'),
  interval: Interval.nullable().describe('Of the mean, by Student’s t; null for a single run'),
  bootstrapInterval: Interval.nullable().describe('Of the mean, BCa bootstrap; from 20 runs on'),
  median: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});
export type ComparedGroup = z.infer<typeof ComparedGroup>;

export const ComparisonMethod = z.enum([
  'paired-t',
  'corrected-resampled-t',
  'wilcoxon-signed-rank',
  'welch-t',
  'mann-whitney',
]);
export type ComparisonMethod = z.infer<typeof ComparisonMethod>;

export const GroupComparison = z.object({
  a: z.string().nullable().describe('Value of the group that b is compared with'),
  b: z.string().nullable(),
  difference: z
    .number()
    .nullable()
    .describe('b minus a, over the pairs where runs are paired; of what, says differenceOf'),
  differenceOf: z
    .enum(['means', 'medians'])
    .describe('medians: the Hodges–Lehmann estimate, that goes with tests of ranks'),
  interval: Interval.nullable().describe('Of the difference'),
  method: z
    .object({
      id: ComparisonMethod,
      name: z.string().describe('For example: paired t-test'),
      reason: z.string().describe('Why this one'),
    })
    .nullable()
    .describe('null where nothing can be tested'),
  statistic: z.number().nullable(),
  degreesOfFreedom: z.number().nullable(),
  pValue: z.number().nullable(),
  adjustedPValue: z.number().nullable().describe('Corrected for all comparisons of the metric, after Holm'),
  effect: z
    .object({
      name: z.string().describe('Hedges’ g, Cohen’s d of the pairs, rank-biserial correlation'),
      value: z.number(),
    })
    .nullable()
    .describe('Size of the effect; above 0 when b has the larger values'),
  pairs: z.int().nullable().describe('Pairs compared; null where runs are not paired'),
  leftOut: z.array(z.string()).describe('Runs of both groups that have no partner'),
  detectable: z
    .number()
    .nullable()
    .describe('The smallest difference that these runs would have shown with 80 % power'),
  outcome: z
    .enum(['b-better', 'a-better', 'not-shown', 'identical', 'too-few'])
    .describe('not-shown: chance explains the difference; too-few: nothing can be said'),
  sentence: z.string().describe('The verdict in words'),
});
export type GroupComparison = z.infer<typeof GroupComparison>;

export const MetricComparison = z.object({
  metric: z.string(),
  direction: MetricDirection,
  directionReason: z.string(),
  groups: z.array(ComparedGroup).describe('The best mean first'),
  comparisons: z.array(GroupComparison),
  correction: z.string().nullable().describe('How p-values were corrected, where there are several'),
  leftOut: z
    .array(z.object({ runId: z.string(), reason: z.string() }))
    .describe('Runs without the metric, or whose value is not finite'),
  verdict: z.string().describe('In one or two sentences'),
});
export type MetricComparison = z.infer<typeof MetricComparison>;

export const CompareGroups = z
  .object({
    ...selection,
    groupBy: RunKey,
    metrics: z.array(MetricKey).min(1).max(20),
    summary: MetricAspect.default('last'),
    pairBy: RunKey.optional().describe(
      'What makes two runs of different groups partners: params.seed, params.fold. Runs are not paired when left out',
    ),
    direction: MetricDirection.optional().describe(
      'Which values are better; told from the name when left out',
    ),
    confidence: Confidence,
    baseline: z
      .string()
      .max(8000)
      .nullable()
      .optional()
      .describe('Compare each group with the one of this value only; every pair when left out'),
    pairsAre: z
      .enum(['seeds', 'folds'])
      .optional()
      .describe('Folds share training rows, which the test corrects for; told from pairBy when left out'),
    testShare: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe('Share of the rows in a test fold; 1 / number of folds when left out'),
  })
  .refine(hasOneSelection, oneSelection);
export type CompareGroups = z.infer<typeof CompareGroups>;

export const GroupsCompared = z
  .object({
    runs: z.int().describe('Runs read'),
    groupBy: z.string(),
    pairBy: z.string().nullable(),
    confidence: z.number(),
    metrics: z.array(MetricComparison),
    notes: z.array(z.string()).describe('What the reader should know before trusting it'),
  })
  .meta({ id: 'GroupsCompared' });
export type GroupsCompared = z.infer<typeof GroupsCompared>;

export const ParamImportance = z.object({
  param: z.string(),
  kind: z.enum(['number', 'log-number', 'category']),
  importance: z.number().describe('0 to 1; all of them sum to 1, or are all 0 when nothing was learnt'),
  correlation: z
    .number()
    .nullable()
    .describe('Numbers: Spearman’s rank correlation, −1 to 1. Categories: the correlation ratio, 0 to 1'),
  correlationKind: z.enum(['spearman', 'correlation-ratio']),
  n: z.int().describe('Runs that have the param'),
  distinct: z.int(),
});
export type ParamImportance = z.infer<typeof ParamImportance>;

export const ImportanceRequest = z
  .object({
    ...selection,
    metric: MetricKey,
    summary: MetricAspect.default('last'),
    params: z.array(MetricKey).min(1).max(200).optional().describe('Only these; all that vary when left out'),
  })
  .refine(hasOneSelection, oneSelection);
export type ImportanceRequest = z.infer<typeof ImportanceRequest>;

export const Importance = z
  .object({
    metric: z.string(),
    runs: z.int().describe('Runs with a finite value of the metric'),
    method: z.string().describe('How it was computed, in a sentence'),
    r2: z.number().nullable().describe('Of the forest on runs it did not see (out of bag)'),
    trustworthy: z.boolean(),
    caveat: z.string().nullable().describe('Why not, or what to mind'),
    params: z.array(ParamImportance).describe('The most important first'),
    leftOut: z.array(z.object({ param: z.string(), reason: z.string() })),
  })
  .meta({ id: 'Importance' });
export type Importance = z.infer<typeof Importance>;

export const PredictionTest = z.object({
  metric: z.string().describe('accuracy, auc, log_loss; mae, mse'),
  direction: MetricDirection,
  a: z.number(),
  b: z.number(),
  difference: z.number().describe('b minus a'),
  interval: Interval,
  pValue: z.number(),
  method: z.string().describe('For example: DeLong’s test for two correlated ROC curves'),
  outcome: z.enum(['b-better', 'a-better', 'not-shown', 'identical']),
  sentence: z.string(),
});
export type PredictionTest = z.infer<typeof PredictionTest>;

export const PredictionsCompared = z
  .object({
    a: z.string(),
    b: z.string(),
    rows: z.int().describe('Test rows that both runs predicted'),
    leftOut: z.object({ a: z.int(), b: z.int() }).describe('Rows that only one of them predicted'),
    task: Task,
    tests: z.array(PredictionTest),
    notes: z.array(z.string()),
  })
  .meta({ id: 'PredictionsCompared' });
export type PredictionsCompared = z.infer<typeof PredictionsCompared>;

export const comparisonApi = {
  groups: endpoint({
    id: 'runs.compareGroups',
    method: 'POST',
    path: '/api/v1/runs/compare-groups',
    summary: 'Is the difference between groups of runs real?',
    description:
      'Runs are grouped by a param, tag or field; each group gets its mean with an interval, each pair of groups a named test and a verdict in words. docs/reference/comparing-runs.md says which test is chosen when.',
    body: CompareGroups,
    response: GroupsCompared,
    errors: [
      'runs/not-found',
      'request/bad-filter',
      'comparison/too-many-runs',
      'comparison/too-many-groups',
    ],
    example: { body: { filter: "status = 'finished'", groupBy: 'params.trainer', metrics: ['auc'] } },
  }),
  predictions: endpoint({
    id: 'runs.comparePredictions',
    method: 'POST',
    path: '/api/v1/runs/compare-predictions',
    summary: 'Is one of two models better on the same test rows?',
    description:
      'For two trainings on the same dataset version: McNemar, DeLong and paired tests over the rows that both predicted.',
    body: z.object({ a: z.string(), b: z.string(), confidence: Confidence }),
    response: PredictionsCompared,
    errors: ['runs/not-found', 'comparison/no-predictions', 'comparison/other-data'],
    timeoutMs: 120_000,
  }),
  importance: endpoint({
    id: 'runs.importance',
    method: 'POST',
    path: '/api/v1/runs/importance',
    summary: 'Which params matter for a metric',
    body: ImportanceRequest,
    response: Importance,
    errors: ['runs/not-found', 'request/bad-filter', 'comparison/too-many-runs'],
    example: { body: { filter: "status = 'finished'", metric: 'auc' } },
    timeoutMs: 120_000,
  }),
};
