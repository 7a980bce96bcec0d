import { stat } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { basename } from 'node:path';
import { sql } from 'kysely';
import type { WorkspaceInfo } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import { version } from '../system/version.ts';

type Totals = WorkspaceInfo['counts'] & { artifactLogicalBytes: number; datasetBytes: number };

/** Every figure by one statement: the state of one moment. Cost grows with the number of runs and files, some ms at 100,000. */
async function readTotals({ db }: Store): Promise<Totals> {
  const { rows } = await sql<Totals>`SELECT
    (SELECT count(*) FROM datasets) AS datasets,
    (SELECT count(*) FROM experiments WHERE lifecycle = 'active') AS experiments,
    (SELECT count(*) FROM runs WHERE lifecycle = 'active') AS runs,
    (SELECT count(*) FROM models) AS models,
    (SELECT count(*) FROM drift_reports) AS "driftReports",
    (SELECT count(*) FROM jobs WHERE state = 'running') AS "jobsRunning",
    (SELECT count(*) FROM jobs WHERE state = 'queued') AS "jobsQueued",
    (SELECT count(*) FROM jobs WHERE state = 'dead') AS "jobsDead",
    (SELECT coalesce(sum(size_bytes), 0) FROM run_artifacts)
      + (SELECT coalesce(sum(size_bytes), 0) FROM model_versions) AS "artifactLogicalBytes",
    (SELECT coalesce(sum(size_bytes), 0) FROM (SELECT DISTINCT digest, size_bytes FROM dataset_versions)) AS "datasetBytes"
  `.execute(db);
  const [totals] = rows;
  if (totals === undefined) throw new Error('a SELECT without FROM gives one row');
  return totals;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

/** When the workspace was made; written at its first opening. */
export async function createdAt({ db }: Store, clock: Clock): Promise<number> {
  const key = 'created_at_ms';
  const value = String(clock.nowMs());
  await db
    .insertInto('workspace_meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const row = await db
    .selectFrom('workspace_meta')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return Number(row.value);
}

/** What a workspace holds and how much room it takes. */
export async function workspaceInfo(options: {
  dir: string;
  store: Store;
  artifacts: ArtifactStore;
  createdAtMs: number;
}): Promise<WorkspaceInfo> {
  const { dir, store, artifacts, createdAtMs } = options;
  const { artifactLogicalBytes, datasetBytes, ...counts } = await readTotals(store);
  const [usage, file, log] = await Promise.all([
    artifacts.usage(),
    sizeOf(store.path),
    sizeOf(`${store.path}-wal`),
  ]);
  return {
    path: dir,
    name: basename(dir),
    version,
    schemaVersion: store.schemaVersion,
    createdAtMs,
    counts,
    storage: {
      databaseBytes: file + log,
      artifactBytes: usage.storedBytes,
      artifactLogicalBytes,
      datasetBytes,
    },
    machine: {
      platform: `${process.platform}-${process.arch}`,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.version,
    },
  };
}
