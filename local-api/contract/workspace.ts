import { z } from 'zod';
import { TimestampMs } from './common.ts';
import { DriftLevel } from './drift-columns.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';

export const WorkspaceInfo = z
  .object({
    path: z.string(),
    name: z.string(),
    version: z.string().describe('Version of Assay'),
    schemaVersion: z.int(),
    createdAtMs: TimestampMs,
    counts: z.object({
      datasets: z.int(),
      experiments: z.int(),
      runs: z.int(),
      models: z.int(),
      driftReports: z.int(),
      jobsRunning: z.int(),
      jobsQueued: z.int(),
      jobsDead: z.int(),
    }),
    storage: z.object({
      databaseBytes: z.int(),
      artifactBytes: z.int().describe('On disk, deduplicated and compressed'),
      artifactLogicalBytes: z.int().describe('As if every reference were a copy'),
      datasetBytes: z.int(),
    }),
    machine: z.object({ platform: z.string(), cpus: z.int(), memoryBytes: z.int(), node: z.string() }),
  })
  .meta({ id: 'WorkspaceInfo' });
export type WorkspaceInfo = z.infer<typeof WorkspaceInfo>;

export const SearchHit = z.object({
  type: z.enum(['dataset', 'experiment', 'run', 'model', 'drift-report', 'job', 'view']),
  id: z.string(),
  title: z.string(),
  subtitle: z.string(),
  link: z.string(),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const workspaceApi = {
  health: endpoint({
    id: 'workspace.health',
    method: 'GET',
    path: '/health',
    summary: 'Is the engine up (needs no token)',
    response: z.object({ status: z.literal('ok') }),
    example: {},
  }),
  info: endpoint({
    id: 'workspace.info',
    method: 'GET',
    path: '/api/v1/workspace',
    summary: 'The open workspace: counts, storage, machine',
    response: WorkspaceInfo,
    example: {},
  }),
  search: endpoint({
    id: 'workspace.search',
    method: 'GET',
    path: '/api/v1/search',
    summary: 'Find things by name or id',
    query: z.object({
      q: z.string().min(1).max(200),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.object({ items: z.array(SearchHit) }),
    example: { query: { q: 'flights' } },
  }),
  emptyTrash: endpoint({
    id: 'workspace.emptyTrash',
    method: 'POST',
    path: '/api/v1/trash/empty',
    summary: 'Remove deleted runs, experiments and dataset versions for good, and free their space',
    description:
      'Until then they can be restored. Runs that a model version came from stay. Files are freed when nothing else refers to them.',
    body: z.object({
      olderThanDays: z.number().min(0).max(36_500).default(0).describe('Deleted at least so long ago'),
      dryRun: z.boolean().default(false).describe('Only say what would go'),
    }),
    response: z.object({
      runs: z.int(),
      experiments: z.int(),
      keptRuns: z.int().describe('Deleted runs that stay because a model version came from them'),
      datasetVersions: z.int(),
      artifacts: z.int().describe('Files that nothing refers to any more'),
      freedBytes: z.int(),
    }),
    timeoutMs: 3_600_000,
    example: { body: { dryRun: true } },
  }),
  quickstart: endpoint({
    id: 'workspace.quickstart',
    method: 'POST',
    path: '/api/v1/quickstart',
    summary: 'Run the sample loop: import, train, register, predict, drift, export (a job)',
    body: z.object({
      rows: z.int().min(2000).max(5_000_000).default(200_000).describe('Rows to train and test on'),
      seed: z.int().min(0).default(0),
    }),
    status: 202,
    response: Job,
  }),
};

/** Result of the quickstart job, and what `assay quickstart --json` prints. */
export const QuickstartResult = z.object({
  dataset: z.object({
    reference: z.object({ id: z.string(), digest: z.string(), rows: z.int() }),
    current: z.object({ id: z.string(), digest: z.string(), rows: z.int() }),
  }),
  runs: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      trainer: z.string(),
      metrics: z.record(z.string(), z.number()),
      seconds: z.number(),
    }),
  ),
  best: z.object({ runId: z.string(), trainer: z.string() }),
  model: z.object({ name: z.string(), version: z.string(), digest: z.string() }),
  parity: z.object({ rows: z.int(), maxAbsDiff: z.number() }),
  drift: z.object({
    columns: z.array(
      z.object({
        name: z.string(),
        level: DriftLevel,
        effect: z.number().nullable().describe('Size of the change in standard deviations'),
        pAdjusted: z.number().nullable().describe('After correction for the number of columns'),
        method: z.string(),
        score: z.number(),
        threshold: z.number(),
        drifted: z.boolean(),
      }),
    ),
    drifted: z.boolean(),
    reportId: z.string().describe('The whole report'),
  }),
  export: z.object({ path: z.string(), files: z.array(z.string()) }),
  seconds: z.number(),
  steps: z.array(z.object({ name: z.string(), seconds: z.number() })),
  links: z
    .object({ experiment: z.string(), model: z.string(), drift: z.string() })
    .describe('Paths of the workbench'),
});
export type QuickstartResult = z.infer<typeof QuickstartResult>;
