import { z } from 'zod';
import { Cell } from './columns.ts';
import { Digest, ListQuery, pageOf, Tags, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { Task } from './recipe/task.ts';

export const ModelName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u,
    'letters, digits, space, dot, dash and underscore; starts with a letter or digit',
  );
export const SemVer = z
  .string()
  .regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/, 'a version such as 1.2.0');
export const AliasName = z
  .string()
  .max(255)
  .regex(
    /^(?!latest$)(?!v\d+$)[A-Za-z0-9_-]+$/i,
    'letters, digits, dash and underscore; not "latest" and not v1, v2 …',
  );

/** `name@alias`, `name/1.2.0`, or `name` alone for the newest version. */
export const ModelRef = z
  .string()
  .min(1)
  .max(400)
  .describe('name@alias, name/1.2.0, or name alone for the newest version');

/** A raw input column of a model. Datetimes are sent as ISO 8601 text or as milliseconds since the epoch. */
export const SignatureInput = z.object({
  name: z.string(),
  type: z.enum(['integer', 'float', 'boolean', 'string', 'datetime', 'date']),
  nullable: z.boolean(),
  examples: z.array(Cell).describe('A few values as seen in training'),
});
export const Signature = z.object({
  task: Task,
  inputs: z.array(SignatureInput),
  target: z.string(),
  classes: z.array(z.string()).nullable(),
  positive: z.string().nullable(),
  threshold: z
    .number()
    .optional()
    .describe('Two classes: the positive one is answered from this probability on; 0.5 when left out'),
});
export type Signature = z.infer<typeof Signature>;

/** Tags of models and versions: MLflow's clients keep whole prompts in one. */
const ModelTags = z.record(z.string(), z.string());

/**
 * A version of a model. Assay's own hold an ONNX file and a signature. One that an MLflow client registered has neither: its
 * files lie where `source` says, and its predictions are made with the client.
 */
export const ModelVersion = z
  .object({
    model: z.string(),
    version: SemVer,
    number: z.int().describe('1, 2, 3 … as MLflow counts'),
    digest: Digest.nullable().describe('Digest of the ONNX file; null when an MLflow client registered it'),
    sizeBytes: z.int().nullable(),
    status: z.enum(['ready', 'archived']),
    stage: z
      .enum(['none', 'staging', 'production', 'archived'])
      .describe('As MLflow calls it; archived when status is'),
    source: z
      .string()
      .describe('Where the files are, as whoever registered it said: runs:/…, mlflow-artifacts:/…'),
    runId: z.string().nullable(),
    runLink: z.string(),
    loggedModelId: z.string().nullable().describe("The MLflow client's logged model that it was made from"),
    datasetVersionId: z.string().nullable(),
    trainer: z.string(),
    signature: Signature.nullable(),
    metrics: z.record(z.string(), z.number()),
    card: z.string().describe('Model card, Markdown'),
    description: z.string(),
    tags: ModelTags,
    aliases: z.array(z.string()),
    deprecation: z
      .object({
        fromMs: TimestampMs,
        sunsetMs: TimestampMs.nullable(),
        reason: z.string(),
        replacement: z.string().nullable().describe('The version to use instead'),
      })
      .nullable(),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'ModelVersion' });
export type ModelVersion = z.infer<typeof ModelVersion>;

export const Model = z
  .object({
    name: z.string(),
    kind: z
      .enum(['model', 'prompt'])
      .describe("A prompt of MLflow's registry; listed only where kind is asked for"),
    description: z.string(),
    tags: ModelTags,
    aliases: z.record(z.string(), SemVer),
    versions: z.int(),
    latest: ModelVersion.nullable(),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Model' });
export type Model = z.infer<typeof Model>;

export const RegisterRequest = z.object({
  runId: z.string(),
  version: SemVer.optional().describe('What GET …/proposal says when left out'),
  aliases: z.array(AliasName).default([]),
  description: z.string().max(20_000).default(''),
  tags: Tags.default({}),
});
export type RegisterRequest = z.infer<typeof RegisterRequest>;
export type RegisterRequestInput = z.input<typeof RegisterRequest>;

/** Which version a run would become, and why. */
export const VersionProposal = z
  .object({
    version: SemVer,
    change: z
      .enum(['first', 'major', 'minor', 'patch'])
      .describe('major: the signature changed; minor: data or recipe; patch: the same trained again'),
    reasons: z.array(z.string()),
    comparedWith: SemVer.nullable().describe('The highest version there is'),
  })
  .meta({ id: 'VersionProposal' });
export type VersionProposal = z.infer<typeof VersionProposal>;

/** Result of an export job. */
export const ExportResult = z.object({
  path: z.string(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.int(), digest: Digest })),
  bundleDigest: Digest.optional().describe('Of a bundle: the digest of its manifest'),
});
export type ExportResult = z.infer<typeof ExportResult>;

export const PredictRequest = z
  .object({
    model: ModelRef,
    rows: z.array(z.record(z.string(), Cell)).max(100_000).optional().describe('One object a row'),
    columns: z.record(z.string(), z.array(Cell)).optional().describe('One array a column, all of one length'),
  })
  .refine((r) => (r.rows === undefined) !== (r.columns === undefined), {
    message: 'give either rows or columns',
    path: ['rows'],
  });
export type PredictRequest = z.infer<typeof PredictRequest>;

export const PredictResponse = z.object({
  model: z.string(),
  version: SemVer,
  rows: z.int(),
  label: z.array(z.string()).optional().describe('Classification: the answer a row'),
  classes: z.array(z.string()).optional(),
  probabilities: z
    .array(z.array(z.number()))
    .optional()
    .describe('Classification: a row each, in the order of classes'),
  value: z.array(z.number()).optional().describe('Regression: the answer a row'),
  milliseconds: z.number().describe('Time spent in the model'),
});
export type PredictResponse = z.infer<typeof PredictResponse>;

const byName = z.object({ model: z.string() });
const byVersion = z.object({ model: z.string(), version: z.string() });

export const modelsApi = {
  list: endpoint({
    id: 'models.list',
    method: 'GET',
    path: '/api/v1/models',
    summary: 'Registered models with their newest version',
    query: ListQuery,
    response: pageOf(Model),
    example: {},
  }),
  create: endpoint({
    id: 'models.create',
    method: 'POST',
    path: '/api/v1/models',
    summary: 'Make room for a model under a name (registering a version does it too)',
    body: z.object({
      name: ModelName,
      description: z.string().max(20_000).default(''),
      tags: Tags.default({}),
    }),
    status: 201,
    response: Model,
    errors: ['models/name-taken'],
    example: { body: { name: 'late-flights' } },
  }),
  get: endpoint({
    id: 'models.get',
    method: 'GET',
    path: '/api/v1/models/{model}',
    summary: 'One model',
    params: byName,
    response: Model,
    errors: ['models/not-found'],
  }),
  update: endpoint({
    id: 'models.update',
    method: 'PATCH',
    path: '/api/v1/models/{model}',
    summary: 'Describe or tag a model',
    params: byName,
    body: z.object({ description: z.string().max(20_000).optional(), tags: Tags.optional() }),
    response: Model,
    errors: ['models/not-found'],
  }),
  delete: endpoint({
    id: 'models.delete',
    method: 'DELETE',
    path: '/api/v1/models/{model}',
    summary: 'Delete a model with all its versions',
    params: byName,
    status: 204,
    response: 'none',
    errors: ['models/not-found'],
  }),
  versions: endpoint({
    id: 'models.versions',
    method: 'GET',
    path: '/api/v1/models/{model}/versions',
    summary: 'Versions of a model, newest first',
    params: byName,
    query: ListQuery,
    response: pageOf(ModelVersion),
    errors: ['models/not-found'],
  }),
  register: endpoint({
    id: 'models.register',
    method: 'POST',
    path: '/api/v1/models/{model}/versions',
    summary: 'Register the model of a run as a new version',
    params: byName,
    body: RegisterRequest,
    status: 201,
    response: ModelVersion,
    errors: ['runs/not-found', 'models/run-has-no-model', 'models/version-taken', 'models/invalid-onnx'],
  }),
  proposal: endpoint({
    id: 'models.proposal',
    method: 'GET',
    path: '/api/v1/models/{model}/proposal',
    summary: 'Which version a run would be registered as, and why',
    description: 'Compares with the highest version: a model that is not there yet begins with 1.0.0.',
    params: byName,
    query: z.object({ runId: z.string() }),
    response: VersionProposal,
    errors: ['runs/not-found', 'runs/deleted', 'models/run-has-no-model'],
  }),
  version: endpoint({
    id: 'models.version',
    method: 'GET',
    path: '/api/v1/models/{model}/versions/{version}',
    summary: 'One version, by number (1.2.0) or alias (@champion)',
    params: byVersion,
    response: ModelVersion,
    errors: ['models/not-found', 'models/version-not-found', 'models/alias-not-found'],
  }),
  updateVersion: endpoint({
    id: 'models.updateVersion',
    method: 'PATCH',
    path: '/api/v1/models/{model}/versions/{version}',
    summary: 'Describe, tag, archive a version or edit its card',
    params: byVersion,
    body: z.object({
      description: z.string().max(20_000).optional(),
      card: z.string().max(200_000).optional(),
      tags: Tags.optional(),
      status: z.enum(['ready', 'archived']).optional(),
    }),
    response: ModelVersion,
    errors: ['models/not-found', 'models/version-not-found', 'models/version-in-use'],
  }),
  deleteVersion: endpoint({
    id: 'models.deleteVersion',
    method: 'DELETE',
    path: '/api/v1/models/{model}/versions/{version}',
    summary: 'Delete a version and the aliases on it',
    params: byVersion,
    status: 204,
    response: 'none',
    errors: ['models/not-found', 'models/version-not-found', 'models/version-in-use'],
  }),
  setAlias: endpoint({
    id: 'models.setAlias',
    method: 'PUT',
    path: '/api/v1/models/{model}/aliases/{alias}',
    summary: 'Point an alias at a version',
    params: z.object({ model: z.string(), alias: AliasName }),
    body: z.object({ version: SemVer }),
    response: Model,
    errors: ['models/not-found', 'models/version-not-found', 'models/alias-of-environment'],
  }),
  deleteAlias: endpoint({
    id: 'models.deleteAlias',
    method: 'DELETE',
    path: '/api/v1/models/{model}/aliases/{alias}',
    summary: 'Remove an alias',
    params: z.object({ model: z.string(), alias: z.string() }),
    status: 204,
    response: 'none',
    errors: ['models/not-found', 'models/alias-not-found', 'models/alias-of-environment'],
  }),
  file: endpoint({
    id: 'models.file',
    method: 'GET',
    path: '/api/v1/models/{model}/versions/{version}/model.onnx',
    summary: 'Download the ONNX file of a version',
    params: byVersion,
    response: 'bytes',
    errors: ['models/not-found', 'models/version-not-found', 'models/alias-not-found', 'models/no-onnx'],
  }),
  export: endpoint({
    id: 'models.export',
    method: 'POST',
    path: '/api/v1/models/{model}/versions/{version}/export',
    summary: 'Write a version as a folder or an archive that runs anywhere (a job)',
    params: byVersion,
    body: z
      .object({
        format: z
          .enum(['folder', 'zip', 'bundle'])
          .default('folder')
          .describe(
            'zip: the folder as one file; bundle: with golden rows, bill of materials, provenance and signature',
          ),
        path: z
          .string()
          .min(1)
          .optional()
          .describe(
            'Folder or file on the machine of the engine; exports/<model>-<version> in the workspace when left out',
          ),
        overwrite: z.boolean().default(false),
        withServer: z
          .boolean()
          .default(false)
          .describe('Also writes the stand-alone server, its package.json and a Dockerfile'),
      })
      .refine(({ format, withServer }) => format === 'folder' || !withServer, {
        message: 'the server comes with a folder only',
        path: ['withServer'],
      }),
    status: 202,
    response: Job,
    errors: [
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
      'models/no-onnx',
      'export/target-exists',
      'export/no-server',
    ],
  }),
};

export const predictionsApi = {
  predict: endpoint({
    id: 'predictions.create',
    method: 'POST',
    path: '/api/v1/predictions',
    summary: 'Predict with a model by version or alias',
    description:
      'Rows are checked against the signature; every fault is listed. Columns the signature does not know are ignored. A deprecated version answers with the headers Deprecation (RFC 9745), Sunset (RFC 8594) and Link (successor-version).',
    body: PredictRequest,
    response: PredictResponse,
    errors: [
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
      'models/no-onnx',
      'predictions/bad-rows',
      'predictions/busy',
      'predictions/crashed',
    ],
    maxBodyBytes: 64 * 1024 ** 2,
  }),
};
