import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { stringify as toYaml } from 'yaml';
import type { Experiment, RealNumber, Run, RunStatus } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import { kindOf } from '../files.ts';
import type { RunExporter, Skip } from './exported-run.ts';

/** Where a run is written before it takes its place; while it is there, the export is not finished. */
const stagingName = '.assay-export';

const statusNumbers: Record<RunStatus, number> = {
  running: 1,
  scheduled: 2,
  finished: 3,
  failed: 4,
  killed: 5,
};

/**
 * Makes the folder, which must be new, empty, or that of an export which was cut in the middle.
 * Errors: export/target-exists, export/not-writable.
 */
export async function prepareMlrunsFolder(root: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true });
    const names = await readdir(root);
    if (names.length > 0 && !names.includes(stagingName)) {
      throw new AssayError('export/target-exists', `The folder ${root} is not empty.`, {
        hint: 'Choose another folder.',
      });
    }
    await mkdir(join(root, stagingName), { recursive: true });
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw new AssayError('export/not-writable', `${root} cannot be written: ${messageOf(thrown)}`);
  }
}

/** Ends an export into a folder that is complete. One that is ended already is fine. */
export async function finishMlrunsFolder(root: string): Promise<void> {
  await rm(join(root, stagingName), { recursive: true, force: true });
}

/**
 * Writes runs into a prepared folder as MLflow's file store does. A run appears when it is whole, so that one which is there
 * is passed over when the export goes on.
 *
 * Errors: the reason of `signal` once it is aborted.
 */
export function createMlrunsWriter(root: string, skip: Skip, signal: AbortSignal): RunExporter {
  const written = new Set<string>();
  return async (each) => {
    const { run, experiment } = each;
    const experimentDir = join(root, experiment.id);
    const place = join(experimentDir, run.id);
    if ((await kindOf(place)) !== null) return null;
    if (!written.has(experiment.id)) {
      await writeExperiment(experimentDir, experiment);
      written.add(experiment.id);
    }
    const dir = join(root, stagingName, run.id);
    await rm(dir, { recursive: true, force: true });
    for (const folder of ['params', 'metrics', 'tags', 'artifacts'])
      await mkdir(join(dir, folder), { recursive: true });
    await writeFile(join(dir, 'meta.yaml'), toYaml(runMeta(run, place)));
    const entry = async (
      folder: string,
      key: string,
      write: (path: string) => Promise<void>,
    ): Promise<void> => {
      if (!isSafePath(key)) return skip(`a name in ${folder} cannot be a file`, `${run.name}: ${key}`);
      const path = join(dir, folder, key);
      try {
        await mkdir(dirname(path), { recursive: true });
        await write(path);
      } catch (thrown) {
        // MLflow's file store has this limit too: `loss` and `loss/train` cannot both be files.
        if (!isClash(thrown)) throw thrown;
        skip(`a name in ${folder} would be both a file and a folder`, `${run.name}: ${key}`);
      }
    };
    for (const [key, value] of Object.entries(run.params))
      await entry('params', key, (path) => writeFile(path, value));
    for (const [key, value] of Object.entries(each.tags))
      await entry('tags', key, (path) => writeFile(path, value));
    for (const key of Object.keys(run.metrics)) {
      await entry('metrics', key, async (path) => {
        for await (const { steps, timestampsMs, values } of each.history(key)) {
          signal.throwIfAborted();
          const lines = values.map((value, i) => `${timestampsMs[i]} ${pythonFloat(value)} ${steps[i]}\n`);
          await appendFile(path, lines.join(''));
        }
      });
    }
    await writeInputs(dir, experimentDir, run);
    const files = await each.files();
    for (const { path } of files) {
      await entry('artifacts', path, async (target) =>
        pipeline(await each.download(path), createWriteStream(target), { signal }),
      );
    }
    await rename(dir, place);
    return files.length;
  };
}

async function writeExperiment(dir: string, experiment: Experiment): Promise<void> {
  await mkdir(join(dir, 'tags'), { recursive: true });
  await writeFile(
    join(dir, 'meta.yaml'),
    toYaml({
      artifact_location: pathToFileURL(dir).href,
      creation_time: experiment.createdAtMs,
      experiment_id: experiment.id,
      last_update_time: experiment.updatedAtMs,
      lifecycle_stage: 'active',
      name: experiment.name,
    }),
  );
  const tags = {
    ...experiment.tags,
    ...(experiment.description === '' ? {} : { 'mlflow.note.content': experiment.description }),
  };
  for (const [key, value] of Object.entries(tags)) {
    if (isSafePath(key) && !key.includes('/')) await writeFile(join(dir, 'tags', key), value);
  }
}

function runMeta(run: Run, dir: string): Record<string, unknown> {
  return {
    artifact_uri: pathToFileURL(join(dir, 'artifacts')).href,
    end_time: run.endedAtMs,
    entry_point_name: '',
    experiment_id: run.experimentId,
    lifecycle_stage: 'active',
    run_id: run.id,
    run_name: run.name,
    run_uuid: run.id,
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: run.startedAtMs,
    status: statusNumbers[run.status],
    tags: [],
    user_id: run.user,
  };
}

async function writeInputs(dir: string, experimentDir: string, run: Run): Promise<void> {
  for (const { name, digest, context, datasetVersionId } of run.inputs) {
    const id = createHash('sha256')
      .update(JSON.stringify([name, digest]))
      .digest('hex')
      .slice(0, 32);
    const dataset = join(experimentDir, 'datasets', id);
    await mkdir(dataset, { recursive: true });
    const source = JSON.stringify({ datasetVersionId });
    // MLflow holds digests of at most 36 characters.
    const meta = {
      digest: digest.slice(0, 36),
      name,
      profile: null,
      schema: null,
      source,
      source_type: 'assay',
    };
    await writeFile(join(dataset, 'meta.yaml'), toYaml(meta));
    const input = join(dir, 'inputs', id);
    await mkdir(input, { recursive: true });
    await writeFile(
      join(input, 'meta.yaml'),
      toYaml({
        destination_id: run.id,
        destination_type: 'RUN',
        source_id: id,
        source_type: 'DATASET',
        tags: { 'mlflow.data.context': context },
      }),
    );
  }
}

/** Whether a key can be a path below a folder: relative, without empty, `.` or `..` parts. */
function isSafePath(key: string): boolean {
  return (
    !/[\\\0]/.test(key) &&
    key.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.length <= 255)
  );
}

function isClash(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    ['EEXIST', 'ENOTDIR', 'EISDIR'].includes(String(thrown.code))
  );
}

function pythonFloat(value: RealNumber): string {
  if (value === 'NaN') return 'nan';
  if (value === 'Infinity') return 'inf';
  return value === '-Infinity' ? '-inf' : String(value);
}
