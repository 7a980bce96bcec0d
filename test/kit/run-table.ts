import type { Store } from '../../engine/store/index.ts';
import { seededRandom } from './random.ts';

/** A run as the tests know it; what it lacks is absent. NaN is NaN here. */
export type SampleRun = {
  pk: number;
  id: string;
  name: string;
  experimentId: number;
  status: 'running' | 'finished' | 'failed';
  lifecycle: 'active' | 'deleted';
  startedAtMs: number;
  endedAtMs: number | null;
  metrics: Record<string, number>;
  params: Record<string, string>;
  tags: Record<string, string>;
};

const numberOf = (text: string): number | null => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null);

/**
 * Runs of all sorts: metrics that are absent, NaN or infinite, params that are numbers, texts or absent, equal values
 * everywhere, three experiments, a few deleted.
 */
export function sampleRuns(count: number, seed = 1): SampleRun[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i): SampleRun => {
    const metrics: Record<string, number> = {};
    if (random.next() < 0.8) metrics.auc = random.below(200) / 200;
    if (random.next() < 0.9) {
      const kind = random.next();
      metrics.loss = kind < 0.05 ? Number.NaN : kind < 0.07 ? Number.POSITIVE_INFINITY : random.normal();
    }
    if (random.next() < 0.02) metrics['a b'] = random.next();
    const params: Record<string, string> = {};
    if (random.next() < 0.9) {
      params.depth = random.pick(['2', '4', '10', '6.0', '6', 'auto', '']);
      params.trainer = random.pick(['gbdt', 'mlp', 'linear']);
    }
    if (random.next() < 0.01) params.rare = 'yes';
    const tags: Record<string, string> = {};
    if (random.next() < 0.7) tags.team = random.pick(['alpha', 'Alpha', 'beta', 'a%b', 'Ärzte', "o'neil"]);
    const startedAtMs = Date.UTC(2026, 0, 1) + random.below(500) * 60_000;
    const status = random.pick(['running', 'finished', 'finished', 'finished', 'failed'] as const);
    return {
      pk: i + 1,
      id: (i + 1).toString(16).padStart(32, '0'),
      name: `${random.pick(['run', 'Run', 'trial'])}-${random.below(50)}`,
      experimentId: random.below(3),
      status,
      lifecycle: random.next() < 0.03 ? 'deleted' : 'active',
      startedAtMs,
      endedAtMs: status === 'running' ? null : startedAtMs + random.below(1000) * 1000,
      metrics,
      params,
      tags,
    };
  });
}

/** Puts runs into the tables, as the tracking service would leave them. */
export async function insertRuns(store: Store, runs: readonly SampleRun[]): Promise<void> {
  await store.transactionSync((sqlite) => {
    const experiments = new Set(runs.map((run) => run.experimentId));
    const addExperiment = sqlite.prepare(
      'INSERT OR IGNORE INTO experiments (id, name, created_at_ms, updated_at_ms) VALUES (?, ?, 0, 0)',
    );
    for (const id of experiments) addExperiment.run(id, `experiment ${id}`);
    const keys = new Map<string, number>();
    const addKey = sqlite.prepare('INSERT INTO keys (name) VALUES (?)');
    const keyId = (name: string): number => {
      const known = keys.get(name) ?? Number(addKey.run(name).lastInsertRowid);
      keys.set(name, known);
      return known;
    };
    const addRun = sqlite.prepare(
      `INSERT INTO runs (pk, id, experiment_id, name, status, lifecycle, started_at_ms, ended_at_ms)
       VALUES (@pk, @id, @experimentId, @name, @status, @lifecycle, @startedAtMs, @endedAtMs)`,
    );
    const addLatest = sqlite.prepare(
      'INSERT INTO metric_latest (run_pk, key_id, experiment_id, value, is_nan, step, timestamp_ms, min_value, max_value, points) VALUES (?, ?, ?, ?, ?, 0, 0, NULL, NULL, 1)',
    );
    const addParam = sqlite.prepare(
      'INSERT INTO run_params (run_pk, key_id, value, number) VALUES (?, ?, ?, ?)',
    );
    const addTag = sqlite.prepare('INSERT INTO run_tags (run_pk, key_id, value) VALUES (?, ?, ?)');
    for (const { metrics, params, tags, ...run } of runs) {
      addRun.run(run);
      for (const [key, value] of Object.entries(metrics)) {
        const isNan = Number.isNaN(value);
        addLatest.run(run.pk, keyId(key), run.experimentId, isNan ? 0 : value, isNan ? 1 : 0);
      }
      for (const [key, value] of Object.entries(params))
        addParam.run(run.pk, keyId(key), value, numberOf(value));
      for (const [key, value] of Object.entries(tags)) addTag.run(run.pk, keyId(key), value);
    }
  });
}
