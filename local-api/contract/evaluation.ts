import { z } from 'zod';
import { CalibrationMethod } from './recipe/calibration.ts';
import { ThresholdChoice } from './recipe/threshold.ts';

/** A curve of an evaluation, ready to draw. */
const Curve = z.object({ x: z.array(z.number()), y: z.array(z.number()) });

const Metrics = z.record(z.string(), z.number());

const MetricInterval = z.object({
  low: z.number(),
  high: z.number(),
  method: z
    .enum(['delong', 'wilson', 'bootstrap'])
    .describe(
      'delong: DeLong 1988 on the log-odds, for the AUC of two classes; wilson: Wilson 1927, for shares of rows; bootstrap: bias-corrected and accelerated (Efron 1987)',
    ),
});
const MetricIntervals = z.record(z.string(), MetricInterval);
export type MetricInterval = z.infer<typeof MetricInterval>;
export type MetricIntervals = z.infer<typeof MetricIntervals>;

/** Predicted probability, by bins, beside how often it came true. */
const Reliability = z.object({
  predicted: z.array(z.number()),
  observed: z.array(z.number()),
  counts: z.array(z.int()),
});
export type Reliability = z.infer<typeof Reliability>;

const ClassFigures = z.object({
  name: z.string(),
  rows: z.int(),
  answered: z.int().describe('Rows with this answer'),
  metrics: Metrics.describe('precision, recall, f1, auc, average_precision; those that are defined'),
  roc: Curve.nullable().describe('This class against the rest; null beyond ten classes'),
  precisionRecall: Curve.nullable(),
});
export type ClassFigures = z.infer<typeof ClassFigures>;

const SliceFigures = z.object({
  name: z.string(),
  rows: z.int(),
  isSmall: z.boolean().describe('Too few rows to trust its figures'),
  metrics: Metrics,
  intervals: MetricIntervals,
});
export type SliceFigures = z.infer<typeof SliceFigures>;

const SlicesOfColumn = z.object({ column: z.string(), slices: z.array(SliceFigures) });

const Rate = z.object({ value: z.number(), low: z.number(), high: z.number(), of: z.int() });
export type Rate = z.infer<typeof Rate>;

const FairnessGroup = z.object({
  name: z.string(),
  rows: z.int(),
  isSmall: z.boolean(),
  selectionRate: Rate.describe('Share of the rows with the positive answer'),
  truePositiveRate: Rate.nullable().describe('Among the rows that were positive; null without one'),
  falsePositiveRate: Rate.nullable().describe('Among the rows that were not'),
  precision: Rate.nullable().describe('Share of the positive answers that were right'),
});
export type FairnessGroup = z.infer<typeof FairnessGroup>;

const Difference = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

/** How the answers differ between the groups of a column (Hardt et al. 2016); differences are largest less smallest. */
const FairnessOfColumn = z.object({
  column: z.string(),
  groups: z.array(FairnessGroup),
  demographicParityDifference: Difference.describe('Of selection rates'),
  demographicParityRatio: Difference.nullable().describe('Smallest selection rate by the largest'),
  equalOpportunityDifference: Difference.nullable().describe('Of true positive rates'),
  equalisedOddsDifference: Difference.nullable().describe(
    'The larger of those of true and false positive rates',
  ),
  warnings: z.array(z.string()),
});
export type FairnessOfColumn = z.infer<typeof FairnessOfColumn>;

const WorstRow = z.object({
  row: z.int().describe('In the snapshot of the dataset version, from 0'),
  place: z.int().describe('In predictions.parquet, from 0'),
  truth: z.union([z.string(), z.number()]),
  answer: z.union([z.string(), z.number()]),
  probability: z.number().nullable().describe('Given to the truth; null for numbers'),
  loss: z
    .number()
    .describe('−log(probability of the truth), |truth − answer|, or 1 − NDCG of the query of the row'),
});
export type WorstRow = z.infer<typeof WorstRow>;

const ErrorSegment = z.object({
  conditions: z.array(z.string()).describe('As people read them: "distance above 1200"'),
  rows: z.int(),
  loss: z.number().describe('Mean loss of its rows'),
  errorRate: z.number().nullable().describe('Share of wrong answers; null for numbers'),
  lossShare: z.number().describe('Its share of the loss of all rows'),
});
export type ErrorSegment = z.infer<typeof ErrorSegment>;

const ErrorAnalysis = z.object({
  meanLoss: z.number(),
  worst: z.array(WorstRow),
  segments: z
    .array(ErrorSegment)
    .describe('Leaves of a shallow tree over the losses where these are high, the worst first'),
});
export type ErrorAnalysis = z.infer<typeof ErrorAnalysis>;

const LearningCurve = z.object({
  metric: z.string(),
  rows: z.array(z.int()),
  train: z.array(z.number()).describe('On the rows trained on'),
  test: z.array(z.number()),
});
export type LearningCurve = z.infer<typeof LearningCurve>;

/** Parts that evaluations got later; older runs do not have them. */
const later = {
  intervals: MetricIntervals.optional(),
  intervalsBy: z
    .object({
      confidence: z.number(),
      resamples: z.int(),
      rows: z
        .int()
        .describe('Rows the bootstrap drew from; of more than 100,000 test rows a sample of so many'),
    })
    .optional(),
  isWeighted: z.boolean().optional().describe('The metrics count rows by the weight column'),
  slices: z.array(SlicesOfColumn).optional(),
  errors: ErrorAnalysis.optional(),
  learningCurve: LearningCurve.optional(),
};

/** What a classification run keeps in `evaluation.json`; all on the test part. */
export const ClassificationEvaluation = z.object({
  task: z.literal('classification'),
  rows: z.int(),
  classes: z.array(z.string()),
  positive: z.string().nullable().describe('null with more than two classes'),
  metrics: Metrics.describe('auc, log_loss, accuracy, f1, precision, recall, brier, ece …'),
  threshold: z.number(),
  confusion: z.array(z.array(z.int())).describe('Rows: truth, columns: answer, in the order of classes'),
  roc: Curve.nullable(),
  precisionRecall: Curve.nullable(),
  calibration: Reliability.nullable(),
  gain: Curve.nullable()
    .optional()
    .describe('x: share of the rows, the highest probability first; y: share of the positives among them'),
  brierParts: z
    .object({ reliability: z.number(), resolution: z.number(), uncertainty: z.number() })
    .optional()
    .describe('Murphy 1973, over the bins of `calibration`: brier ≈ reliability − resolution + uncertainty'),
  perClass: z.array(ClassFigures).optional(),
  thresholds: z
    .object({ at: z.array(z.number()), truePositives: z.array(z.int()), falsePositives: z.array(z.int()) })
    .optional()
    .describe('Answers at other thresholds, ascending'),
  thresholdChoice: ThresholdChoice.optional(),
  calibrator: z
    .object({
      asked: CalibrationMethod,
      method: CalibrationMethod.exclude(['auto']),
      before: Metrics.describe('log_loss, brier and ece of the test part without it'),
      calibrationBefore: Reliability.nullable(),
    })
    .optional()
    .describe('Only where the recipe asks for calibration'),
  fairness: z.array(FairnessOfColumn).optional(),
  ...later,
});

export const RegressionEvaluation = z.object({
  task: z.literal('regression'),
  rows: z.int(),
  metrics: Metrics.describe('rmse, mae, r2, median_ae …'),
  residuals: z.object({ edges: z.array(z.number()), counts: z.array(z.int()) }),
  predictedVsActual: z
    .object({ predicted: z.array(z.number()), actual: z.array(z.number()) })
    .describe('At most 1,000 rows'),
  normalQuantiles: Curve.optional().describe('x: standard normal quantile, y: standardised residual'),
  residualsByFeature: z
    .array(
      z.object({
        column: z.string(),
        share: z.number().describe('Share of the variance of the residuals that the groups tell (η²)'),
        groups: z.array(
          z.object({ name: z.string(), rows: z.int(), mean: z.number(), low: z.number(), high: z.number() }),
        ),
      }),
    )
    .optional()
    .describe('Mean residual by values of a feature; the most telling ones first'),
  ...later,
});

const QueryFigures = z.object({
  query: z.string(),
  rows: z.int(),
  relevant: z.int().describe('Rows with a grade above 0'),
  ndcg: z.number(),
});
export type QueryFigures = z.infer<typeof QueryFigures>;

/**
 * How well rows are put in order within their queries. Figures are means over the queries that have a row of a grade above 0; rows
 * of one score count as in every order with the same chance. Intervals draw whole queries.
 */
export const RankingEvaluation = z.object({
  task: z.literal('ranking'),
  rows: z.int(),
  queries: z.int(),
  judged: z.int().describe('Queries with a row of a grade above 0: those that figures are of'),
  metrics: Metrics.describe('ndcg, ndcg_1, ndcg_3, ndcg_5, ndcg_10, map, mrr'),
  byDepth: z
    .object({
      depth: z.array(z.int()),
      ndcg: z.array(z.number()),
      byChance: z.array(z.number()).describe('Of rows in any order'),
    })
    .describe('NDCG of the first places, to 20 at most'),
  ndcgOfQueries: z
    .object({ edges: z.array(z.number()), counts: z.array(z.int()) })
    .describe('How many queries have which NDCG'),
  worstQueries: z.array(QueryFigures).describe('The lowest NDCG first'),
  ...later,
});

export const Evaluation = z.discriminatedUnion('task', [
  ClassificationEvaluation,
  RegressionEvaluation,
  RankingEvaluation,
]);
export type Evaluation = z.infer<typeof Evaluation>;
export type ClassificationEvaluation = z.infer<typeof ClassificationEvaluation>;
export type RankingEvaluation = z.infer<typeof RankingEvaluation>;
export type RegressionEvaluation = z.infer<typeof RegressionEvaluation>;
