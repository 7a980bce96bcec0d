import { z } from 'zod';

export const PriorTrainer = z.object({ kind: z.literal('prior') });
export type PriorTrainer = z.infer<typeof PriorTrainer>;
