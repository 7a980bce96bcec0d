import { z } from 'zod';

/** What is told of a model besides its figures. None of it changes the model. */
export const EvaluationOptions = z.object({
  confidence: z.number().min(0.5).max(0.999).default(0.95).describe('Of the intervals'),
  resamples: z
    .int()
    .min(0)
    .max(20_000)
    .default(1000)
    .describe('Of the bootstrap behind the intervals; 0: no intervals from it'),
  slices: z
    .array(z.string().min(1))
    .max(20)
    .default([])
    .describe('Columns, features or not, by whose values the figures are told apart'),
  fairness: z
    .array(z.string().min(1))
    .max(10)
    .default([])
    .describe('Columns, features or not, between whose groups rates of answers are compared'),
  smallGroup: z.int().min(2).default(50).describe('Groups of fewer test rows get a warning'),
  learningCurve: z
    .int()
    .min(0)
    .max(20)
    .default(0)
    .describe(
      'Trains on so many growing parts of the training rows besides; 0: none. Five cost about one more training',
    ),
});
export type EvaluationOptions = z.infer<typeof EvaluationOptions>;
