import { z } from 'zod';

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

export const Preprocessing = z.object({
  numeric: z
    .object({
      impute: z.enum(['mean', 'median', 'zero']).default('median'),
      missingIndicator: z
        .boolean()
        .default(true)
        .describe('Adds a 0/1 column where the training data has missing values'),
      scale: z.enum(['standard', 'none']).default('standard').describe('Trees ignore it'),
    })
    .prefault({}),
  categorical: z
    .object({
      encoding: z
        .enum(['auto', 'onehot', 'ordinal', 'frequency'])
        .default('auto')
        .describe(
          'auto: one-hot up to maxOneHot categories, beyond it one-hot of the most frequent plus frequency; for trees one-hot up to 10, beyond it one column in the order of the mean target',
        ),
      maxOneHot: z.int().min(2).max(10_000).default(40),
      minCount: z
        .int()
        .min(1)
        .default(10)
        .describe('Categories seen less often share the bucket "rare"; unseen ones go there too'),
    })
    .prefault({}),
  datetime: z
    .object({
      parts: z
        .array(DatetimePart)
        .min(1)
        .default(['month', 'day', 'weekday', 'hour', 'minuteOfDay'])
        .describe(
          'With a time split, parts of its column are left out when the training rows do not cover their cycle twice',
        ),
    })
    .prefault({}),
});
export type Preprocessing = z.infer<typeof Preprocessing>;
