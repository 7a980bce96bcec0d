import { z } from 'zod';
import { Digest, Problem, Tags } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { AliasName, ModelName, SemVer, Signature } from './models.ts';

/** How the tensors of a foreign model are read as a table's columns and as answers. All of it is found out where it can be. */
export const ModelReading = z.object({
  features: z
    .array(z.string().min(1).max(200))
    .max(4096)
    .optional()
    .describe(
      'Names of the columns, in the order of the inputs. Left out: the names of the inputs, and f0, f1 … for one input of several columns',
    ),
  task: z.enum(['classification', 'regression']).optional().describe('Found out when left out'),
  classes: z
    .array(z.string().min(1).max(200))
    .min(2)
    .max(10_000)
    .optional()
    .describe('Names of the classes, in the order of the probabilities; those of the model when left out'),
  positive: z
    .string()
    .optional()
    .describe('Of two classes, the one that is looked for; the second when left out'),
  answer: z
    .string()
    .optional()
    .describe('The output that holds the values or probabilities, where there are several'),
  scores: z
    .enum(['probabilities', 'logits'])
    .default('probabilities')
    .describe('logits: softmax is added (sigmoid for a single column)'),
  target: z
    .string()
    .min(1)
    .max(200)
    .default('target')
    .describe('What it answers: the column of the truth in data that it is measured on'),
});
export type ModelReading = z.infer<typeof ModelReading>;

/** What the version is called. */
export const ImportedVersion = z.object({
  name: ModelName.describe('The model that it becomes a version of; made when it is new'),
  version: SemVer.optional().describe('The next free one when left out'),
  aliases: z.array(AliasName).default([]),
  description: z.string().max(20_000).default(''),
  tags: Tags.default({}),
});

const seconds = z
  .int()
  .min(1)
  .max(3600)
  .default(120)
  .describe('Time that opening and trying it may take; a loop in a model might never end');

const Source = {
  path: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe(
      'An ONNX file, or the folder, archive or model.json of a TensorFlow.js model: an absolute path on the machine of the engine',
    ),
  uploadId: z.string().optional().describe('A file sent to POST /api/v1/uploads, instead of a path'),
};

const oneSource = {
  check: (source: { path?: string | undefined; uploadId?: string | undefined }) =>
    (source.path === undefined) !== (source.uploadId === undefined),
  message: { message: 'give either path or uploadId', path: ['path'] },
};

export const CheckModelRequest = z
  .object({ ...Source, ...ModelReading.shape, seconds })
  .refine(oneSource.check, oneSource.message);
export type CheckModelRequest = z.infer<typeof CheckModelRequest>;

export const ImportModelRequest = z
  .object({
    ...Source,
    ...ModelReading.shape,
    ...ImportedVersion.shape,
    seconds,
  })
  .refine(oneSource.check, oneSource.message);
export type ImportModelRequest = z.infer<typeof ImportModelRequest>;
export type ImportModelRequestInput = z.input<typeof ImportModelRequest>;

/** An input or output of a graph, as its file declares it. */
const GraphValue = z.object({
  name: z.string(),
  type: z.string().describe('float32, int64, string …, or what it is when it is no tensor: sequence, map'),
  shape: z
    .array(z.union([z.int(), z.string()]))
    .nullable()
    .describe('Sizes; a name or ? where any size goes; null when the file does not say'),
});

/** What a foreign model is, and how Assay would read it. */
export const ModelImportReport = z
  .object({
    file: z.string(),
    format: z.enum(['onnx', 'tfjs-layers', 'tfjs-graph']),
    producer: z.string().describe('The program that wrote the file, as the file says'),
    sizeBytes: z.int(),
    digest: Digest.describe('Of the file that was given'),
    opsets: z.record(z.string(), z.int()).describe('Version of each set of operators'),
    operators: z.array(z.object({ name: z.string(), count: z.int() })),
    inputs: z.array(GraphValue),
    outputs: z.array(GraphValue),
    signature: Signature.nullable().describe('As it would be registered; null while there are problems'),
    millisecondsPerRow: z.number().nullable(),
    warnings: z.array(z.string()),
    problems: z.array(Problem).describe('All that keeps it from being imported'),
  })
  .meta({ id: 'ModelImportReport' });
export type ModelImportReport = z.infer<typeof ModelImportReport>;

/** Result of an import. */
export const ModelImportResult = z.object({
  model: z.string(),
  version: SemVer,
  runId: z.string(),
  change: z.enum(['added', 'unchanged']).describe('unchanged: the version asked for is this very model'),
  report: ModelImportReport,
});
export type ModelImportResult = z.infer<typeof ModelImportResult>;

const steps =
  'Opened and tried with a few rows in a process of its own, within limits of time and memory. A file that cannot be read at all fails the job with models/not-importable.';

export const modelImportsApi = {
  check: endpoint({
    id: 'modelImports.check',
    method: 'POST',
    path: '/api/v1/models/import/check',
    summary: 'Read what a foreign model takes and answers, and import nothing (a job)',
    description: `The result of the job is a ModelImportReport, with every problem at once. ${steps}`,
    body: CheckModelRequest,
    status: 202,
    response: Job,
    errors: ['uploads/not-found'],
  }),
  create: endpoint({
    id: 'modelImports.create',
    method: 'POST',
    path: '/api/v1/models/import',
    summary: 'Register an ONNX or TensorFlow.js model that was made elsewhere (a job)',
    description: `It becomes one ONNX file from raw columns to the answer, as every model here, with a run that keeps the file that was given; from then on it is served, explained, measured, compared, exported and pushed like the others. The result of the job is a ModelImportResult. ${steps}`,
    body: ImportModelRequest,
    status: 202,
    response: Job,
    errors: ['uploads/not-found', 'models/version-taken', 'models/alias-of-environment'],
  }),
};
