import type BetterSqlite3 from 'better-sqlite3';
import { curveTimeMs, curveValue, type VolumeShape, volumeRun } from '../kit/run-volume.ts';

/** Puts the same runs as `fillRuns` into MLflow's own tables. */
export function fillMlflowRuns(
  sqlite: BetterSqlite3.Database,
  volume: { experimentId: number; from: number; count: number; shape: VolumeShape },
): void {
  const { experimentId, from, count, shape } = volume;
  sqlite.transaction(() => {
    const location = `mlflow-artifacts:/${experimentId}`;
    sqlite
      .prepare(
        `INSERT OR IGNORE INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
         VALUES (?, ?, ?, 'active', 0, 0)`,
      )
      .run(experimentId, `volume ${experimentId}`, location);
    const addRun = sqlite.prepare(
      `INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
         source_version, lifecycle_stage, artifact_uri, experiment_id)
       VALUES (?, ?, 'UNKNOWN', '', '', '', ?, ?, ?, '', 'active', ?, ?)`,
    );
    const addPoint = sqlite.prepare(
      'INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, 0, 0)',
    );
    const addLatest = sqlite.prepare(
      'INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, 0, 0, ?)',
    );
    const addParam = sqlite.prepare('INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)');
    const addTag = sqlite.prepare('INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)');
    for (let index = from; index < from + count; index += 1) {
      const run = volumeRun(index, shape);
      const { id, startedAtMs } = run;
      const uri = `${location}/${id}/artifacts`;
      addRun.run(id, run.name, run.status.toUpperCase(), startedAtMs, run.endedAtMs, uri, experimentId);
      for (const [key, value] of run.metrics) {
        addPoint.run(key, value, startedAtMs, id);
        addLatest.run(key, value, startedAtMs, id);
      }
      for (const [key, value] of run.params) addParam.run(key, value, id);
      for (const [key, value] of run.tags) addTag.run(key, value, id);
      addTag.run('mlflow.runName', run.name, id);
    }
  })();
}

/** The same curve as `fillCurve`. */
export function fillMlflowCurve(
  sqlite: BetterSqlite3.Database,
  curve: { runId: string; key: string; points: number },
): void {
  const { runId, key, points } = curve;
  sqlite.transaction(() => {
    const addPoint = sqlite.prepare(
      'INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)',
    );
    for (let step = 0; step < points; step += 1) {
      addPoint.run(key, curveValue(step), curveTimeMs(step), runId, step);
    }
    const last = points - 1;
    sqlite
      .prepare(
        'INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)',
      )
      .run(key, curveValue(last), curveTimeMs(last), last, runId);
  })();
}
