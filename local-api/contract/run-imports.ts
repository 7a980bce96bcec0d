import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { ExperimentName } from './experiments.ts';
import { Job } from './jobs.ts';

export const RunSourceFormat = z
  .enum(['mlflow-database', 'mlruns', 'wandb', 'tensorboard', 'aim'])
  .describe(
    'mlflow-database: the SQLite file of an MLflow server. mlruns: the folder that MLflow writes without one',
  );
export type RunSourceFormat = z.infer<typeof RunSourceFormat>;

export const RunImportRequest = z.object({
  path: z.string().min(1).max(4096).describe('File or folder on the machine of the engine, as a full path'),
  format: RunSourceFormat.optional().describe('Told from the content when left out'),
  experiment: ExperimentName.optional().describe(
    'For sources that know no experiments (TensorBoard); by default the name of the folder',
  ),
  artifacts: z.boolean().default(true).describe('Whether files come along'),
  artifactsRoot: z
    .string()
    .max(4096)
    .optional()
    .describe('Where the MLflow server kept its files, for runs whose files are named mlflow-artifacts:/…'),
});
export type RunImportRequest = z.infer<typeof RunImportRequest>;

/** What was left out of an import, and why. */
export const SkippedInImport = z.object({
  reason: z.string(),
  count: z.int(),
  examples: z.array(z.string()).describe('At most five'),
});
export type SkippedInImport = z.infer<typeof SkippedInImport>;

/** Result of a job of kind `import-runs`. */
export const RunImportResult = z
  .object({
    format: RunSourceFormat,
    path: z.string(),
    experiments: z.object({ added: z.int(), matched: z.int() }),
    runs: z.object({ added: z.int(), updated: z.int(), unchanged: z.int() }),
    points: z.int().describe('Metric points that were not here before'),
    files: z.int().describe('Files that were not here before'),
    fileBytes: z.int(),
    skipped: z.array(SkippedInImport),
  })
  .meta({ id: 'RunImportResult' });
export type RunImportResult = z.infer<typeof RunImportResult>;

export const runImportsApi = {
  start: endpoint({
    id: 'runImports.start',
    method: 'POST',
    path: '/api/v1/run-imports',
    summary: 'Take over the runs of another tracker (a job)',
    description:
      'MLflow (SQLite database or mlruns folder), W&B offline runs, TensorBoard event files, exports of Aim. Ids (where they are 32 hexadecimal digits), times, histories, params, tags, parents and local files are kept; experiments are matched by name. Importing again adds only what is new.',
    body: RunImportRequest,
    status: 202,
    response: Job,
    errors: ['run-imports/source-not-found', 'run-imports/unknown-format'],
  }),
};
