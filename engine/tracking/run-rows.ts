import type { Selectable } from 'kysely';
import type { MetricSummary, Run, RunInput, RunRow } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Database, FieldSelection, Store } from '../store/index.ts';
import { fromStored } from './real-number.ts';

export type StoredRun = Selectable<Database['runs']>;
type LatestRow = Selectable<Database['metric_latest']>;

export function runNotFound(runIds: readonly string[]): AssayError {
  return new AssayError(
    'runs/not-found',
    runIds.length === 1 ? `There is no run ${runIds[0]}.` : `These runs are not there: ${runIds.join(', ')}.`,
    { problems: runIds.map((id) => ({ path: id, message: 'is not a run of this workspace' })) },
  );
}

function toSummary(row: LatestRow): MetricSummary {
  const bound = (value: number | null) => (value === null ? 'NaN' : fromStored(value, 0));
  return {
    last: fromStored(row.value, row.is_nan),
    step: row.step,
    timestampMs: row.timestamp_ms,
    min: bound(row.min_value),
    max: bound(row.max_value),
    count: row.points,
  };
}

function toPlainFields(row: StoredRun): Omit<Run, 'params' | 'metrics' | 'tags' | 'inputs'> {
  return {
    id: row.id,
    experimentId: String(row.experiment_id),
    name: row.name,
    status: row.status,
    lifecycle: row.lifecycle,
    user: row.user,
    source: row.source,
    parentRunId: row.parent_run_id,
    jobId: row.job_id,
    notes: row.notes,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
  };
}

type Keyed<T> = Map<number, Record<string, T>>;

function gather<Row extends { run_pk: number; name: string }, T>(
  rows: readonly Row[],
  readValue: (row: Row) => T,
): Keyed<T> {
  const found: Keyed<T> = new Map();
  for (const row of rows) {
    const record = found.get(row.run_pk) ?? {};
    // Not an assignment: a key may be called __proto__.
    Object.defineProperty(record, row.name, {
      value: readValue(row),
      enumerable: true,
      writable: true,
      configurable: true,
    });
    found.set(row.run_pk, record);
  }
  return found;
}

/** Reads runs with what they logged, at one query a table however many runs there are. */
export function createRunReader({ db }: Pick<Store, 'db'>) {
  const wanted = (selection: FieldSelection, family: string): 'none' | 'all' | string[] => {
    const keys = selection.keys(family);
    if (keys === 'all') return 'all';
    return keys.size === 0 ? 'none' : [...keys];
  };

  const facts = async (table: 'run_params' | 'run_tags', pks: readonly number[], keys: 'all' | string[]) => {
    let query = db
      .selectFrom(table)
      .innerJoin('keys', 'keys.id', `${table}.key_id`)
      .select([`${table}.run_pk`, 'keys.name', `${table}.value`])
      .where(`${table}.run_pk`, 'in', pks)
      .orderBy('keys.name');
    if (keys !== 'all') {
      const ids = db.selectFrom('keys').select('id').where('name', 'in', keys);
      query = query.where(`${table}.key_id`, 'in', ids);
    }
    return gather(await query.execute(), (row) => row.value);
  };

  const metrics = async (pks: readonly number[], keys: 'all' | string[]) => {
    let query = db
      .selectFrom('metric_latest')
      .innerJoin('keys', 'keys.id', 'metric_latest.key_id')
      .selectAll('metric_latest')
      .select('keys.name')
      .where('metric_latest.run_pk', 'in', pks)
      .orderBy('keys.name');
    if (keys !== 'all') {
      const ids = db.selectFrom('keys').select('id').where('name', 'in', keys);
      query = query.where('metric_latest.key_id', 'in', ids);
    }
    return gather(await query.execute(), toSummary);
  };

  const inputs = async (pks: readonly number[]): Promise<Map<number, RunInput[]>> => {
    const rows = await db.selectFrom('run_inputs').selectAll().where('run_pk', 'in', pks).execute();
    const found = new Map<number, RunInput[]>();
    for (const row of rows) {
      const { name, digest, context, dataset_version_id: datasetVersionId } = row;
      found.set(row.run_pk, [...(found.get(row.run_pk) ?? []), { datasetVersionId, name, digest, context }]);
    }
    return found;
  };

  const childCounts = async (ids: readonly string[]): Promise<Map<string, number>> => {
    const rows = await db
      .selectFrom('runs')
      .select(['parent_run_id as parentRunId', db.fn.countAll<number>().as('count')])
      .where('parent_run_id', 'in', ids)
      .where('lifecycle', '=', 'active')
      .groupBy('parent_run_id')
      .execute();
    return new Map(rows.map(({ parentRunId, count }) => [parentRunId ?? '', count]));
  };

  const read = async (
    rows: readonly StoredRun[],
    selection: FieldSelection,
  ): Promise<Map<number, RunRow>> => {
    const pks = rows.map((row) => row.pk);
    const keys = (family: string) => wanted(selection, family);
    const [metricKeys, paramKeys, tagKeys] = [keys('metrics'), keys('params'), keys('tags')];
    const ofMetrics = metricKeys === 'none' ? null : await metrics(pks, metricKeys);
    const ofParams = paramKeys === 'none' ? null : await facts('run_params', pks, paramKeys);
    const ofTags = tagKeys === 'none' ? null : await facts('run_tags', pks, tagKeys);
    const ofInputs = selection.has('inputs') ? await inputs(pks) : null;
    const ofChildren = selection.names('childCount') ? await childCounts(rows.map(({ id }) => id)) : null;
    return new Map(
      rows.map((row) => {
        const plain = Object.entries(toPlainFields(row)).filter(([name]) => selection.has(name));
        const run: RunRow = { ...Object.fromEntries(plain), id: row.id };
        if (ofMetrics !== null) run.metrics = ofMetrics.get(row.pk) ?? {};
        if (ofParams !== null) run.params = ofParams.get(row.pk) ?? {};
        if (ofTags !== null) run.tags = ofTags.get(row.pk) ?? {};
        if (ofInputs !== null) run.inputs = ofInputs.get(row.pk) ?? [];
        if (ofChildren !== null) run.childCount = ofChildren.get(row.id) ?? 0;
        return [row.pk, run];
      }),
    );
  };

  const wholeRuns = async (pks: readonly number[]): Promise<Map<number, Run>> => {
    const rows = await db.selectFrom('runs').selectAll().where('pk', 'in', pks).execute();
    const [ofParams, ofTags] = [await facts('run_params', pks, 'all'), await facts('run_tags', pks, 'all')];
    const [ofMetrics, ofInputs] = [await metrics(pks, 'all'), await inputs(pks)];
    return new Map(
      rows.map((row) => {
        const run = {
          ...toPlainFields(row),
          params: ofParams.get(row.pk) ?? {},
          metrics: ofMetrics.get(row.pk) ?? {},
          tags: ofTags.get(row.pk) ?? {},
          inputs: ofInputs.get(row.pk) ?? [],
        };
        return [row.pk, run];
      }),
    );
  };

  return {
    /** Rows of a listing with what `selection` asks for, and no more is read. */
    async rows(pks: readonly number[], selection: FieldSelection): Promise<Map<number, RunRow>> {
      const rows = await db.selectFrom('runs').selectAll().where('pk', 'in', pks).execute();
      return read(rows, selection);
    },

    /** Whole runs, by their keys. */
    runs: wholeRuns,

    /** One run with everything. Throws runs/not-found. */
    async run(runId: string): Promise<Run> {
      const row = await db.selectFrom('runs').select('pk').where('id', '=', runId).executeTakeFirst();
      const run = row === undefined ? undefined : (await wholeRuns([row.pk])).get(row.pk);
      if (run === undefined) throw runNotFound([runId]);
      return run;
    },
  };
}
