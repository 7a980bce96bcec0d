import { z } from 'zod';
import { Column } from './columns.ts';
import { Digest, ListQuery, pageOf, Tags, TimestampMs } from './common.ts';
import { ReadOptions, VersionSource } from './dataset-sources.ts';
import { endpoint } from './endpoint.ts';
import { byVersionRef } from './version-refs.ts';

/** A name for a version that can be moved to another one. Not a number, and neither "latest" nor a date: those say something else. */
export const VersionAlias = z
  .string()
  .min(1)
  .max(64)
  .regex(/^\p{L}[\p{L}\p{N}._-]*$/u, 'a letter, then letters, digits, dots, dashes and underscores')
  .refine((name) => !/^(latest|v\d+)$/i.test(name), 'it says something else already');

export const DatasetVersion = z
  .object({
    id: z.string(),
    dataset: z.string(),
    version: z.int().describe('1, 2, 3 … within the dataset'),
    digest: Digest.describe('Digest of the content; the same rows and options give the same digest'),
    rows: z.int(),
    sizeBytes: z.int().describe('Of all its files'),
    addedBytes: z
      .int()
      .describe('Bytes that no older version of the dataset had when this one was made; the rest is shared'),
    files: z.int().describe('Parquet files it consists of; versions share those that hold the same rows'),
    columns: z.array(Column),
    source: VersionSource,
    sourceName: z.string().describe('The file name, for people'),
    options: ReadOptions,
    badRows: z.int().describe('Rows that could not be read and were set aside'),
    note: z.string(),
    tags: Tags,
    aliases: z.array(z.string()).describe('Names of this version, as in flights@production'),
    createdAtMs: TimestampMs,
    deletedAtMs: TimestampMs.nullable().describe('Null unless it was deleted and can still be restored'),
  })
  .meta({ id: 'DatasetVersion' });
export type DatasetVersion = z.infer<typeof DatasetVersion>;

const byAlias = z.object({ dataset: z.string(), alias: z.string() });

export const datasetVersionsApi = {
  resolve: endpoint({
    id: 'datasetVersions.resolve',
    method: 'GET',
    path: '/api/v1/dataset-versions/resolve',
    summary: 'The version that a reference names',
    description:
      'name (the newest), name@3, name@latest, name@alias, name@2026-11-01 or name@2026-11-01T12:00:00Z (the newest at that time, a day counting to its end, UTC), or the id of a version.',
    query: z.object({ ref: z.string().min(1).max(250) }),
    response: DatasetVersion,
    errors: ['datasets/not-found', 'datasets/version-not-found'],
  }),
  update: endpoint({
    id: 'datasetVersions.update',
    method: 'PATCH',
    path: '/api/v1/dataset-versions/{versionId}',
    summary: 'Change the note or the tags of a version',
    params: byVersionRef,
    body: z.object({ note: z.string().max(4000).optional(), tags: Tags.optional() }),
    response: DatasetVersion,
    errors: ['datasets/not-found', 'datasets/version-not-found'],
  }),
  setAlias: endpoint({
    id: 'datasetVersions.setAlias',
    method: 'PUT',
    path: '/api/v1/datasets/{dataset}/aliases/{alias}',
    summary: 'Give a version a name, or move the name to it',
    params: byAlias.extend({ alias: VersionAlias }),
    body: z.object({ version: z.int().min(1) }),
    response: DatasetVersion,
    errors: ['datasets/not-found', 'datasets/version-not-found'],
  }),
  deleteAlias: endpoint({
    id: 'datasetVersions.deleteAlias',
    method: 'DELETE',
    path: '/api/v1/datasets/{dataset}/aliases/{alias}',
    summary: 'Take a name away',
    params: byAlias,
    status: 204,
    response: 'none',
    errors: ['datasets/not-found', 'datasets/alias-not-found'],
  }),
  deleted: endpoint({
    id: 'datasetVersions.deleted',
    method: 'GET',
    path: '/api/v1/deleted-dataset-versions',
    summary: 'Deleted versions that can still be restored, of all datasets',
    description: "Those of one: filter dataset = 'flights'. Sorted by version, or by deletion: -deletedAtMs.",
    query: ListQuery,
    response: pageOf(DatasetVersion),
    example: {},
  }),
  restore: endpoint({
    id: 'datasetVersions.restore',
    method: 'POST',
    path: '/api/v1/dataset-versions/{versionId}/restore',
    summary: 'Take back a delete',
    params: byVersionRef,
    response: DatasetVersion,
    errors: ['datasets/not-found', 'datasets/version-not-found'],
  }),
};
