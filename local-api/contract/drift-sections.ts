import { z } from 'zod';
import { TimestampMs } from './common.ts';
import { ColumnDrift } from './drift-columns.ts';
import { EmbeddingColumn } from './embedding-drift.ts';

/** The parts of a report besides the columns of the data. */
export const DriftSection = z.enum([
  'prediction',
  'target',
  'concept',
  'quality',
  'multivariate',
  'embedding',
  'text',
  'estimate',
  'causes',
]);
export type DriftSection = z.infer<typeof DriftSection>;

const Skipped = z.object({
  status: z.literal('skipped'),
  reason: z.string().describe('Why it could not be done, and what would make it possible'),
});

function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.discriminatedUnion('status', [
    z.object({
      status: z.literal('done'),
      drifted: z.boolean(),
      finding: z.string().describe('What was found, in a sentence'),
      ...shape,
    }),
    Skipped,
  ]);
}

const value = z.number().nullable();
const Interval = z.object({ value, low: value, high: value });

/** What the model answered: its labels and probabilities, or its numbers. */
export const PredictionDrift = section({
  columns: z.array(ColumnDrift).describe('Label and probabilities, or the number'),
  source: z
    .enum(['kept', 'computed', 'both'])
    .describe('Answers that were kept, or worked out for the report'),
});
export type PredictionDrift = z.infer<typeof PredictionDrift>;

/** The truth. */
export const TargetDrift = section({ column: ColumnDrift });
export type TargetDrift = z.infer<typeof TargetDrift>;

export const MetricDrift = z.object({
  metric: z.string(),
  higherIsBetter: z.boolean(),
  reference: Interval,
  current: Interval,
  difference: Interval.describe('Current less reference'),
  pValue: z.number().nullable().describe('That nothing changed, corrected for the number of metrics (Holm)'),
  verdict: z.enum(['better', 'worse', 'same']),
});
export type MetricDrift = z.infer<typeof MetricDrift>;

/** How good the model is on both windows, by their true values. */
export const ConceptDrift = section({
  referenceTruths: z.int(),
  currentTruths: z.int(),
  confidence: z.number(),
  metrics: z.array(MetricDrift),
});
export type ConceptDrift = z.infer<typeof ConceptDrift>;

export const QualityCheck = z.object({
  column: z.string().nullable().describe('null: of whole rows'),
  kind: z.enum(['missing', 'new-values', 'out-of-range', 'unreadable', 'duplicates', 'constant']),
  reference: z.number().describe('Share of rows, 0 to 1'),
  current: z.number(),
  pValue: z.number().nullable().describe('That both shares are the same, corrected for the number of checks'),
  drifted: z.boolean(),
  note: z.string(),
});
export type QualityCheck = z.infer<typeof QualityCheck>;

export const QualityDrift = section({
  checks: z
    .array(QualityCheck)
    .describe('What changed first; checks that are zero on both sides are left out'),
  checked: z.int().describe('All that were made'),
  rows: z
    .object({ reference: z.int(), current: z.int() })
    .optional()
    .describe('Rows that were looked at: all, or some at equal distances of very large windows'),
});
export type QualityDrift = z.infer<typeof QualityDrift>;

/** All columns looked at together. */
export const MultivariateDrift = section({
  rows: z.object({ reference: z.int(), current: z.int() }).describe('Rows that were looked at'),
  columns: z.int(),
  domain: z
    .object({
      auc: z.number().describe('How well a model tells the windows apart: 0.5 not at all, 1 always'),
      low: z.number(),
      high: z.number(),
      pValue: z.number(),
      drifted: z.boolean(),
      importances: z.array(z.object({ column: z.string(), share: z.number() })),
    })
    .nullable(),
  reconstruction: z
    .object({
      components: z.int(),
      explained: z.number().describe('Share of the variance that the components keep'),
      reference: z.number().describe('Mean distance of a row from what the components make of it'),
      current: z.number(),
      low: z.number().describe('Mean of the chunks of the reference less three standard deviations'),
      high: z.number(),
      pValue: z.number(),
      drifted: z.boolean(),
    })
    .nullable(),
});
export type MultivariateDrift = z.infer<typeof MultivariateDrift>;

/** Columns of vectors: lists of numbers, or columns numbered one after the other. */
export const EmbeddingDrift = section({ embeddings: z.array(EmbeddingColumn) });
export type EmbeddingDrift = z.infer<typeof EmbeddingDrift>;

export const TextDrift = section({
  columns: z.array(
    z.object({
      name: z.string(),
      auc: z.number().describe('How well words tell the windows apart: 0.5 not at all'),
      low: z.number(),
      high: z.number(),
      pValue: z.number(),
      drifted: z.boolean(),
      reference: z
        .array(z.object({ word: z.string(), score: z.number() }))
        .describe('Typical words, z-scores'),
      current: z.array(z.object({ word: z.string(), score: z.number() })),
      examples: z.object({ reference: z.array(z.string()), current: z.array(z.string()) }),
    }),
  ),
});
export type TextDrift = z.infer<typeof TextDrift>;

export const EstimatedMetric = z.object({
  metric: z.string(),
  higherIsBetter: z.boolean(),
  reference: value.describe('As it was on the reference, by its true values'),
  estimate: value.describe('As it should be on the current data'),
  low: value.describe('Three standard errors below the estimate'),
  high: value,
  realised: value.describe('As it is on the current data, where true values are known'),
  alert: z.boolean(),
});
export type EstimatedMetric = z.infer<typeof EstimatedMetric>;

/** How good the model should be on the current data, without knowing the truth. */
export const PerformanceEstimate = section({
  method: z.enum(['cbpe', 'dle']),
  rows: z.object({ reference: z.int(), current: z.int() }),
  calibration: z
    .object({ before: z.number(), after: z.number(), used: z.boolean() })
    .nullable()
    .describe('CBPE: expected calibration error of the scores as they are and calibrated'),
  metrics: z.array(EstimatedMetric),
});
export type PerformanceEstimate = z.infer<typeof PerformanceEstimate>;

const Condition = z.object({
  text: z.string().describe('carrier = UA and distance ≥ 1,200'),
  sql: z.string().describe('The same as a condition of a window'),
});

export const VersionName = z.object({ versionId: z.string(), dataset: z.string(), version: z.int() });
export type VersionName = z.infer<typeof VersionName>;

export const UpstreamChange = z.object({
  kind: z
    .enum(['input', 'definition', 'content', 'place', 'options'])
    .describe(
      'input: a transform read another version; definition: the transform was changed; content: one place was read again; place: rows come from elsewhere; options: they were read in another way',
    ),
  text: z.string().describe('What changed, in a sentence'),
  transform: z.string().nullable().describe('Name of the transform'),
  from: VersionName.nullable(),
  to: VersionName.nullable(),
  drift: z
    .object({ columns: z.int(), drifted: z.array(z.string()).describe('The most changed first') })
    .nullable()
    .describe('Of an input: how far its two versions drifted; null where they were not compared'),
});
export type UpstreamChange = z.infer<typeof UpstreamChange>;

/** Where the shift lies, what it does to the model, and what to do. */
export const DriftCauses = section({
  slices: z
    .array(
      Condition.extend({
        reference: z.number().describe('Share of the rows, 0 to 1'),
        current: z.number(),
        explains: z
          .number()
          .describe(
            'Share of the shift of the drifted columns that is gone once the slice has its old share, 0 to 1',
          ),
      }),
    )
    .describe('Rows that became more or fewer and take the shift with them'),
  values: z
    .array(
      z.object({
        column: z.string(),
        value: z.string(),
        reference: z.number(),
        current: z.number(),
      }),
    )
    .describe('Of each drifted column, the value or range whose share changed most'),
  since: z
    .object({ atMs: TimestampMs.nullable(), chunk: z.int(), of: z.int(), column: z.string().nullable() })
    .nullable()
    .describe('The first part of the current window that lies outside of what the reference does'),
  sinceVersion: VersionName.extend({ createdAtMs: TimestampMs, column: z.string(), of: z.int() })
    .nullable()
    .default(null)
    .describe(
      'The first version after the reference from which on the column is as the current one; of: versions looked at, the current one among them',
    ),
  upstream: z
    .array(UpstreamChange)
    .default([])
    .describe(
      'What changed before the data came to be: inputs and definitions of transforms, files read again',
    ),
  impact: z
    .array(
      z.object({
        column: z.string(),
        importance: z.number().describe('Share of what moves the answers of the model, 0 to 1'),
        drift: z.number().describe('Jensen–Shannon distance of the column, 0 to 1 (base 2)'),
        impact: z.number().describe('Importance times drift'),
      }),
    )
    .describe('What the shift does to the model, the most first; empty without a model'),
  actions: z.array(z.object({ text: z.string(), link: z.string().nullable() })),
});
export type DriftCauses = z.infer<typeof DriftCauses>;

export const DriftSections = z.object({
  prediction: PredictionDrift,
  target: TargetDrift,
  concept: ConceptDrift,
  quality: QualityDrift,
  multivariate: MultivariateDrift,
  embedding: EmbeddingDrift.default({
    status: 'skipped',
    reason: 'Reports of that time did not look at embeddings.',
  }),
  text: TextDrift,
  estimate: PerformanceEstimate,
  causes: DriftCauses,
});
export type DriftSections = z.infer<typeof DriftSections>;
