import { z } from 'zod';

/**
 * How rows are shared out. `time` puts the newest rows in the test part, the ones before in validation. `group` keeps rows with the
 * same value of a column together, so that the test part has only groups that training never saw.
 */
export const Split = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('random'),
    stratify: z.boolean().default(true),
    test: z.number().min(0.01).max(0.9).default(0.2),
    validation: z.number().min(0.01).max(0.9).default(0.1),
  }),
  z.object({
    kind: z.literal('time'),
    column: z.string().min(1),
    test: z.number().min(0.01).max(0.9).default(0.2),
    validation: z.number().min(0.01).max(0.9).default(0.1),
  }),
  z.object({
    kind: z.literal('group'),
    column: z.string().min(1),
    test: z.number().min(0.01).max(0.9).default(0.2),
    validation: z.number().min(0.01).max(0.9).default(0.1),
  }),
]);
export type Split = z.infer<typeof Split>;
