import { z } from 'zod';

/** What is predicted: a column, or a SQL expression over the columns under a name of its own (`delay > 15` as `late`). */
export const Target = z.union([
  z.object({ column: z.string().min(1) }),
  z.object({ name: z.string().min(1).max(128), expression: z.string().min(1).max(4000) }),
]);
export type Target = z.infer<typeof Target>;

export const FeatureRole = z.enum(['number', 'category', 'datetime', 'boolean']);
export type FeatureRole = z.infer<typeof FeatureRole>;

export const Features = z.object({
  include: z.array(z.string()).optional().describe('Only these columns; all but the target when left out'),
  exclude: z.array(z.string()).default([]),
  roles: z
    .record(z.string(), FeatureRole)
    .default({})
    .describe('How to treat a column, where the type alone would guess wrong'),
});
