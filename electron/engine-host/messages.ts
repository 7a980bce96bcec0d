import { z } from 'zod';

/** Main to the engine process. */
export const ToEngine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('init'),
    workspace: z.string().nullable(),
    rendererDir: z.string(),
    port: z.int(),
  }),
  z.object({ type: z.literal('shutdown') }),
]);
export type ToEngine = z.infer<typeof ToEngine>;

/** The engine process to main. */
export const FromEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), readyUrl: z.string() }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string(), hint: z.string() }),
  z.object({
    type: z.literal('job-ended'),
    title: z.string(),
    state: z.string(),
    link: z.string().nullable(),
  }),
  z.object({
    type: z.literal('alert'),
    title: z.string(),
    body: z.string(),
    link: z.string(),
  }),
  z.object({ type: z.literal('busy'), jobs: z.int() }),
]);
export type FromEngine = z.infer<typeof FromEngine>;
