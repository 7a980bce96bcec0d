import { z } from 'zod';
import { Cell, Column, ColumnType } from './columns.ts';
import { TimestampMs } from './common.ts';
import { ColumnDrift } from './drift-columns.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { byVersionRef, versionRef } from './version-refs.ts';

export const DatasetDiffRequest = z.object({
  with: versionRef('The newer version'),
  key: z
    .array(z.string().min(1))
    .min(1)
    .max(32)
    .optional()
    .describe(
      'Columns that name a row. Left out: a column without missing or equal values in both, or none, and whole rows are compared',
    ),
});
export type DatasetDiffRequest = z.infer<typeof DatasetDiffRequest>;

export const DatasetDiffColumn = z.object({
  name: z.string().describe('In the newer version, or in the older one if it is only there'),
  before: ColumnType.nullable().describe('Null: the column is new'),
  after: ColumnType.nullable().describe('Null: the column is gone'),
  renamedFrom: z.string().nullable().describe('The same values were there under another name'),
  isSame: z.boolean().describe('The same values in the same rows'),
  changedCells: z
    .int()
    .nullable()
    .describe('Among the rows that are in both versions; null without a key, or where it is in one only'),
  drift: ColumnDrift.nullable().describe(
    'How its distribution changed; null where nothing did, or why in note',
  ),
  note: z.string().describe('Why its distributions were not compared; empty where they were'),
});
export type DatasetDiffColumn = z.infer<typeof DatasetDiffColumn>;

export const DatasetDiff = z
  .object({
    id: z.string(),
    baseVersionId: z.string(),
    otherVersionId: z.string(),
    baseName: z.string(),
    otherName: z.string(),
    key: z.object({
      columns: z.array(z.string()).describe('Empty: whole rows were compared'),
      how: z.enum(['given', 'guessed', 'none']),
      repeats: z
        .int()
        .describe('Rows whose key another row of the same version has; the n-th is held against the n-th'),
    }),
    rows: z.object({
      base: z.int(),
      other: z.int(),
      added: z.int(),
      removed: z.int(),
      changed: z.int().nullable().describe('Null without a key: a changed row is one removed and one added'),
      same: z.int(),
    }),
    columns: z.array(DatasetDiffColumn),
    columnsMoved: z.boolean().describe('The common columns stand in another order'),
    files: z.object({
      base: z.int(),
      other: z.int(),
      shared: z.int().describe('Files that hold the same rows; they are not read to compare rows'),
      sharedBytes: z.int(),
      otherBytes: z.int(),
    }),
    kept: z
      .object({ added: z.int(), removed: z.int(), changed: z.int() })
      .describe('Rows that can be looked at, the first of each kind'),
    driftEvery: z.int().describe('Distributions are of every n-th row; 1: of all'),
    seconds: z.number(),
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'DatasetDiff' });
export type DatasetDiff = z.infer<typeof DatasetDiff>;

export const DiffRowKind = z.enum(['added', 'removed', 'changed']);
export type DiffRowKind = z.infer<typeof DiffRowKind>;

export const DiffRow = z.object({
  baseRow: z.int().nullable().describe('Its number in the older version, from 0; null for an added row'),
  otherRow: z.int().nullable().describe('Its number in the newer version, from 0; null for a removed row'),
  cells: z
    .array(Cell)
    .describe('In the order of columns: of the newer version, or of the older one for a removed row'),
  before: z
    .array(z.object({ column: z.int().describe('Place in columns'), value: Cell }))
    .describe('What changed cells were'),
});
export type DiffRow = z.infer<typeof DiffRow>;

const byDiff = z.object({ diffId: z.string() });

export const datasetDiffsApi = {
  create: endpoint({
    id: 'datasetDiffs.create',
    method: 'POST',
    path: '/api/v1/dataset-versions/{versionId}/diff',
    summary: 'Compare a version with a newer one (a job whose result is {diffId})',
    description:
      'Schema, rows by key, cells, and distributions. Rows in files that both versions share are not read. The same question is answered from what was found before.',
    params: byVersionRef,
    body: DatasetDiffRequest,
    status: 202,
    response: Job,
    errors: ['datasets/not-found', 'datasets/version-not-found', 'request/invalid'],
  }),
  find: endpoint({
    id: 'datasetDiffs.find',
    method: 'GET',
    path: '/api/v1/dataset-diffs',
    summary: 'Comparisons of two versions that were made already, newest first',
    query: z.object({ base: versionRef(), other: versionRef() }),
    response: z.object({ items: z.array(DatasetDiff) }),
    example: { query: { base: 'dsv_none', other: 'dsv_none' } },
  }),
  get: endpoint({
    id: 'datasetDiffs.get',
    method: 'GET',
    path: '/api/v1/dataset-diffs/{diffId}',
    summary: 'One comparison of versions',
    params: byDiff,
    response: DatasetDiff,
    errors: ['datasets/diff-not-found'],
  }),
  rows: endpoint({
    id: 'datasetDiffs.rows',
    method: 'GET',
    path: '/api/v1/dataset-diffs/{diffId}/rows',
    summary: 'Added, removed or changed rows of a comparison',
    params: byDiff,
    query: z.object({
      kind: DiffRowKind,
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: z.object({ columns: z.array(Column), rows: z.array(DiffRow), offset: z.int(), total: z.int() }),
    errors: ['datasets/diff-not-found'],
  }),
};
