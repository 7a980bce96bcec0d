import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { derivedRunId } from '../derived-id.ts';
import { type ExchangeItem, type ReaderOptions, skipped } from '../exchange-item.ts';
import { createPointBuffer } from '../points.ts';

const Value = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
  z.null().transform(() => Number.NaN),
]);
const Metric = z.object({
  name: z.string().min(1),
  context: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(z.int()),
  values: z.array(Value),
  times: z.array(z.number().nullable()).default([]),
});
const AimRun = z.object({
  hash: z.string().min(1),
  name: z.string().nullish(),
  experiment: z.string().nullish(),
  description: z.string().nullish(),
  tags: z.array(z.string()).default([]),
  created: z.number(),
  ended: z.number().nullish(),
  params: z.record(z.string(), z.unknown()).default({}),
  metrics: z.array(Metric).default([]),
});
type AimRun = z.infer<typeof AimRun>;

/**
 * Runs of Aim, as the script in docs/guide/migrating.md writes them: a line of JSON a run. The context of a metric becomes
 * part of its name: `loss{subset=train}`. A line that cannot be read is left out and named.
 */
export async function* readAim(options: ReaderOptions): AsyncGenerator<ExchangeItem> {
  const experiments = new Set<string>();
  const lines = createInterface({
    input: createReadStream(options.path),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = AimRun.safeParse(jsonOf(line));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      yield skipped(
        'a line is no run of Aim',
        `line ${number}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      );
      continue;
    }
    const run = parsed.data;
    options.progress(null, run.name ?? run.hash);
    const experiment = options.experiment ?? run.experiment ?? basename(options.path, extname(options.path));
    if (!experiments.has(experiment))
      yield { type: 'experiment', name: experiment, description: '', tags: {} };
    experiments.add(experiment);
    yield* itemsOf(run, experiment);
  }
}

function* itemsOf(run: AimRun, experiment: string): Generator<ExchangeItem> {
  const runId = derivedRunId('aim', run.hash);
  const startedAtMs = Math.round(run.created * 1000);
  const told = run.metrics.flatMap(({ times }) => times.at(-1) ?? []);
  const lastMs = told.reduce((last, seconds) => Math.max(last, Math.round(seconds * 1000)), startedAtMs);
  const tags = {
    'aim.hash': run.hash,
    'aim.tags': run.tags.join(', '),
    'mlflow.source.name': 'aim',
    'mlflow.note.content': run.description ?? '',
  };
  yield {
    type: 'run',
    experiment,
    run: {
      id: runId,
      name: run.name ?? run.hash,
      status: 'finished',
      startedAtMs,
      endedAtMs: run.ended == null ? lastMs : Math.round(run.ended * 1000),
      params: Object.fromEntries(flatten(run.params)),
      tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== '')),
    },
  };
  const buffer = createPointBuffer(runId);
  for (const { name, context, steps, values, times } of run.metrics) {
    const parts = flatten(context).map(([key, value]) => `${key}=${value}`);
    const key = parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
    for (const [index, value] of values.entries()) {
      const seconds = times[index];
      buffer.add(
        key,
        steps[index] ?? index,
        seconds == null ? startedAtMs : Math.round(seconds * 1000),
        value,
      );
    }
    yield* buffer.take();
  }
  yield* buffer.rest();
  yield { type: 'end', runId };
}

/** Nested objects by the path of each end: `{a: {b: 1}}` is `a.b`. */
function flatten(tree: Record<string, unknown>, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]): [string, string][] => {
    const key = `${prefix}${name}`;
    const parsed = z.record(z.string(), z.unknown()).safeParse(value);
    if (parsed.success) return flatten(parsed.data, `${key}.`);
    return [[key, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

function jsonOf(line: string): unknown {
  try {
    // Python writes NaN and infinities bare, which JSON does not have.
    return JSON.parse(line.replace(/(?<=[[,:]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, '"$1"'));
  } catch {
    return undefined;
  }
}
