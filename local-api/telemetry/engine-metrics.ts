import { stat } from 'node:fs/promises';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Workspace } from '../../engine/index.ts';
import type { Logger } from '../../engine/system/index.ts';
import type { SentEvent, WorkspaceInfo } from '../contract/index.ts';

/** Model versions that get a label of their own; what is predicted with further ones is counted under `other`. */
const MAX_MODEL_LABELS = 200;

/** Rules of endpoints that get a label of their own. */
const MAX_RULE_LABELS = 500;

const PREDICTION_BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5,
];

/** Walking the stored files takes time that grows with their number; a scrape may come every few seconds. */
const STORAGE_MAX_AGE_MS = 30_000;

/** Metrics of what the engine does. @returns a function that stops listening. */
export function createEngineMetrics(registry: Registry, workspace: Workspace, logger: Logger): () => void {
  observePredictions(registry, workspace);
  observeEndpoints(registry, workspace);
  observeChecks(registry, workspace);
  gaugeJobs(registry, workspace);
  gaugeMonitors(registry, workspace);
  gaugeStorage(registry, workspace);
  gaugeDatabase(registry, workspace);
  return observeJobDurations(registry, workspace, logger);
}

function observePredictions(registry: Registry, workspace: Workspace): void {
  const registers = [registry];
  const labelNames = ['model', 'version'] as const;
  const seconds = new Histogram({
    name: 'assay_prediction_duration_seconds',
    help: 'Time of one prediction request in the serving engine, by model and version',
    labelNames,
    buckets: PREDICTION_BUCKETS,
    registers,
  });
  const requests = new Counter({
    name: 'assay_predictions_total',
    help: 'Prediction requests, by model, version and outcome',
    labelNames: [...labelNames, 'outcome'] as const,
    registers,
  });
  const rows = new Counter({
    name: 'assay_prediction_rows_total',
    help: 'Rows predicted, by model and version',
    labelNames,
    registers,
  });
  const known = new Set<string>();
  workspace.serving.onPrediction((prediction) => {
    const key = `${prediction.model}/${prediction.version}`;
    if (known.size < MAX_MODEL_LABELS) known.add(key);
    const labels = known.has(key)
      ? { model: prediction.model, version: prediction.version }
      : { model: 'other', version: 'other' };
    seconds.observe(labels, prediction.seconds);
    requests.inc({ ...labels, outcome: prediction.ok ? 'ok' : 'error' });
    rows.inc(labels, prediction.rows);
  });
}

/** Labels are bounded: endpoints and arms are named by people, and arms have a few letters and a few to a route. */
function observeEndpoints(registry: Registry, workspace: Workspace): void {
  const registers = [registry];
  const labelNames = ['endpoint', 'arm'] as const;
  const seconds = new Histogram({
    name: 'assay_endpoint_request_duration_seconds',
    help: 'Time in which a version answered a request of an endpoint, by endpoint and arm',
    labelNames,
    buckets: PREDICTION_BUCKETS,
    registers,
  });
  const requests = new Counter({
    name: 'assay_endpoint_requests_total',
    help: 'Requests of an endpoint, by endpoint, arm and outcome: ok, error (of the model or the engine), refused (does not fit)',
    labelNames: [...labelNames, 'outcome'] as const,
    registers,
  });
  const rows = new Counter({
    name: 'assay_endpoint_rows_total',
    help: 'Rows answered, by endpoint and arm',
    labelNames,
    registers,
  });
  const known = new Set<string>();
  workspace.endpoints.onPrediction(({ endpoint, arm, outcome, ...seen }) => {
    const key = `${endpoint}/${arm}`;
    if (known.size < MAX_MODEL_LABELS) known.add(key);
    const labels = known.has(key) ? { endpoint, arm } : { endpoint: 'other', arm: 'other' };
    requests.inc({ ...labels, outcome });
    rows.inc(labels, seen.rows);
    if (outcome === 'ok') seconds.observe(labels, seen.seconds);
  });
}

/** Rules are named by people: those that come after the first few hundred are counted together. */
function observeChecks(registry: Registry, workspace: Workspace): void {
  const registers = [registry];
  const requests = new Counter({
    name: 'assay_endpoint_checked_requests_total',
    help: 'Requests that were held against a schema, by endpoint and outcome: kept, broken (answered all the same), refused',
    labelNames: ['endpoint', 'outcome'] as const,
    registers,
  });
  const rows = new Counter({
    name: 'assay_endpoint_broken_rows_total',
    help: 'Rows of requests that broke a rule of the schema, by endpoint and rule',
    labelNames: ['endpoint', 'rule'] as const,
    registers,
  });
  const known = new Set<string>();
  workspace.endpoints.onCheck(({ endpoint, outcome, broken }) => {
    requests.inc({ endpoint, outcome });
    for (const { rule, rows: count } of broken) {
      const key = `${endpoint}/${rule}`;
      if (known.size < MAX_RULE_LABELS) known.add(key);
      rows.inc(known.has(key) ? { endpoint, rule } : { endpoint: 'other', rule: 'other' }, count);
    }
  });
}

function gaugeJobs(registry: Registry, workspace: Workspace): void {
  new Gauge({
    name: 'assay_jobs',
    help: 'Jobs in the queue and its history, by kind and state',
    labelNames: ['kind', 'state'] as const,
    registers: [registry],
    async collect() {
      this.reset();
      for (const { kind, state, count } of await workspace.jobs.countsByKindAndState()) {
        this.set({ kind, state }, count);
      }
    },
  });
}

function gaugeMonitors(registry: Registry, { monitors }: Workspace): void {
  const registers = [registry];
  new Gauge({
    name: 'assay_monitor_value',
    help: 'The figure of the alert rule at the last check, by monitor and figure',
    labelNames: ['monitor', 'metric'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { name: monitor, metric, value } of await monitors.figures())
        if (value !== null) this.set({ monitor, metric }, value);
    },
  });
  new Gauge({
    name: 'assay_monitor_firing',
    help: '1 while an alert of the monitor is firing, else 0',
    labelNames: ['monitor', 'severity'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { name: monitor, severity, isFiring } of await monitors.figures())
        this.set({ monitor, severity }, isFiring ? 1 : 0);
    },
  });
  new Gauge({
    name: 'assay_monitor_last_check_timestamp_seconds',
    help: 'When the last check of the monitor ended',
    labelNames: ['monitor'] as const,
    registers,
    async collect() {
      this.reset();
      for (const { name: monitor, checkedAtMs } of await monitors.figures())
        if (checkedAtMs !== null) this.set({ monitor }, checkedAtMs / 1000);
    },
  });
}

/** A job is timed when it ends; what it took stands in the job itself. */
function observeJobDurations(registry: Registry, workspace: Workspace, logger: Logger): () => void {
  const registers = [registry];
  const buckets = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400];
  const jobs = new Histogram({
    name: 'assay_job_duration_seconds',
    help: 'Time from start to end of a job, by kind and final state',
    labelNames: ['kind', 'state'] as const,
    buckets,
    registers,
  });
  const trainings = new Histogram({
    name: 'assay_training_duration_seconds',
    help: 'Time from start to end of a training, by trainer; failed ones under "none"',
    labelNames: ['trainer'] as const,
    buckets,
    registers,
  });
  const observe = async (jobId: string) => {
    const job = await workspace.jobs.get(jobId);
    if (job.startedAtMs === null || job.endedAtMs === null) return;
    const seconds = (job.endedAtMs - job.startedAtMs) / 1000;
    jobs.observe({ kind: job.kind, state: job.state }, seconds);
    if (job.kind === 'train') trainings.observe({ trainer: trainerOf(job.result, workspace) }, seconds);
  };
  const onEvent = (event: SentEvent) => {
    if (event.type !== 'job.changed' || event.data.state === 'queued' || event.data.state === 'running')
      return;
    observe(event.data.jobId).catch((err: unknown) =>
      logger.warn({ err }, 'An ended job could not be timed'),
    );
  };
  return workspace.events.subscribe(onEvent).unsubscribe;
}

function trainerOf(result: unknown, workspace: Workspace): string {
  if (typeof result !== 'object' || result === null || !('trainer' in result)) return 'none';
  const kind = String(result.trainer);
  return workspace.training.trainers().some((trainer) => trainer.kind === kind) ? kind : 'none';
}

function gaugeStorage(registry: Registry, workspace: Workspace): void {
  let last: { storage: WorkspaceInfo['storage']; atMs: number } | null = null;
  const storage = async () => {
    if (!last || performance.now() - last.atMs > STORAGE_MAX_AGE_MS) {
      last = { storage: (await workspace.info()).storage, atMs: performance.now() };
    }
    return last.storage;
  };
  const gauge = (name: string, help: string, field: keyof WorkspaceInfo['storage']) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set((await storage())[field]);
      },
    });
  gauge('assay_artifact_stored_bytes', 'Artifacts on disk, deduplicated and compressed', 'artifactBytes');
  gauge(
    'assay_artifact_logical_bytes',
    'Artifacts as if every reference were a copy',
    'artifactLogicalBytes',
  );
  gauge('assay_dataset_bytes', 'Snapshots of dataset versions on disk', 'datasetBytes');
}

function gaugeDatabase(registry: Registry, { store }: Workspace): void {
  const pragma = (name: string) => Number(store.sqlite.pragma(name, { simple: true }));
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  const fileBytes = async (path: string) => (await stat(path).catch(() => null))?.size ?? 0;
  gauge('assay_database_bytes', 'Size of the database file', () => fileBytes(store.path));
  gauge('assay_database_wal_bytes', 'Size of the write-ahead log', () => fileBytes(`${store.path}-wal`));
  gauge('assay_database_pages', 'Pages of the database', () => pragma('page_count'));
  gauge('assay_database_free_pages', 'Pages of the database that hold nothing', () =>
    pragma('freelist_count'),
  );
  gauge('assay_database_page_size_bytes', 'Size of a page of the database', () => pragma('page_size'));
  gauge('assay_database_schema_version', 'Number of migrations applied', () => store.schemaVersion);
}
