import { z } from 'zod';
import { ColumnType } from './columns.ts';
import { DvcSource } from './dvc.ts';

export const FileFormat = z.enum(['csv', 'tsv', 'json', 'jsonl', 'parquet', 'arrow', 'excel', 'sqlite']);
export type FileFormat = z.infer<typeof FileFormat>;

/** How the characters of a text file are written. UTF-8 is told by itself, and so are the others mostly. */
export const TextEncoding = z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']);
export type TextEncoding = z.infer<typeof TextEncoding>;

export const SampleName = z.enum(['flights', 'penguins']);
export type SampleName = z.infer<typeof SampleName>;

const ConnectionRef = z.string().min(1).describe('Name of a connection: it keeps address and credentials');

/** Rows of a database: a whole table, or what a query gives. */
const tableOrQuery = {
  connection: ConnectionRef,
  table: z.string().min(1).max(300).optional().describe('"orders" or "sales.orders"'),
  query: z.string().min(1).max(100_000).optional().describe('One SELECT, instead of a table'),
};

const ParameterName = z.string().min(1).max(200);

/** How a service gives a long list in pages. Each ends at an empty page, or where the way on ends. */
export const HttpPaging = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('page').describe('?page=1, 2, 3 …'),
    parameter: ParameterName.default('page'),
    first: z.int().min(0).default(1),
  }),
  z.object({
    by: z.literal('offset').describe('?offset=0&limit=100, then offset=100 …'),
    parameter: ParameterName.default('offset'),
    sizeParameter: ParameterName.default('limit'),
    size: z.int().min(1).max(100_000).default(100),
  }),
  z.object({
    by: z.literal('cursor').describe('A value in each answer is a parameter of the next request'),
    parameter: ParameterName.default('cursor'),
    at: z
      .string()
      .min(1)
      .max(300)
      .describe('Where the value stands in the answer: "meta.next"; an address is followed as it is'),
  }),
  z.object({ by: z.literal('link').describe('The header "Link" with rel="next"') }),
]);
export type HttpPaging = z.infer<typeof HttpPaging>;

/**
 * Where rows come from. Credentials are no part of it: it names a connection that keeps them sealed.
 */
export const DatasetSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path').describe('A file that the engine can read'), path: z.string().min(1) }),
  z.object({
    kind: z.literal('paths').describe('All files of a folder, or those that a pattern names, as one table'),
    path: z
      .string()
      .min(1)
      .max(4000)
      .describe('A folder with its subfolders, or a pattern: /data/sales-*.csv, /data/**/*.parquet'),
  }),
  z.object({
    kind: z.literal('upload').describe('A file that was sent through POST /uploads'),
    uploadId: z.string().min(1),
  }),
  z.object({
    kind: z.literal('text').describe('Text that was pasted: CSV, tab-separated cells, JSON'),
    text: z.string().min(1).max(20_000_000),
  }),
  z.object({ kind: z.literal('sample').describe('A set that ships with Assay'), name: SampleName }),
  z.object({ kind: z.literal('postgres'), ...tableOrQuery }),
  z.object({ kind: z.literal('mysql'), ...tableOrQuery }),
  z.object({
    kind: z.literal('http').describe('A file at an address, or records that a service gives as JSON'),
    url: z
      .string()
      .min(1)
      .max(8000)
      .describe('Without a password; with a connection a path relative to its address will do'),
    connection: ConnectionRef.optional(),
    records: z
      .string()
      .max(300)
      .optional()
      .describe(
        'Where the list of records stands in the answer: "data.items". Empty: the answer is the list',
      ),
    paging: HttpPaging.optional(),
    maxRecords: z.int().min(1).optional().describe('Stop after so many records'),
  }),
  z.object({
    kind: z.literal('object').describe('Files of a bucket'),
    connection: ConnectionRef.describe('Name of a connection, or of a target, of a kind of object store'),
    key: z.string().min(1).max(1024).optional().describe('One object'),
    prefix: z
      .string()
      .max(1024)
      .optional()
      .describe('All objects below it, as one table; * stands for any text'),
  }),
  DvcSource,
]);
export type DatasetSource = z.infer<typeof DatasetSource>;

/** Rows that a transform made. */
export const TransformSource = z.object({
  kind: z.literal('transform'),
  transformId: z.string(),
  name: z.string(),
  version: z.int().describe('Of its definition'),
  runId: z.string().describe('The run of the transform'),
  part: z.string().describe('Of a split; "" when there is none'),
  inputs: z.array(
    z.object({ alias: z.string(), versionId: z.string(), dataset: z.string(), version: z.int() }),
  ),
});
export type TransformSource = z.infer<typeof TransformSource>;

/** Where the rows of a version come from: what was imported, or a transform. */
export const VersionSource = z.discriminatedUnion('kind', [...DatasetSource.options, TransformSource]);
export type VersionSource = z.infer<typeof VersionSource>;

/** How to read the source. Everything is guessed when left out; what is given wins over the guess. */
export const ReadOptions = z.object({
  format: FileFormat.optional(),
  delimiter: z.string().length(1).optional(),
  quote: z.string().length(1).optional(),
  header: z.boolean().optional(),
  headerLine: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('The line (of a sheet: the row) that names the columns; what stands before it is left out'),
  encoding: TextEncoding.optional(),
  table: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('The sheet of a workbook, the table of an SQLite file; the first when left out'),
  query: z
    .string()
    .min(1)
    .max(100_000)
    .optional()
    .describe('A SELECT over an SQLite file, instead of a table'),
  fileColumn: z
    .boolean()
    .optional()
    .describe('Of several files: adds a column "_file" that names the file of each row'),
  partitions: z
    .boolean()
    .optional()
    .describe(
      'Of several files: columns from folders such as "year=2026/month=11"; on when left out, where all files have them',
    ),
  nullStrings: z
    .array(z.string())
    .max(20)
    .optional()
    .describe('Texts that mean "missing"; the empty field always does'),
  columns: z
    .array(
      z.object({
        name: z.string().min(1).describe('The name in the source'),
        rename: z.string().min(1).optional(),
        type: ColumnType.optional(),
        skip: z.boolean().optional(),
      }),
    )
    .max(20_000)
    .optional()
    .describe('Corrections by column; columns not named are taken as guessed'),
  where: z
    .string()
    .max(4000)
    .optional()
    .describe("Keep only rows for which this SQL condition holds: date < '2001-03-01'"),
  limit: z.int().min(1).optional().describe('Keep at most this many rows'),
});
export type ReadOptions = z.infer<typeof ReadOptions>;

/** A row that could not be read and was set aside. */
export const BadRow = z.object({
  line: z.int().nullable().describe('From 1; of a sheet its row'),
  reason: z.string(),
  text: z.string().describe('The row as it stands in the source, at most 500 characters'),
  file: z.string().optional().describe('Of several files: which one'),
});
export type BadRow = z.infer<typeof BadRow>;
