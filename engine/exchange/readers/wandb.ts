import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { derivedRunId } from '../derived-id.ts';
import { type ExchangeItem, type ExchangeRun, type ReaderOptions, skipped } from '../exchange-item.ts';
import { fileItems, filesBelow, kindOf } from '../files.ts';
import { wandbRecords } from '../formats/wandb-records.ts';
import { parseWandbRecord, type WandbEntry, type WandbRun } from '../formats/wandb-run.ts';
import { createPointBuffer } from '../points.ts';

type Known = {
  run: WandbRun | null;
  config: Map<string, unknown>;
  summary: Map<string, unknown>;
  exit: { code: number; runtimeSeconds: number } | null;
  environment: { user: string; program: string } | null;
  lastMs: number;
  lastStep: number;
};

/**
 * Offline runs of W&B: every `.wandb` file below a folder, with its config, history, summary, system metrics and files. The
 * project is the experiment. Each file is read twice, once for what the run is.
 */
export async function* readWandb(options: ReaderOptions): AsyncGenerator<ExchangeItem> {
  const files: string[] = [];
  if ((await kindOf(options.path)) === 'file') files.push(options.path);
  else for await (const file of filesBelow(options.path)) if (file.endsWith('.wandb')) files.push(file);
  const experiments = new Set<string>();
  for (const [index, file] of files.entries()) {
    options.progress(index / files.length, basename(file));
    const known = await survey(file);
    if (known.run === null) {
      yield skipped('a file of W&B names no run', file);
      continue;
    }
    const experiment = options.experiment ?? (known.run.project === '' ? 'uncategorized' : known.run.project);
    if (!experiments.has(experiment))
      yield { type: 'experiment', name: experiment, description: '', tags: {} };
    experiments.add(experiment);
    const run = runOf(known.run, known);
    yield { type: 'run', experiment, run };
    yield* points(file, run, known);
    const kept = join(dirname(file), 'files');
    if (options.artifacts) yield* fileItems(run.id, kept);
    yield { type: 'end', runId: run.id };
  }
}

async function survey(file: string): Promise<Known> {
  const known: Known = {
    run: null,
    config: new Map(),
    summary: new Map(),
    exit: null,
    environment: null,
    lastMs: 0,
    lastStep: 0,
  };
  for await (const entry of entries(file)) {
    if (entry.type === 'run') {
      known.run = entry.run;
      for (const [key, value] of entry.run.config) known.config.set(key, value);
    } else if (entry.type === 'config') for (const [key, value] of entry.values) known.config.set(key, value);
    else if (entry.type === 'summary') for (const [key, value] of entry.values) known.summary.set(key, value);
    else if (entry.type === 'exit') known.exit = entry;
    else if (entry.type === 'environment') known.environment = entry;
    else if (entry.type === 'history') {
      known.lastStep = Math.max(known.lastStep, entry.step);
      known.lastMs = Math.max(known.lastMs, timeOf(entry.values) ?? 0);
    }
  }
  return known;
}

function runOf(run: WandbRun, { config, exit, environment, lastMs }: Known): ExchangeRun {
  const params = [...config]
    .filter(([key]) => key !== '_wandb' && !key.startsWith('_wandb.'))
    .map(([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
  const runtimeMs = (exit?.runtimeSeconds ?? 0) * 1000;
  const tags = {
    'wandb.run_id': run.id,
    'wandb.tags': run.tags.join(', '),
    'wandb.group': run.group,
    'wandb.job_type': run.jobType,
    'assay.host': run.host,
    'assay.git.commit': run.commit,
    'mlflow.user': environment?.user ?? '',
    'mlflow.source.name': environment?.program ? environment.program : 'wandb',
    'mlflow.note.content': run.notes,
  };
  return {
    id: derivedRunId('wandb', run.project, run.id, String(run.startedAtMs)),
    name: run.name === '' ? run.id : run.name,
    // Without an exit record the process was killed.
    status: exit === null ? 'killed' : exit.code === 0 ? 'finished' : 'failed',
    startedAtMs: run.startedAtMs,
    endedAtMs: Math.max(run.startedAtMs + runtimeMs, lastMs),
    params: Object.fromEntries(params),
    tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== '')),
  };
}

async function* points(file: string, run: ExchangeRun, known: Known): AsyncGenerator<ExchangeItem> {
  const buffer = createPointBuffer(run.id);
  const seen = new Set<string>();
  const left = new Map<string, number>();
  let sample = 0;
  for await (const entry of entries(file, (fault) => left.set(fault, 1))) {
    if (entry.type !== 'history' && entry.type !== 'stats') continue;
    const timestampMs =
      entry.type === 'stats' ? entry.timestampMs : (timeOf(entry.values) ?? run.startedAtMs);
    const step = entry.type === 'stats' ? sample : entry.step;
    if (entry.type === 'stats') sample += 1;
    for (const [key, value] of entry.values) {
      if (entry.type === 'history' && key.startsWith('_')) continue;
      const name = entry.type === 'stats' ? `system/${key.replace(/^system\./, '')}` : key;
      seen.add(name);
      const number = numberOf(value);
      if (number === null) left.set(name, (left.get(name) ?? 0) + 1);
      else buffer.add(name, step, timestampMs, number);
    }
    yield* buffer.take();
  }
  // What was only set in the summary has no history: its one point stands at the end.
  for (const [key, value] of known.summary) {
    const number = numberOf(value);
    if (number !== null && !key.startsWith('_') && !seen.has(key)) {
      buffer.add(key, known.lastStep, run.endedAtMs ?? run.startedAtMs, number);
    }
  }
  yield* buffer.rest();
  for (const [what, count] of left) {
    yield skipped(
      what.startsWith(file)
        ? 'a file of W&B is damaged; what comes before the damage was read'
        : 'values that are no numbers (text, media, tables) are not taken over',
      what.startsWith(file) ? what : `${run.name}: ${what}`,
      count,
    );
  }
}

async function* entries(
  file: string,
  onFault: (fault: string) => void = () => {},
): AsyncGenerator<WandbEntry> {
  for await (const record of wandbRecords(file)) {
    if ('fault' in record) {
      onFault(`${file}: ${record.fault}`);
      continue;
    }
    try {
      const entry = parseWandbRecord(record.bytes);
      if (entry !== null) yield entry;
    } catch (thrown) {
      onFault(`${file}: ${messageOf(thrown)}`);
    }
  }
}

function timeOf(values: readonly [string, unknown][]): number | null {
  const seconds = values.find(([key]) => key === '_timestamp')?.[1];
  return typeof seconds === 'number' ? Math.floor(seconds * 1000) : null;
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : null;
}
