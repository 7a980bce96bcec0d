import { z } from 'zod';

const atLeast = z.number().gt(0).max(1);

/** From which probability on the positive class is the answer; with two classes only. All but `fixed` is chosen on the validation rows. */
export const ThresholdChoice = z.discriminatedUnion('by', [
  z.object({ by: z.literal('fixed'), at: z.number().gt(0).lt(1).default(0.5) }),
  z.object({
    by: z.literal('cost').describe('Least cost of the wrong answers'),
    costs: z.object({
      falsePositive: z.number().nonnegative(),
      falseNegative: z.number().nonnegative(),
    }),
  }),
  z.object({ by: z.literal('f1').describe('Highest F1') }),
  z.object({ by: z.literal('youden').describe('Highest true positive rate less false positive rate') }),
  z.object({
    by: z.literal('recall').describe('Finds at least this share of the positives, at the best precision'),
    atLeast,
  }),
  z.object({
    by: z
      .literal('precision')
      .describe('At least this share of the positive answers is right, at the best recall'),
    atLeast,
  }),
]);
export type ThresholdChoice = z.infer<typeof ThresholdChoice>;
