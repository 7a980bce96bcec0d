import { z } from 'zod';

/** How probabilities are corrected, as a part of the model file; learnt from rows that the model was not fitted on. */
export const CalibrationMethod = z
  .enum(['none', 'sigmoid', 'isotonic', 'temperature', 'auto'])
  .describe(
    'sigmoid: a logistic curve over the log-odds (Platt); isotonic: a rising curve of any shape, for 1,000 rows and more; temperature: one factor for all classes; auto: whichever lowers the log loss on the validation rows most, or none',
  );
export type CalibrationMethod = z.infer<typeof CalibrationMethod>;
