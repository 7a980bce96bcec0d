import { z } from 'zod';

const ErrorOf = z.object({
  standardError: z.number(),
  statistic: z.number().describe('Coefficient over standard error'),
  pValue: z.number().describe('How often a coefficient of 0 would look at least as large'),
  low: z.number().describe('Lower end of the 95 % interval'),
  high: z.number(),
});
export type CoefficientError = z.infer<typeof ErrorOf>;

const Coefficient = z.object({
  score: z.string().nullable().describe('The class whose score it is part of; null where there is one score'),
  column: z.string().nullable().describe('Column of the matrix; null: the intercept'),
  feature: z.string().nullable().describe('Column of the data that it was made of'),
  value: z.number().describe('Change of the score by one unit of the matrix column'),
  unit: z
    .number()
    .nullable()
    .describe(
      'One unit of the matrix column in units of the data: value / unit is the change by one of those; null where the column is no straight image of the data',
    ),
  error: ErrorOf.nullable().describe('Null where it is not defined'),
  robust: ErrorOf.nullable().describe('HC3, right also where the spread of the errors differs between rows'),
});
export type Coefficient = z.infer<typeof Coefficient>;

/** What a run of a linear model keeps in `model/coefficients.json`. */
export const ModelCoefficients = z.object({
  link: z
    .enum(['identity', 'log', 'logit', 'softmax'])
    .describe('How the score becomes the answer; logit: log-odds of `positive`'),
  loss: z.string(),
  positive: z.string().nullable().describe('Of two classes the one whose log-odds the score is'),
  rows: z.int(),
  errors: z
    .object({
      statistic: z.enum(['t', 'z']),
      degrees: z.int().describe('Rows less coefficients'),
      dispersion: z.number(),
    })
    .nullable(),
  undefinedBecause: z.string().nullable().describe('Why there are no standard errors'),
  terms: z.array(Coefficient),
});
export type ModelCoefficients = z.infer<typeof ModelCoefficients>;
