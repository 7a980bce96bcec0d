import { z } from 'zod';
import { Cell, ColumnType } from './columns.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { byVersionRef } from './version-refs.ts';

export const Histogram = z.object({
  edges: z.array(z.number()).describe('n + 1 edges, ascending; datetimes as milliseconds since the epoch'),
  counts: z.array(z.number()),
});
export type Histogram = z.infer<typeof Histogram>;

export const ColumnProfile = z.object({
  name: z.string(),
  type: ColumnType,
  count: z.int().describe('Rows that have a value'),
  missing: z.int(),
  distinct: z
    .int()
    .describe(
      'Exact up to 5 million rows, and beyond for some 50,000 different values; else approximate (HyperLogLog, about 2 %)',
    ),
  min: Cell,
  max: Cell,
  mean: z.number().nullable(),
  std: z.number().nullable().describe('Sample standard deviation'),
  quantiles: z
    .object({
      p01: z.number(),
      p05: z.number(),
      p25: z.number(),
      p50: z.number(),
      p75: z.number(),
      p95: z.number(),
      p99: z.number(),
    })
    .nullable(),
  zeros: z.int().nullable(),
  histogram: Histogram.nullable().describe('Numbers and datetimes'),
  topValues: z.array(z.object({ value: Cell, count: z.int() })).describe('At most 20, most frequent first'),
  textLength: z.object({ min: z.int(), mean: z.number(), max: z.int() }).nullable(),
  warnings: z.array(z.string()).describe('constant, mostly missing, high cardinality, id-like, skewed …'),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const DatasetProfile = z.object({
  rows: z.int(),
  columns: z.array(ColumnProfile),
  correlations: z
    .object({ columns: z.array(z.string()), pearson: z.array(z.array(z.number().nullable())) })
    .nullable(),
  duplicateRows: z.int().nullable(),
  warnings: z.array(z.string()),
});
export type DatasetProfile = z.infer<typeof DatasetProfile>;

/** What the values are about, told by their form; null where nothing fits. */
export const SemanticType = z.enum([
  'constant',
  'boolean-like',
  'id',
  'category',
  'email',
  'url',
  'uuid',
  'ip',
  'phone',
  'path',
  'date-text',
  'number-text',
  'currency',
  'percent',
  'latitude',
  'longitude',
  'year',
  'vector',
  'text',
]);
export type SemanticType = z.infer<typeof SemanticType>;

const ValueCount = z.object({ value: Cell, count: z.int() });

/** The form of a number column, counted over all rows. */
export const NumberShape = z.object({
  skewness: z.number().nullable().describe('Adjusted Fisher–Pearson, as pandas and SciPy with bias=False'),
  kurtosis: z.number().nullable().describe('Excess kurtosis, corrected for bias, as pandas'),
  negatives: z.int(),
  infinite: z.int().describe('Infinite values and NaN'),
  order: z
    .enum(['increasing', 'strictly increasing', 'decreasing', 'strictly decreasing'])
    .nullable()
    .describe('In the order of the file, missing values left out; null where it goes up and down'),
  fences: z
    .object({ low: z.number(), high: z.number(), below: z.int(), above: z.int() })
    .nullable()
    .describe("Tukey's fences, 1.5 times the middle half beyond it, and how many values lie outside"),
  logHistogram: Histogram.nullable().describe(
    'Bins of equal width of the logarithm, where all values are above 0 and spread over a factor of 100 or more',
  ),
});
export type NumberShape = z.infer<typeof NumberShape>;

/** What texts are made of, over the rows of the sample. */
export const TextShape = z.object({
  values: z.int().describe('How many texts were looked at'),
  lengths: Histogram.describe('In characters'),
  words: z.object({ min: z.int(), mean: z.number(), max: z.int() }),
  blank: z.int().describe('Empty, or nothing but spaces'),
  padded: z.int().describe('Begin or end with a space'),
  scripts: z
    .array(z.object({ script: z.string(), share: z.number() }))
    .describe('Latin, Cyrillic, Han …, digits, punctuation: the share of the characters, most first'),
  variants: z
    .array(z.array(ValueCount))
    .describe('Values that differ in case or spaces alone, at most 10 groups, most frequent first'),
});
export type TextShape = z.infer<typeof TextShape>;

/** How times are spread, over all rows. */
export const TimeShape = z.object({
  order: NumberShape.shape.order,
  different: z.int().describe('Different times that gaps were measured between'),
  typicalStepMs: z.number().nullable().describe('Median step from one time to the next different one'),
  regularShare: z
    .number()
    .nullable()
    .describe('Share of the steps that are as long as the most frequent one'),
  frequency: z
    .string()
    .nullable()
    .describe('hourly, daily, every 7 s …, where at least half of the steps agree'),
  gaps: z
    .array(z.object({ fromMs: z.number(), toMs: z.number() }))
    .describe('The longest steps, at most 10, where they are far above the typical one'),
  weekdays: z.array(z.int()).describe('Rows by day of the week, Monday first'),
  hours: z.array(z.int()).nullable().describe('Rows by hour of the day (UTC); null for dates'),
  isExact: z
    .boolean()
    .describe('False: there are too many times, and steps are told to about a millionth of the range'),
});
export type TimeShape = z.infer<typeof TimeShape>;

export const ColumnDetails = z.object({
  name: z.string(),
  semantic: SemanticType.nullable(),
  semanticShare: z.number().nullable().describe('Share of the values of the sample that have this form'),
  once: z.int().nullable().describe('Values that occur only once; null where they are too many to count'),
  rareValues: z
    .array(ValueCount)
    .describe('The least frequent values, at most 10; empty where nearly all are rare'),
  number: NumberShape.nullable(),
  text: TextShape.nullable(),
  time: TimeShape.nullable(),
});
export type ColumnDetails = z.infer<typeof ColumnDetails>;

/** Which columns are missing together, over all rows. */
export const MissingPatterns = z.object({
  columns: z.array(z.string()).describe('Columns with a missing value, at most 60'),
  patterns: z
    .array(z.object({ missing: z.array(z.string()), rows: z.int() }))
    .describe('The most frequent combinations, at most 20; none missing is one of them'),
  patternCount: z.int(),
  completeRows: z.int(),
  correlation: z
    .array(z.array(z.number().nullable()))
    .describe('Pearson correlation of "is missing" between the columns'),
  blocks: z
    .object({ rows: z.int(), missing: z.array(z.array(z.int())) })
    .describe('The file cut into blocks of so many rows: missing values by column, then by block'),
});
export type MissingPatterns = z.infer<typeof MissingPatterns>;

export const AssociationMeasure = z.enum([
  'overall',
  'pearson',
  'spearman',
  'cramers-v',
  'correlation-ratio',
]);
export type AssociationMeasure = z.infer<typeof AssociationMeasure>;

/** How columns go together by one measure. Rows and columns are the same but for the correlation ratio: a category explains a number. */
export const Association = z.object({
  measure: AssociationMeasure,
  rows: z.array(z.string()),
  columns: z.array(z.string()),
  values: z.array(z.array(z.number().nullable())),
});
export type Association = z.infer<typeof Association>;

export const FindingSeverity = z.enum(['high', 'medium', 'info']);
export type FindingSeverity = z.infer<typeof FindingSeverity>;

/** Something that a person should know before using the data, and what to do about it. */
export const Finding = z.object({
  code: z.enum([
    'empty',
    'constant',
    'nearly-constant',
    'missing',
    'missing-together',
    'missing-in-part',
    'id-like',
    'high-cardinality',
    'imbalanced',
    'skewed',
    'outliers',
    'infinite',
    'many-zeros',
    'blank-text',
    'padded-text',
    'case-variants',
    'number-as-text',
    'date-as-text',
    'near-duplicate',
    'strongly-related',
    'time-gaps',
    'unsorted-time',
    'duplicate-rows',
    'few-rows',
    'personal-data',
    'leak',
    'rare-class',
    'missing-target',
  ]),
  severity: FindingSeverity,
  column: z.string().nullable(),
  others: z.array(z.string()).describe('Other columns that it is about'),
  message: z.string(),
  advice: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const ProfileDetails = z.object({
  columns: z.array(ColumnDetails).describe('In the order of the columns of the profile'),
  missing: MissingPatterns.nullable().describe('Null: nothing is missing'),
  associations: z.array(Association).describe('Over the rows of the sample; at most 60 columns a measure'),
  duplicates: z
    .object({
      columns: z.array(z.string()),
      examples: z.array(z.object({ cells: z.array(Cell), count: z.int() })),
    })
    .nullable()
    .describe('Rows that occur more than once, most frequent first; null where they were not looked for'),
  findings: z.array(Finding).describe('Worst first'),
  sampledRows: z
    .int()
    .nullable()
    .describe(
      'Semantic types, texts and associations are told from so many rows taken evenly; null: from all',
    ),
  seconds: z.number(),
});
export type ProfileDetails = z.infer<typeof ProfileDetails>;

/** How every other column goes with the one that is to be predicted. */
export const TargetProfile = z.object({
  column: z.string(),
  kind: z.enum(['number', 'category']),
  classes: z.array(ValueCount).describe('Of a category; else empty'),
  relations: z
    .array(
      z.object({
        name: z.string(),
        measure: AssociationMeasure.exclude(['overall', 'pearson']),
        value: z.number().nullable(),
        information: z
          .number()
          .nullable()
          .describe(
            'Mutual information over the entropy of the target, 0 to 1: the share of what there is to know about the target that this column alone tells. Numbers are cut into 10 parts of equal size',
          ),
      }),
    )
    .describe('Most informative first'),
  findings: z.array(Finding),
  rows: z.int().describe('Rows that this is told from'),
});
export type TargetProfile = z.infer<typeof TargetProfile>;

/** The profile of a version; `details` and `target` are there once they were computed (POST on the same address). */
export const VersionProfile = DatasetProfile.extend({
  details: ProfileDetails.nullable(),
  target: TargetProfile.nullable().describe('For the target that was asked for'),
}).meta({ id: 'VersionProfile' });
export type VersionProfile = z.infer<typeof VersionProfile>;

const Five = z.object({
  p05: z.number(),
  p25: z.number(),
  p50: z.number(),
  p75: z.number(),
  p95: z.number(),
});

/** Two columns against each other. One of `grid`, `groups` and `table` is there, by the types of both. */
export const ColumnInteraction = z.object({
  x: z.string(),
  y: z.string(),
  rows: z.int().describe('Rows where both have a value'),
  grid: z
    .object({
      xEdges: z.array(z.number()),
      yEdges: z.array(z.number()),
      counts: z.array(z.array(z.int())).describe('By y, then by x; over all rows'),
      points: z.array(z.tuple([z.number(), z.number()])).describe('At most 1,000 rows, taken evenly'),
    })
    .nullable()
    .describe('Two numbers or times (milliseconds)'),
  groups: z
    .array(z.object({ label: z.string(), rows: z.int(), mean: z.number(), quantiles: Five }))
    .nullable()
    .describe('A category and a number: the number within the 20 most frequent values'),
  table: z
    .object({
      xLabels: z.array(z.string()),
      yLabels: z.array(z.string()),
      counts: z.array(z.array(z.int())).describe('By y, then by x; the 20 most frequent values of each'),
    })
    .nullable()
    .describe('Two categories'),
});
export type ColumnInteraction = z.infer<typeof ColumnInteraction>;

const Target = z.string().min(1).optional().describe('Column to be predicted');

export const datasetProfilesApi = {
  get: endpoint({
    id: 'datasetProfiles.get',
    method: 'GET',
    path: '/api/v1/dataset-versions/{versionId}/profile',
    summary: 'Profile of a dataset version',
    params: byVersionRef,
    query: z.object({ target: Target }),
    response: VersionProfile,
    errors: ['datasets/not-found', 'datasets/version-not-found', 'datasets/column-not-found'],
  }),
  compute: endpoint({
    id: 'datasetProfiles.compute',
    method: 'POST',
    path: '/api/v1/dataset-versions/{versionId}/profile',
    summary: 'Compute the details of a profile, and what goes with a target (a job)',
    description: 'Computed once and kept; a version never changes.',
    params: byVersionRef,
    body: z.object({ target: Target }),
    status: 202,
    response: Job,
    errors: ['datasets/not-found', 'datasets/version-not-found', 'datasets/column-not-found'],
  }),
  html: endpoint({
    id: 'datasetProfiles.html',
    method: 'GET',
    path: '/api/v1/dataset-versions/{versionId}/profile/html',
    summary: 'The profile as one HTML file that needs nothing else',
    params: byVersionRef,
    query: z.object({ target: Target }),
    response: 'bytes',
    errors: [
      'datasets/not-found',
      'datasets/version-not-found',
      'datasets/column-not-found',
      'datasets/not-profiled',
    ],
  }),
  interaction: endpoint({
    id: 'datasetProfiles.interaction',
    method: 'GET',
    path: '/api/v1/dataset-versions/{versionId}/interaction',
    summary: 'Two columns of a dataset version against each other',
    params: byVersionRef,
    query: z.object({ x: z.string().min(1), y: z.string().min(1) }),
    response: ColumnInteraction,
    errors: ['datasets/not-found', 'datasets/version-not-found', 'datasets/column-not-found'],
    timeoutMs: 120_000,
  }),
};
