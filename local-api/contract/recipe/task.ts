import { z } from 'zod';

/**
 * What a model answers: a class, a number, or a score that puts the rows of a group in order (the target then says how relevant
 * a row is: 0, 1, 2 …).
 */
export const Task = z.enum(['classification', 'regression', 'ranking']);
export type Task = z.infer<typeof Task>;
