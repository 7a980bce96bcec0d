import type BetterSqlite3 from 'better-sqlite3';

/** How much each run of a volume holds. */
export type VolumeShape = { metrics: number; params: number; tags: number };

/** A run of a volume: the same for the same number and shape, in whatever database it is put. */
export type VolumeRun = {
  id: string;
  name: string;
  status: 'finished' | 'failed';
  startedAtMs: number;
  endedAtMs: number;
  metrics: [key: string, value: number][];
  params: [key: string, value: string][];
  tags: [key: string, value: string][];
};

const trainers = ['gbdt', 'linear', 'mlp', 'forest'] as const;
const startMs = Date.UTC(2026, 0, 1);

/** Evenly spread over 0 ≤ x < 1 and unlike its neighbours (Weyl sequence with the golden ratio). */
function spread(number: number): number {
  return (number * 0.618_033_988_749_895) % 1;
}

/**
 * Metrics m0, m1 … are spread evenly over 0 to 1. Param p0 is the trainer (a quarter each), p1 a number from 0 to 9, p2 is
 * different in every run, and so they go on. Tag t0 is one of a hundred teams.
 */
export function volumeRun(index: number, shape: VolumeShape): VolumeRun {
  const startedAtMs = startMs + index * 1000;
  const param = (key: number): string =>
    key % 3 === 0
      ? (trainers[index % trainers.length] as string)
      : String(key % 3 === 1 ? index % 10 : index * 7);
  return {
    id: (index + 1).toString(16).padStart(32, '0'),
    name: `run-${index}`,
    status: index % 20 === 0 ? 'failed' : 'finished',
    startedAtMs,
    endedAtMs: startedAtMs + 60_000,
    metrics: Array.from({ length: shape.metrics }, (_, key) => [`m${key}`, spread(index * 31 + key * 7)]),
    params: Array.from({ length: shape.params }, (_, key) => [`p${key}`, param(key)]),
    tags: Array.from({ length: shape.tags }, (_, key) => [`t${key}`, `team-${(index + key) % 100}`]),
  };
}

/** Indexes that are filled at the end, in order, which is many times faster than row by row. */
const bulkIndexes = ['metric_latest', 'run_params', 'run_tags'];

/**
 * Puts runs into the tables of Assay, as the tracking service would leave them, with one point for each metric.
 * Cost: 100,000 runs with 50 metrics in about a minute.
 */
export function fillRuns(
  sqlite: BetterSqlite3.Database,
  volume: { experimentId: number; from: number; count: number; shape: VolumeShape },
): void {
  const { experimentId, from, count, shape } = volume;
  const indexes = sqlite
    .prepare<[], { name: string; tbl_name: string; sql: string }>(
      "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    )
    .all()
    .filter((index) => bulkIndexes.includes(index.tbl_name));
  sqlite.transaction(() => {
    for (const { name } of indexes) sqlite.exec(`DROP INDEX ${name}`);
    const keyIds = createKeyIds(sqlite);
    sqlite
      .prepare(
        'INSERT OR IGNORE INTO experiments (id, name, created_at_ms, updated_at_ms) VALUES (?, ?, 0, 0)',
      )
      .run(experimentId, `volume ${experimentId}`);
    const addRun = sqlite.prepare(
      `INSERT INTO runs (id, experiment_id, name, status, started_at_ms, ended_at_ms)
       VALUES (@id, @experimentId, @name, @status, @startedAtMs, @endedAtMs)`,
    );
    const addPoint = sqlite.prepare(
      'INSERT INTO metric_points (run_pk, key_id, step, timestamp_ms, value) VALUES (?, ?, 0, ?, ?)',
    );
    const addLatest = sqlite.prepare(
      `INSERT INTO metric_latest (run_pk, key_id, experiment_id, value, is_nan, step, timestamp_ms, min_value, max_value, points, in_time_order)
       VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?, 1, 1)`,
    );
    const addParam = sqlite.prepare(
      'INSERT INTO run_params (run_pk, key_id, value, number) VALUES (?, ?, ?, ?)',
    );
    const addTag = sqlite.prepare('INSERT INTO run_tags (run_pk, key_id, value) VALUES (?, ?, ?)');
    for (let index = from; index < from + count; index += 1) {
      const { metrics, params, tags, ...run } = volumeRun(index, shape);
      const pk = Number(addRun.run({ ...run, experimentId }).lastInsertRowid);
      const atMs = run.startedAtMs;
      for (const [key, value] of metrics) {
        const keyId = keyIds(key);
        addPoint.run(pk, keyId, atMs, value);
        addLatest.run(pk, keyId, experimentId, value, atMs, value, value);
      }
      for (const [key, value] of params) {
        addParam.run(pk, keyIds(key), value, /^\d+$/.test(value) ? Number(value) : null);
      }
      for (const [key, value] of tags) addTag.run(pk, keyIds(key), value);
    }
    for (const index of indexes) sqlite.exec(index.sql);
  })();
}

/** A curve of `points` steps for one run that is there; value = a decaying wave. */
export function fillCurve(
  sqlite: BetterSqlite3.Database,
  curve: { runId: string; key: string; points: number },
): void {
  sqlite.transaction(() => {
    const keyId = createKeyIds(sqlite)(curve.key);
    const run = sqlite
      .prepare<[string], { pk: number; experimentId: number }>(
        'SELECT pk, experiment_id AS experimentId FROM runs WHERE id = ?',
      )
      .get(curve.runId);
    if (run === undefined) throw new Error(`There is no run ${curve.runId}.`);
    const addPoint = sqlite.prepare(
      'INSERT INTO metric_points (run_pk, key_id, step, timestamp_ms, value) VALUES (?, ?, ?, ?, ?)',
    );
    for (let step = 0; step < curve.points; step += 1) {
      addPoint.run(run.pk, keyId, step, startMs + step, curveValue(step));
    }
    const last = curve.points - 1;
    sqlite
      .prepare(
        `INSERT INTO metric_latest (run_pk, key_id, experiment_id, value, is_nan, step, timestamp_ms, min_value, max_value, points, in_time_order)
         VALUES (?, ?, ?, ?, 0, ?, ?, 0, 1, ?, 1)`,
      )
      .run(run.pk, keyId, run.experimentId, curveValue(last), last, startMs + last, curve.points);
  })();
}

export function curveValue(step: number): number {
  return Math.sin(step / 50) / (1 + step / 1000);
}

/** Points of a curve by step: when each was logged. */
export function curveTimeMs(step: number): number {
  return startMs + step;
}

function createKeyIds(sqlite: BetterSqlite3.Database): (name: string) => number {
  const known = new Map<string, number>();
  const select = sqlite.prepare<[string], { id: number }>('SELECT id FROM keys WHERE name = ?');
  const insert = sqlite.prepare<[string]>('INSERT INTO keys (name) VALUES (?)');
  return (name) => {
    const id = known.get(name) ?? select.get(name)?.id ?? Number(insert.run(name).lastInsertRowid);
    known.set(name, id);
    return id;
  };
}
