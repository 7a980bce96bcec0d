import { z } from 'zod';
import { RealNumber, RunStatus } from '../../local-api/contract/index.ts';

/*
 * What readers give, in this order for each run: its experiment, the run, then its points, datasets and files, and its end.
 * The items cross from the job process to the engine.
 */

const Texts = z.record(z.string(), z.string());

export const ExchangeItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('experiment'), name: z.string(), description: z.string(), tags: Texts }),
  z.object({
    type: z.literal('run'),
    experiment: z.string(),
    run: z.object({
      id: z.string().regex(/^[0-9a-f]{32}$/),
      name: z.string(),
      status: RunStatus,
      startedAtMs: z.int(),
      endedAtMs: z.int().nullable(),
      params: Texts,
      tags: Texts,
    }),
  }),
  z.object({
    type: z.literal('points'),
    runId: z.string(),
    key: z.string(),
    // Columns of equal length.
    steps: z.array(z.int()),
    timestampsMs: z.array(z.int()),
    values: z.array(RealNumber),
  }),
  z.object({
    type: z.literal('dataset'),
    runId: z.string(),
    dataset: z.object({
      name: z.string(),
      digest: z.string(),
      sourceType: z.string(),
      source: z.string(),
      schema: z.string().nullable(),
      profile: z.string().nullable(),
      context: z.string(),
      tags: Texts,
    }),
  }),
  /** `file` is a path on this machine. */
  z.object({ type: z.literal('file'), runId: z.string(), path: z.string(), file: z.string() }),
  z.object({ type: z.literal('end'), runId: z.string() }),
  z.object({ type: z.literal('skipped'), reason: z.string(), what: z.string(), count: z.int() }),
]);
export type ExchangeItem = z.infer<typeof ExchangeItem>;
export type ExchangeRun = Extract<ExchangeItem, { type: 'run' }>['run'];

/** How a reader tells what it left out. */
export function skipped(reason: string, what: string, count = 1): ExchangeItem {
  return { type: 'skipped', reason, what, count };
}

/** What every reader gets. */
export type ReaderOptions = {
  path: string;
  /** Name for the runs of a source that knows no experiments. */
  experiment: string | null;
  artifacts: boolean;
  artifactsRoot: string | null;
  /** How far it is; `fraction` is null where that cannot be told. */
  progress(fraction: number | null, message: string): void;
};

/** Reads a source run by run in constant memory. Errors: run-imports/unreadable. */
export type Reader = (options: ReaderOptions) => AsyncGenerator<ExchangeItem>;
