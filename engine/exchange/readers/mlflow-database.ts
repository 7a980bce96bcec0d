import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { AssayError, messageOf } from '../../errors.ts';
import { runIdOf } from '../derived-id.ts';
import { type ExchangeItem, type ReaderOptions, skipped } from '../exchange-item.ts';
import { fileItems } from '../files.ts';
import { artifactFolder, contextTag, fromDatabase, statusOf } from '../mlflow-values.ts';
import { createPointBuffer } from '../points.ts';

type ExperimentRow = { experiment_id: number; name: string; lifecycle_stage: string | null };
type RunRow = {
  run_uuid: string;
  name: string | null;
  user_id: string | null;
  status: string | null;
  start_time: number | null;
  end_time: number | null;
  artifact_uri: string | null;
};
type Pair = { key: string; value: string | null };
type PointRow = { key: string; value: number; timestamp: number; step: number; is_nan: number };
type InputRow = {
  input_uuid: string;
  name: string;
  digest: string;
  dataset_source_type: string;
  dataset_source: string;
  dataset_schema: string | null;
  dataset_profile: string | null;
};

/**
 * The runs of an MLflow server's SQLite database, oldest first, so that parents come before what is nested in them. The file
 * is opened for reading only and may be in use. What MLflow keeps beside runs (traces, logged and registered models) and what
 * is deleted there stays behind, and is counted.
 */
export async function* readMlflowDatabase(options: ReaderOptions): AsyncGenerator<ExchangeItem> {
  let db: BetterSqlite3.Database;
  try {
    db = new BetterSqlite3(options.path, { readonly: true, fileMustExist: true });
    db.prepare('SELECT run_uuid, experiment_id FROM runs LIMIT 1').get();
  } catch (thrown) {
    throw new AssayError(
      'run-imports/unreadable',
      `${options.path} is no database of MLflow that can be read: ${messageOf(thrown)}.`,
      { cause: thrown },
    );
  }
  try {
    yield* read(db, options);
  } finally {
    db.close();
  }
}

async function* read(db: BetterSqlite3.Database, options: ReaderOptions): AsyncGenerator<ExchangeItem> {
  const tables = new Set(
    db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  const count = (sql: string): number => db.prepare<[], { n: number }>(sql).get()?.n ?? 0;
  const total = count("SELECT count(*) AS n FROM runs WHERE lifecycle_stage IS NOT 'deleted'");
  const experiments = db
    .prepare<[], ExperimentRow>(
      'SELECT experiment_id, name, lifecycle_stage FROM experiments ORDER BY experiment_id',
    )
    .all();
  const runReader = createRunReader(db, tables, options);
  let done = 0;
  for (const { experiment_id: id, name, lifecycle_stage: stage } of experiments) {
    if (stage === 'deleted') {
      yield skipped('the experiment is deleted in the source', name);
      continue;
    }
    const tags = tables.has('experiment_tags')
      ? textsOf(
          db
            .prepare<[number], Pair>('SELECT key, value FROM experiment_tags WHERE experiment_id = ?')
            .all(id),
        )
      : {};
    const { 'mlflow.note.content': description = '', ...rest } = tags;
    yield { type: 'experiment', name, description, tags: rest };
    for (const run of runReader.runsOf(id)) {
      options.progress(total === 0 ? 1 : done / total, `${name}: ${run.name ?? run.run_uuid}`);
      done += 1;
      yield* runReader.items(name, run);
    }
    const deleted = count(
      `SELECT count(*) AS n FROM runs WHERE lifecycle_stage = 'deleted' AND experiment_id = ${id}`,
    );
    if (deleted > 0) yield skipped('the run is deleted in the source', name, deleted);
  }
  for (const [table, what] of [
    ['registered_models', 'registered models are not taken over'],
    ['logged_models', 'logged models are not taken over, their files are where they lie in a run'],
    ['trace_info', 'traces are not taken over'],
  ] as const) {
    const rows = tables.has(table) ? count(`SELECT count(*) AS n FROM ${table}`) : 0;
    if (rows > 0) yield skipped(what, table, rows);
  }
}

function createRunReader(db: BetterSqlite3.Database, tables: ReadonlySet<string>, options: ReaderOptions) {
  const runsOf = db.prepare<[number], RunRow>(
    `SELECT run_uuid, name, user_id, status, start_time, end_time, artifact_uri FROM runs
     WHERE experiment_id = ? AND lifecycle_stage IS NOT 'deleted' ORDER BY start_time, run_uuid`,
  );
  const paramsOf = db.prepare<[string], Pair>('SELECT key, value FROM params WHERE run_uuid = ?');
  const tagsOf = db.prepare<[string], Pair>('SELECT key, value FROM tags WHERE run_uuid = ?');
  const pointsOf = db.prepare<[string], PointRow>(
    'SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ?',
  );
  const hasInputs = ['inputs', 'datasets', 'input_tags'].every((table) => tables.has(table));
  const inputsOf = hasInputs
    ? db.prepare<[string], InputRow>(
        `SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile
         FROM inputs AS i JOIN datasets AS d ON d.dataset_uuid = i.source_id
         WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = ?`,
      )
    : null;
  const inputTagsOf = hasInputs
    ? db.prepare<[string], Pair>('SELECT name AS key, value FROM input_tags WHERE input_uuid = ?')
    : null;

  async function* items(experiment: string, row: RunRow): AsyncGenerator<ExchangeItem> {
    const runId = runIdOf(row.run_uuid, 'mlflow');
    const tags = textsOf(tagsOf.all(row.run_uuid));
    const user = row.user_id !== null && row.user_id !== '' ? { 'mlflow.user': row.user_id } : {};
    yield {
      type: 'run',
      experiment,
      run: {
        id: runId,
        name: row.name ?? tags['mlflow.runName'] ?? '',
        status: statusOf(row.status),
        startedAtMs: row.start_time ?? 0,
        endedAtMs: row.end_time,
        params: textsOf(paramsOf.all(row.run_uuid)),
        tags: { ...user, ...tags },
      },
    };
    const buffer = createPointBuffer(runId);
    for (const { key, value, timestamp, step, is_nan: isNan } of pointsOf.iterate(row.run_uuid)) {
      buffer.add(key, step, timestamp, fromDatabase(value, isNan));
      yield* buffer.take();
    }
    yield* buffer.rest();
    for (const input of inputsOf?.all(row.run_uuid) ?? []) {
      const { [contextTag]: context = '', ...inputTags } = textsOf(inputTagsOf?.all(input.input_uuid) ?? []);
      yield {
        type: 'dataset',
        runId,
        dataset: {
          name: input.name,
          digest: input.digest,
          sourceType: input.dataset_source_type,
          source: input.dataset_source,
          schema: input.dataset_schema,
          profile: input.dataset_profile,
          context,
          tags: inputTags,
        },
      };
    }
    if (options.artifacts && row.artifact_uri !== null) {
      const store = { dir: dirname(options.path), artifactsRoot: options.artifactsRoot };
      const folder = await artifactFolder(row.artifact_uri, store);
      if ('dir' in folder) yield* fileItems(runId, folder.dir);
      // A run that logged no file has no folder either, so only files elsewhere are worth a word.
      else if (folder.reason.includes('://')) yield skipped(folder.reason, row.artifact_uri);
    }
    yield { type: 'end', runId };
  }

  return { runsOf: (experimentId: number) => runsOf.all(experimentId), items };
}

function textsOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value ?? '']));
}
