import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { runIdOf } from '../derived-id.ts';
import { type ExchangeItem, type ReaderOptions, skipped } from '../exchange-item.ts';
import { entriesOf, fileItems, filesBelow, kindOf, pathBelow } from '../files.ts';
import { artifactFolder, contextTag, fromPython, statusOf } from '../mlflow-values.ts';
import { createPointBuffer } from '../points.ts';

const Text = z.coerce.string();
const ExperimentMeta = z.object({ name: Text, lifecycle_stage: z.string().nullish() });
const RunMeta = z.object({
  run_id: Text.optional(),
  run_uuid: Text.optional(),
  run_name: z.coerce.string().nullish(),
  user_id: z.coerce.string().nullish(),
  status: z.union([z.number(), z.string()]).nullish(),
  start_time: z.number().nullish(),
  end_time: z.number().nullish(),
  lifecycle_stage: z.string().nullish(),
  artifact_uri: z.string().nullish(),
});
const InputMeta = z.object({
  source_id: Text,
  source_type: z.string(),
  tags: z.record(z.string(), z.coerce.string()).nullish(),
});
const DatasetMeta = z.object({
  name: Text,
  digest: Text,
  source_type: Text,
  source: Text,
  schema: z.string().nullish(),
  profile: z.string().nullish(),
});

/** The runs in an `mlruns` folder. A run whose files cannot be read is left out and named; the others go on. */
export async function* readMlruns(options: ReaderOptions): AsyncGenerator<ExchangeItem> {
  const folders = (await entriesOf(options.path)).filter((entry) => entry.isDirectory());
  // `.trash` holds deleted experiments, `models` the registry.
  const experiments = folders.filter(({ name }) => /^\d+$/.test(name));
  for (const [index, { name: folder }] of experiments.entries()) {
    const dir = join(options.path, folder);
    let meta: z.infer<typeof ExperimentMeta>;
    try {
      meta = await readMeta(dir, ExperimentMeta);
    } catch (thrown) {
      yield skipped('an experiment folder has no readable meta.yaml', `${dir}: ${messageOf(thrown)}`);
      continue;
    }
    if (meta.lifecycle_stage === 'deleted') {
      yield skipped('the experiment is deleted in the source', meta.name);
      continue;
    }
    const { 'mlflow.note.content': description = '', ...tags } = await readTexts(join(dir, 'tags'));
    yield { type: 'experiment', name: meta.name, description, tags };
    yield* readExperiment(dir, meta.name, options, (share, text) =>
      options.progress((index + share) / experiments.length, text),
    );
  }
  if (
    folders.some(({ name }) => name === 'models') &&
    (await entriesOf(join(options.path, 'models'))).length > 0
  ) {
    yield skipped('registered models are not taken over', join(options.path, 'models'));
  }
}

async function* readExperiment(
  dir: string,
  experiment: string,
  options: ReaderOptions,
  progress: (share: number, text: string) => void,
): AsyncGenerator<ExchangeItem> {
  const entries = (await entriesOf(dir)).filter((entry) => entry.isDirectory());
  for (const [index, { name }] of entries.entries()) {
    const runDir = join(dir, name);
    // Beside runs there are tags, datasets, models and traces.
    if ((await kindOf(join(runDir, 'meta.yaml'))) !== 'file' || !/^[0-9a-f-]{32,36}$/.test(name)) continue;
    try {
      const meta = await readMeta(runDir, RunMeta);
      if (meta.lifecycle_stage === 'deleted') {
        yield skipped('the run is deleted in the source', `${experiment}: ${meta.run_name ?? name}`);
        continue;
      }
      progress(index / entries.length, `${experiment}: ${meta.run_name ?? name}`);
      yield* readRun(runDir, experiment, meta, options);
    } catch (thrown) {
      yield skipped('the files of a run cannot be read', `${runDir}: ${messageOf(thrown)}`);
    }
  }
}

async function* readRun(
  dir: string,
  experiment: string,
  meta: z.infer<typeof RunMeta>,
  options: ReaderOptions,
): AsyncGenerator<ExchangeItem> {
  const runId = runIdOf(meta.run_id ?? meta.run_uuid ?? basename(dir), 'mlflow');
  const tags = await readTexts(join(dir, 'tags'));
  const user = meta.user_id != null && meta.user_id !== '' ? { 'mlflow.user': meta.user_id } : {};
  yield {
    type: 'run',
    experiment,
    run: {
      id: runId,
      name: meta.run_name ?? tags['mlflow.runName'] ?? '',
      status: statusOf(meta.status ?? null),
      startedAtMs: meta.start_time ?? 0,
      endedAtMs: meta.end_time ?? null,
      params: await readTexts(join(dir, 'params')),
      tags: { ...user, ...tags },
    },
  };
  yield* readMetrics(runId, join(dir, 'metrics'));
  yield* readInputs(runId, dir);
  if (options.artifacts) {
    const own = join(dir, 'artifacts');
    const store = { dir: options.path, artifactsRoot: options.artifactsRoot };
    const folder =
      (await kindOf(own)) === 'folder' || meta.artifact_uri == null
        ? { dir: own }
        : await artifactFolder(meta.artifact_uri, store);
    if ('dir' in folder) yield* fileItems(runId, folder.dir);
    else if (folder.reason.includes('://')) yield skipped(folder.reason, meta.artifact_uri ?? '');
  }
  yield { type: 'end', runId };
}

/** A file a metric; a line a point: time in milliseconds, value, step. The step was not written by the first versions. */
async function* readMetrics(runId: string, dir: string): AsyncGenerator<ExchangeItem> {
  const buffer = createPointBuffer(runId);
  for await (const file of filesBelow(dir)) {
    const key = pathBelow(dir, file);
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const [time = '', value = '', step = '0'] = line.trim().split(' ');
      if (time === '') continue;
      const point = { timestampMs: Number(time), value: fromPython(value), step: Number(step) };
      if (value === '' || !Number.isSafeInteger(point.timestampMs) || !Number.isSafeInteger(point.step)) {
        yield skipped('a line of a metric file cannot be read', `${file}: ${line.slice(0, 80)}`);
        continue;
      }
      buffer.add(key, point.step, point.timestampMs, point.value);
      yield* buffer.take();
    }
  }
  yield* buffer.rest();
}

async function* readInputs(runId: string, runDir: string): AsyncGenerator<ExchangeItem> {
  for (const { name } of await entriesOf(join(runDir, 'inputs'))) {
    const input = await readMeta(join(runDir, 'inputs', name), InputMeta);
    if (input.source_type !== 'DATASET') continue;
    const dataset = await readMeta(join(runDir, '..', 'datasets', input.source_id), DatasetMeta);
    const { [contextTag]: context = '', ...tags } = input.tags ?? {};
    yield {
      type: 'dataset',
      runId,
      dataset: {
        name: dataset.name,
        digest: dataset.digest,
        sourceType: dataset.source_type,
        source: dataset.source,
        schema: dataset.schema ?? null,
        profile: dataset.profile ?? null,
        context,
        tags,
      },
    };
  }
}

async function readMeta<T>(dir: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(parseYaml(await readFile(join(dir, 'meta.yaml'), 'utf8')));
}

/** A file a key; its path below the folder is the key. */
async function readTexts(dir: string): Promise<Record<string, string>> {
  const texts: [string, string][] = [];
  for await (const file of filesBelow(dir)) texts.push([pathBelow(dir, file), await readFile(file, 'utf8')]);
  return Object.fromEntries(texts);
}
