import { z } from 'zod';

const Matrix = z.array(z.array(z.number().nullable()));

/** What test/fixtures/profile/make.py writes. */
export const GoldenProfile = z.object({
  rows: z.int(),
  numbers: z.record(
    z.string(),
    z.object({
      mean: z.number(),
      std: z.number(),
      skewness: z.number().nullable(),
      kurtosis: z.number().nullable(),
      quantiles: z.array(z.number()),
      zeros: z.int(),
      negatives: z.int(),
    }),
  ),
  categories: z.record(z.string(), z.object({ distinct: z.int(), once: z.int() })),
  pearson: z.object({ columns: z.array(z.string()), values: Matrix }),
  spearman: z.object({ columns: z.array(z.string()), values: Matrix }),
  cramersV: z.object({ columns: z.array(z.string()), values: Matrix }),
  correlationRatio: z.object({ rows: z.array(z.string()), columns: z.array(z.string()), values: Matrix }),
  missing: z.object({
    columns: z.array(z.string()),
    correlation: Matrix,
    patterns: z.array(z.object({ missing: z.array(z.string()), rows: z.int() })),
  }),
  duplicateRows: z.int(),
});
export type GoldenProfile = z.infer<typeof GoldenProfile>;
