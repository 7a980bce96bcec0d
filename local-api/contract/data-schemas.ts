import { z } from 'zod';
import { Column } from './columns.ts';
import { Digest, Problem, TimestampMs } from './common.ts';
import { DataSchema } from './data-schema-rules.ts';
import { DatasetName } from './datasets.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { byVersionRef, versionRef } from './version-refs.ts';

/** How a schema came to be. */
export const SchemaOrigin = z.enum(['edited', 'inferred', 'imported']);
export type SchemaOrigin = z.infer<typeof SchemaOrigin>;

export const DataSchemaVersion = z
  .object({
    dataset: z.string(),
    version: z.int().describe('1, 2, 3 … within the dataset'),
    isActive: z.boolean().describe('Checks go by the active one unless told otherwise'),
    schema: DataSchema,
    note: z.string(),
    author: z.string(),
    origin: SchemaOrigin,
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'DataSchemaVersion' });
export type DataSchemaVersion = z.infer<typeof DataSchemaVersion>;

export const DataSchemaRow = DataSchemaVersion.omit({ schema: true })
  .extend({ columns: z.int(), rules: z.int() })
  .meta({ id: 'DataSchemaRow' });
export type DataSchemaRow = z.infer<typeof DataSchemaRow>;

/** When the active schema of a dataset is checked, and what comes of it. */
export const DataCheckSettings = z
  .object({
    onImport: z
      .enum(['off', 'report', 'refuse'])
      .default('report')
      .describe(
        'report: each new version is checked. refuse: an import whose rows fail makes no version, and its report stays',
      ),
    onTraining: z
      .enum(['off', 'warn', 'refuse'])
      .default('warn')
      .describe(
        'warn: a training on a version that failed or was not checked says so; refuse: it does not start',
      ),
  })
  .meta({ id: 'DataCheckSettings' });
export type DataCheckSettings = z.infer<typeof DataCheckSettings>;

/** Ways to write a schema down. */
export const SchemaFormat = z.enum(['assay', 'json-schema', 'frictionless', 'croissant']);
export type SchemaFormat = z.infer<typeof SchemaFormat>;

/** What Croissant says of a dataset that a schema does not. */
export const CroissantAbout = z.object({
  dataVersion: z
    .int()
    .min(1)
    .optional()
    .describe('The version of the dataset that is described; the newest when left out'),
  files: z
    .array(
      z.object({
        name: z.string().min(1).max(250).describe('flights-v4.parquet'),
        contentUrl: z
          .string()
          .min(1)
          .max(2000)
          .optional()
          .describe('The name, beside the document, when left out'),
        sizeBytes: z.int().min(0),
        digest: Digest,
      }),
    )
    .max(100)
    .default([])
    .describe('Files with the rows of the version, as the results of data exports tell of them'),
  license: z.string().min(1).max(500).optional().describe('An address, or an identifier of SPDX'),
  url: z.url().max(2000).optional().describe('Where the dataset is described'),
  creator: z.string().min(1).max(500).optional(),
});
export type CroissantAbout = z.infer<typeof CroissantAbout>;

/** Something that the other format has no word for. */
export const NotCarried = z.object({ path: z.string(), message: z.string() });
export type NotCarried = z.infer<typeof NotCarried>;

/** What an inference gives as the result of its job. */
export const InferredSchema = z.object({
  versionId: z.string(),
  schema: DataSchema,
  columns: z.array(Column),
});
export type InferredSchema = z.infer<typeof InferredSchema>;

const byDataset = z.object({ dataset: z.string() });
const byVersion = byDataset.extend({ version: z.string().describe('1, 2, 3 …') });

export const dataSchemasApi = {
  list: endpoint({
    id: 'data-schemas.list',
    method: 'GET',
    path: '/api/v1/datasets/{dataset}/schemas',
    summary: 'Versions of the schema of a dataset, newest first',
    params: byDataset,
    response: z.object({ items: z.array(DataSchemaRow) }),
    errors: ['datasets/not-found'],
  }),
  save: endpoint({
    id: 'data-schemas.save',
    method: 'POST',
    path: '/api/v1/datasets/{dataset}/schemas',
    summary: 'Save a schema as a new version',
    description:
      'A schema equal to the active one makes no new version. Every fault of the document is answered at once.',
    params: byDataset,
    body: z.object({
      schema: DataSchema,
      note: z.string().max(4000).default(''),
      origin: SchemaOrigin.default('edited'),
      activate: z.boolean().default(true),
    }),
    status: 201,
    response: DataSchemaVersion,
    errors: ['datasets/not-found', 'data-schemas/invalid'],
  }),
  active: endpoint({
    id: 'data-schemas.active',
    method: 'GET',
    path: '/api/v1/datasets/{dataset}/schema',
    summary: 'The active schema of a dataset',
    params: byDataset,
    response: DataSchemaVersion,
    errors: ['datasets/not-found', 'data-schemas/not-found'],
  }),
  get: endpoint({
    id: 'data-schemas.get',
    method: 'GET',
    path: '/api/v1/datasets/{dataset}/schemas/{version}',
    summary: 'One version of a schema',
    params: byVersion,
    response: DataSchemaVersion,
    errors: ['datasets/not-found', 'data-schemas/not-found'],
  }),
  activate: endpoint({
    id: 'data-schemas.activate',
    method: 'POST',
    path: '/api/v1/datasets/{dataset}/schemas/{version}/activate',
    summary: 'Make a version of the schema the active one',
    params: byVersion,
    response: DataSchemaVersion,
    errors: ['datasets/not-found', 'data-schemas/not-found'],
  }),
  delete: endpoint({
    id: 'data-schemas.delete',
    method: 'DELETE',
    path: '/api/v1/datasets/{dataset}/schemas/{version}',
    summary: 'Delete a version of the schema; without its active one a dataset is not checked',
    params: byVersion,
    status: 204,
    response: 'none',
    errors: ['datasets/not-found', 'data-schemas/not-found'],
  }),
  infer: endpoint({
    id: 'data-schemas.infer',
    method: 'POST',
    path: '/api/v1/data-schemas/infer',
    summary: 'Propose a schema from the rows of a version (a job whose result is {schema}); nothing is saved',
    body: byVersionRef,
    status: 202,
    response: Job,
    errors: ['datasets/version-not-found'],
  }),
  check: endpoint({
    id: 'data-schemas.check',
    method: 'POST',
    path: '/api/v1/data-schemas/check',
    summary: 'Faults of a schema: rules that contradict themselves, patterns and SQL that cannot be read',
    body: z.object({
      schema: DataSchema,
      versionId: versionRef(
        'Whose columns SQL is checked with; those of the schema when left out',
      ).optional(),
    }),
    response: z.object({ problems: z.array(Problem) }),
    errors: ['datasets/version-not-found'],
    example: { body: { schema: { columns: [{ name: 'year', type: 'integer' }] } } },
  }),
  export: endpoint({
    id: 'data-schemas.export',
    method: 'POST',
    path: '/api/v1/data-schemas/export',
    summary: 'Write a schema in another format, and list what that format has no word for',
    description:
      'Croissant 1.0 describes a version of the dataset with its files: export the rows first (POST /api/v1/data-exports), and name the files with the digests of that result. A schema is not needed for it.',
    body: z.object({
      format: SchemaFormat,
      dataset: DatasetName.describe('Whose schema it is'),
      version: z.int().min(1).optional().describe('Of the schema; the active one when left out'),
      croissant: CroissantAbout.prefault({}).describe('For the format croissant only'),
    }),
    response: z.object({
      format: SchemaFormat,
      fileName: z.string(),
      document: z.record(z.string(), z.unknown()),
      notCarried: z.array(NotCarried),
    }),
    errors: ['data-schemas/not-found', 'datasets/not-found', 'datasets/version-not-found'],
  }),
  import: endpoint({
    id: 'data-schemas.import',
    method: 'POST',
    path: '/api/v1/data-schemas/import',
    summary: 'Read a schema from JSON Schema, Frictionless Table Schema or Croissant; nothing is saved',
    body: z.object({
      format: SchemaFormat.optional().describe('Seen from the document when left out'),
      document: z.record(z.string(), z.unknown()),
    }),
    response: z.object({ format: SchemaFormat, schema: DataSchema, notCarried: z.array(NotCarried) }),
    errors: ['data-schemas/unreadable'],
    example: {
      body: { document: { fields: [{ name: 'year', type: 'integer', constraints: { minimum: 1900 } }] } },
    },
  }),
  settings: endpoint({
    id: 'data-schemas.settings',
    method: 'GET',
    path: '/api/v1/datasets/{dataset}/check-settings',
    summary: 'When the schema of a dataset is checked',
    params: byDataset,
    response: DataCheckSettings,
    errors: ['datasets/not-found'],
  }),
  changeSettings: endpoint({
    id: 'data-schemas.changeSettings',
    method: 'PATCH',
    path: '/api/v1/datasets/{dataset}/check-settings',
    summary: 'Change when the schema of a dataset is checked',
    params: byDataset,
    body: z.object({
      onImport: DataCheckSettings.shape.onImport.unwrap().optional(),
      onTraining: DataCheckSettings.shape.onTraining.unwrap().optional(),
    }),
    response: DataCheckSettings,
    errors: ['datasets/not-found'],
  }),
};
