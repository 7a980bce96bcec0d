import { z } from 'zod';
import type { FeatureRole } from './features.ts';

export const DatetimePart = z.enum([
  'year',
  'month',
  'day',
  'weekday',
  'hour',
  'minute',
  'minuteOfDay',
  'dayOfYear',
]);
export type DatetimePart = z.infer<typeof DatetimePart>;

/** Countries whose public holidays are known by rule, by ISO 3166 code. */
export const HolidayCountry = z.enum(['AT', 'BR', 'DE', 'FR', 'GB', 'IT', 'NL', 'PL', 'SE', 'US']);
export type HolidayCountry = z.infer<typeof HolidayCountry>;

export const NumberScale = z.enum([
  'standard',
  'robust',
  'minMax',
  'quantileUniform',
  'quantileNormal',
  'yeoJohnson',
  'boxCox',
  'log1p',
  'none',
]);
export type NumberScale = z.infer<typeof NumberScale>;

/** Settings of number columns, without defaults, since a column's own settings only name what differs. */
const numeric = {
  impute: z
    .enum(['mean', 'median', 'mode', 'constant', 'zero'])
    .describe('What a missing number becomes; for trees it stays missing'),
  fill: z.number().describe('The number that impute: constant fills in'),
  missingIndicator: z.boolean().describe('Adds a 0/1 column where the training data has missing values'),
  scale: NumberScale.describe(
    'standard: mean 0, deviation 1; robust: median 0, interquartile range 1; minMax: 0 to 1; quantile…: by rank; yeoJohnson, boxCox (above zero only), log1p: made symmetric, then standard. Trees ignore it',
  ),
  clip: z
    .enum(['none', 'quantile', 'iqr'])
    .describe('Brings outliers to the edge of what is usual in the training rows'),
  clipQuantile: z
    .number()
    .positive()
    .max(0.25)
    .describe('clip: quantile keeps between this quantile and 1 minus it'),
  clipRange: z
    .number()
    .positive()
    .max(100)
    .describe('clip: iqr keeps within this many interquartile ranges beyond the quartiles'),
};

const categorical = {
  encoding: z
    .enum(['auto', 'onehot', 'ordinal', 'frequency', 'target'])
    .describe(
      'auto: one-hot up to maxOneHot categories, beyond it one-hot of the most frequent plus frequency; for trees one-hot up to 10, beyond it one column in the order of the mean target. target: the mean target of the category, out of fold for the training rows',
    ),
  maxOneHot: z.int().min(2).max(10_000).describe('Most columns that one-hot makes of a feature'),
  minCount: z
    .int()
    .min(1)
    .describe('Categories seen less often share the bucket "rare"; unseen ones go there too'),
  missing: z
    .enum(['own', 'mode', 'constant'])
    .describe('own: a missing category is a category; mode: it becomes the most frequent one'),
  fillCategory: z.string().min(1).describe('The category that missing: constant fills in'),
  targetSmoothing: z
    .number()
    .min(0)
    .max(1e9)
    .describe(
      'Weight of the overall mean in rows, for encoding: target. When left out, by the variance within and between categories',
    ),
  targetFolds: z
    .int()
    .min(2)
    .max(20)
    .describe('Parts that the training rows are encoded in, each by the others, for encoding: target'),
};

const datetime = {
  parts: z
    .array(DatetimePart)
    .min(1)
    .describe(
      'With a time split, parts of its column are left out when the training rows do not cover their cycle twice',
    ),
  cyclic: z
    .boolean()
    .describe('Parts that come round again become sine and cosine, so that December is beside January'),
  daysSince: z
    .union([z.literal('first'), z.iso.date()])
    .describe(
      'first: adds the days since the first date of the training rows; a date such as 2020-01-31: those since it',
    ),
  holidays: HolidayCountry.describe("Adds a 0/1 column for the country's public holidays, 1970 to 2069"),
};

/** What one column has that differs from the settings of all. */
export const ColumnPreprocessing = z.strictObject({ ...numeric, ...categorical, ...datetime }).partial();
export type ColumnPreprocessing = z.infer<typeof ColumnPreprocessing>;

/** Which settings a column of a role can have. */
export const columnSettingKeys = {
  number: Object.keys(numeric),
  boolean: ['impute', 'fill', 'missingIndicator'],
  category: Object.keys(categorical),
  datetime: [...Object.keys(datetime), 'missingIndicator'],
} as const;

export const Interaction = z.strictObject({
  kind: z
    .enum(['product', 'ratio', 'sum', 'difference', 'cross'])
    .describe('difference of two dates: in days. cross: pairs of categories as categories'),
  columns: z.tuple([z.string().min(1), z.string().min(1)]).describe('Two features'),
});
export type Interaction = z.infer<typeof Interaction>;

/** Roles of the features that an interaction can be made of. */
export const interactionRoles: Record<Interaction['kind'], readonly FeatureRole[]> = {
  product: ['number', 'boolean'],
  ratio: ['number', 'boolean'],
  sum: ['number', 'boolean'],
  difference: ['number', 'boolean', 'datetime'],
  cross: ['category'],
};

const selection = z.strictObject({
  minVariance: z
    .number()
    .min(0)
    .max(0.25)
    .default(0)
    .describe('Leaves out features that vary less: numbers after bringing them to 0 to 1. 0: none'),
  maxCorrelation: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe(
      'Of two numbers that correlate more strongly, the one that tells less of the target goes. 1: none',
    ),
  top: z.int().min(1).optional().describe('Keeps only so many features'),
  by: z
    .enum(['mutualInformation', 'trees'])
    .default('mutualInformation')
    .describe(
      'What top goes by: what each feature alone tells of the target, or the gain that small boosted trees have by it beside the others',
    ),
});

export const Preprocessing = z.strictObject({
  numeric: z
    .strictObject({
      impute: numeric.impute.default('median'),
      fill: numeric.fill.default(0),
      missingIndicator: numeric.missingIndicator.default(true),
      scale: numeric.scale.default('standard'),
      clip: numeric.clip.default('none'),
      clipQuantile: numeric.clipQuantile.default(0.01),
      clipRange: numeric.clipRange.default(1.5),
    })
    .prefault({}),
  categorical: z
    .strictObject({
      encoding: categorical.encoding.default('auto'),
      maxOneHot: categorical.maxOneHot.default(40),
      minCount: categorical.minCount.default(10),
      missing: categorical.missing.default('own'),
      fillCategory: categorical.fillCategory.optional(),
      targetSmoothing: categorical.targetSmoothing.optional(),
      targetFolds: categorical.targetFolds.default(5),
    })
    .prefault({}),
  datetime: z
    .strictObject({
      parts: datetime.parts.default(['month', 'day', 'weekday', 'hour', 'minuteOfDay']),
      cyclic: datetime.cyclic.default(false),
      daysSince: datetime.daysSince.optional(),
      holidays: datetime.holidays.optional(),
    })
    .prefault({}),
  interactions: z.array(Interaction).max(200).default([]).describe('Further features, each made of two'),
  selection: selection
    .prefault({})
    .describe('Which features are kept; decided on the training rows of each fold'),
  columns: z
    .record(z.string(), ColumnPreprocessing)
    .default({})
    .describe('Settings of single columns, where they differ from those of all'),
});
export type Preprocessing = z.infer<typeof Preprocessing>;
