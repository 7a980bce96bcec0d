import { z } from 'zod';

/** How much rows count. Weights are brought to mean 1, so that only their proportions matter. */
export const Weights = z.object({
  column: z
    .string()
    .min(1)
    .optional()
    .describe('Column of numbers from 0 on: how much each row counts. It is no feature unless included'),
  classes: z
    .union([z.literal('balanced'), z.record(z.string(), z.number().positive())])
    .optional()
    .describe(
      'balanced: every class counts the same in all, rare ones more a row; or a factor a class, 1 for those left out. Shifts the probabilities: calibration brings them back',
    ),
  inFigures: z
    .boolean()
    .default(false)
    .describe('Counts the test rows by the column in the figures too; class weights are for training alone'),
});
export type Weights = z.infer<typeof Weights>;
