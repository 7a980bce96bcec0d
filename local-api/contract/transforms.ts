import { z } from 'zod';
import { Cell, Column } from './columns.ts';
import { Digest, ListQuery, Problem, pageOf, TimestampMs } from './common.ts';
import { DatasetName } from './datasets.ts';
import { endpoint } from './endpoint.ts';
import { JobError } from './jobs.ts';
import { DatasetRef } from './version-refs.ts';

/** What an input is called in SQL. */
export const TransformAlias = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and underscore; starts with a letter');

export const TransformInput = z.object({
  dataset: DatasetRef,
  version: z
    .union([z.literal('latest'), z.int().min(1)])
    .default('latest')
    .describe('A fixed version, or the newest whenever it is run'),
});
export type TransformInput = z.infer<typeof TransformInput>;

const ColumnNames = z.array(z.string().min(1)).min(1).max(1000);
const Expression = z.string().trim().min(1).max(4000);
const Seed = z.int().min(0).max(2_147_483_647).default(0);

/** Name of a part of a split: the dataset written is `<output>-<part>`. */
const PartName = z
  .string()
  .max(40)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'letters, digits, dot, dash and underscore');

export const SplitRule = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fraction'),
    parts: z
      .array(z.object({ name: PartName, fraction: z.number().gt(0).lt(1) }))
      .min(2)
      .max(20)
      .describe('Fractions add up to 1'),
    seed: Seed,
    together: ColumnNames.optional().describe('Rows that have the same values here go into the same part'),
  }),
  z.object({
    kind: z.literal('column'),
    column: z.string().min(1),
    parts: z
      .array(z.object({ name: PartName, values: z.array(Cell).min(1).max(1000) }))
      .min(1)
      .max(20),
    rest: PartName.optional().describe('Takes the rows of all other values; left out without it'),
  }),
  z.object({
    kind: z.literal('time'),
    column: z.string().min(1).describe('A date, a datetime or a number'),
    parts: z
      .array(z.object({ name: PartName, before: z.union([z.string().min(1), z.number()]) }))
      .min(1)
      .max(20)
      .describe('In rising order: a part takes what is before its end and not in a part before it'),
    rest: PartName.describe('Takes what comes after the last end'),
  }),
]);
export type SplitRule = z.infer<typeof SplitRule>;

export const AggregateFunction = z.enum([
  'count',
  'distinct',
  'sum',
  'mean',
  'median',
  'min',
  'max',
  'std',
  'first',
  'last',
]);
export type AggregateFunction = z.infer<typeof AggregateFunction>;

export const TransformStep = z
  .discriminatedUnion('step', [
    z.object({ step: z.literal('filter'), where: Expression.describe("SQL: delay > 15 AND origin = 'SEA'") }),
    z.object({
      step: z.literal('derive'),
      column: z.string().min(1).max(255).describe('A new column, or one that is replaced'),
      expression: Expression.describe('SQL over the columns of one row: delay / 60'),
    }),
    z.object({ step: z.literal('select'), columns: ColumnNames.describe('Kept, in this order') }),
    z.object({
      step: z.literal('rename'),
      columns: z.record(z.string().min(1), z.string().min(1).max(255)).describe('Old name → new name'),
    }),
    z.object({ step: z.literal('drop'), columns: ColumnNames }),
    z.object({
      step: z.literal('fill'),
      columns: ColumnNames,
      with: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('value'), value: z.union([z.string(), z.number(), z.boolean()]) }),
          z.object({ kind: z.enum(['mean', 'median', 'mode']) }),
          z.object({ kind: z.literal('previous').describe('The value of the last row before that has one') }),
        ])
        .describe('What stands in for missing values'),
    }),
    z.object({
      step: z.literal('join'),
      with: TransformAlias.describe('Another input'),
      on: z
        .array(z.union([z.string().min(1), z.object({ left: z.string().min(1), right: z.string().min(1) })]))
        .min(1)
        .max(20),
      kind: z.enum(['inner', 'left', 'full', 'semi', 'anti']).default('inner'),
    }),
    z.object({
      step: z.literal('aggregate'),
      by: z
        .array(z.string().min(1))
        .max(50)
        .default([])
        .describe('One row for each combination; empty: one row'),
      measures: z
        .array(
          z.object({
            name: z.string().min(1).max(255),
            function: AggregateFunction,
            column: z.string().min(1).optional().describe('Not needed for count'),
          }),
        )
        .min(1)
        .max(200),
    }),
    z.object({
      step: z.literal('sort'),
      by: z
        .array(z.object({ column: z.string().min(1), descending: z.boolean().default(false) }))
        .min(1)
        .max(20),
    }),
    z.object({
      step: z.literal('distinct'),
      columns: ColumnNames.optional().describe(
        'The first row of each combination of these; of all when left out',
      ),
    }),
    z.object({
      step: z.literal('sample'),
      rows: z.int().min(1).optional().describe('This many, spread over all rows'),
      fraction: z.number().gt(0).lt(1).optional(),
      seed: Seed,
    }),
    z.object({
      step: z.literal('split').describe('Only as the last step: each part becomes a dataset of its own'),
      by: SplitRule,
    }),
  ])
  .meta({ id: 'TransformStep' });
export type TransformStep = z.infer<typeof TransformStep>;
export type TransformStepInput = z.input<typeof TransformStep>;

export const TransformDefinition = z
  .object({
    inputs: z
      .record(TransformAlias, TransformInput)
      .describe('Name in SQL → dataset; the steps begin with the first'),
    sql: z.string().max(100_000).optional().describe('One SELECT over the inputs. Either this or steps'),
    steps: z.array(TransformStep).max(200).optional(),
    output: DatasetName.describe('The dataset that gets a new version'),
  })
  .meta({ id: 'TransformDefinition' });
export type TransformDefinition = z.infer<typeof TransformDefinition>;
export type TransformDefinitionInput = z.input<typeof TransformDefinition>;

export const TransformName = DatasetName;

export const TransformState = z.enum(['never-run', 'fresh', 'stale', 'running', 'failed']);
export type TransformState = z.infer<typeof TransformState>;

/** One version of a dataset that a run read or wrote. */
export const TransformEnd = z.object({
  alias: z.string().describe('Name of the input, or of the part of a split; "" for the only output'),
  dataset: z.string(),
  version: z.int(),
  versionId: z.string(),
  digest: Digest,
  rows: z.int(),
});
export type TransformEnd = z.infer<typeof TransformEnd>;

export const TransformRun = z
  .object({
    id: z.string(),
    transformId: z.string(),
    transform: z.string(),
    version: z.int().describe('Of the definition'),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    trigger: z.enum(['hand', 'auto']),
    cached: z.boolean().describe('Nothing was computed: the same definition over the same data had been run'),
    jobId: z.string().nullable().describe('null when cached'),
    inputs: z.array(TransformEnd),
    outputs: z.array(TransformEnd),
    error: JobError.nullable(),
    createdAtMs: TimestampMs,
    endedAtMs: TimestampMs.nullable(),
  })
  .meta({ id: 'TransformRun' });
export type TransformRun = z.infer<typeof TransformRun>;

export const Transform = z
  .object({
    id: z.string(),
    name: TransformName,
    description: z.string(),
    auto: z.boolean().describe('Runs by itself when an input gets a new version'),
    version: z.int().describe('Of the newest definition'),
    definition: TransformDefinition,
    state: TransformState,
    reasons: z.array(z.string()).describe('Why it is stale or what failed, in sentences'),
    lastRun: TransformRun.nullable(),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Transform' });
export type Transform = z.infer<typeof Transform>;

export const TransformVersion = z.object({
  version: z.int(),
  digest: Digest.describe('Of the definition'),
  definition: TransformDefinition,
  note: z.string(),
  createdAtMs: TimestampMs,
});
export type TransformVersion = z.infer<typeof TransformVersion>;

export const ColumnOrigin = z.object({
  input: z.string().describe('Name of the input in the definition'),
  column: z.string(),
  how: z
    .enum(['copied', 'derived', 'aggregated'])
    .describe('aggregated: of more rows than one, by a sum, a window …'),
});
export type ColumnOrigin = z.infer<typeof ColumnOrigin>;

/** Where a column of an answer comes from. */
export const ColumnOrigins = z.object({
  column: z.string(),
  isTraced: z
    .boolean()
    .describe('false: the query cannot be followed, so it may come from every column of every input'),
  from: z.array(ColumnOrigin).describe('Empty too for what is computed from no column: count(*)'),
});
export type ColumnOrigins = z.infer<typeof ColumnOrigins>;

/** What becomes of the columns, step by step. A definition without faults has no problems. */
export const TransformCheck = z.object({
  problems: z.array(Problem).describe('All at once; paths are JSON pointers: /steps/2/where'),
  steps: z
    .array(z.object({ columns: z.array(Column), sql: z.string() }))
    .describe('Columns after each step, as far as there are no faults'),
  columns: z.array(Column).describe('Of the answer; empty while there are faults'),
  origins: z.array(ColumnOrigins).describe('Of the columns of the answer, in their order'),
  sql: z.string().nullable().describe('What is run'),
  outputs: z.array(z.object({ part: z.string(), dataset: z.string() })),
});
export type TransformCheck = z.infer<typeof TransformCheck>;

export const TransformPreview = z.object({
  columns: z.array(Column),
  rows: z.array(z.array(Cell)),
  sql: z.string(),
  basis: z
    .enum(['all', 'first-rows'])
    .describe('first-rows: of the first rows of each input only, since the whole would take too long'),
  basisRows: z.int().nullable().describe('How many rows of each input, when not all'),
  milliseconds: z.number(),
});
export type TransformPreview = z.infer<typeof TransformPreview>;

const byTransform = z.object({ transform: z.string().describe('Name or id') });
const definitionErrors = [
  'transforms/bad-definition',
  'datasets/not-found',
  'datasets/version-not-found',
] as const;

export const transformsApi = {
  list: endpoint({
    id: 'transforms.list',
    method: 'GET',
    path: '/api/v1/transforms',
    summary: 'Transforms, with what is stale',
    query: ListQuery,
    response: pageOf(Transform),
    example: {},
  }),
  create: endpoint({
    id: 'transforms.create',
    method: 'POST',
    path: '/api/v1/transforms',
    summary: 'Save a transform: one SELECT or a list of steps over dataset versions',
    description:
      'The definition is checked against the newest versions of its inputs; every fault is listed with its place. A name that is there already gets a new version of its definition, unless it is the same.',
    body: z.object({
      name: TransformName,
      definition: TransformDefinition,
      description: z.string().max(20_000).optional(),
      auto: z.boolean().optional(),
      note: z.string().max(4000).default(''),
    }),
    status: 201,
    response: Transform,
    errors: [...definitionErrors, 'transforms/cycle', 'transforms/output-taken'],
  }),
  check: endpoint({
    id: 'transforms.check',
    method: 'POST',
    path: '/api/v1/transforms/check',
    summary: 'Check a definition: its faults, the columns after each step, the SQL',
    body: z.object({ definition: z.unknown().describe('A TransformDefinition, as far as it is written') }),
    response: TransformCheck,
    example: { body: { definition: { inputs: {}, steps: [], output: 'out' } } },
  }),
  preview: endpoint({
    id: 'transforms.preview',
    method: 'POST',
    path: '/api/v1/transforms/preview',
    summary: 'The first rows after a step',
    body: z.object({
      definition: TransformDefinition,
      step: z
        .int()
        .min(-1)
        .optional()
        .describe('Number of the step, 0 the first; -1: the input; the last when left out'),
      part: z.string().optional().describe('Of a split; its first part when left out'),
      limit: z.int().min(1).max(1000).default(50),
    }),
    response: TransformPreview,
    errors: definitionErrors,
    timeoutMs: 60_000,
  }),
  get: endpoint({
    id: 'transforms.get',
    method: 'GET',
    path: '/api/v1/transforms/{transform}',
    summary: 'One transform',
    params: byTransform,
    response: Transform,
    errors: ['transforms/not-found'],
  }),
  update: endpoint({
    id: 'transforms.update',
    method: 'PATCH',
    path: '/api/v1/transforms/{transform}',
    summary: 'Describe it, or let it run by itself',
    params: byTransform,
    body: z.object({ description: z.string().max(20_000).optional(), auto: z.boolean().optional() }),
    response: Transform,
    errors: ['transforms/not-found'],
  }),
  delete: endpoint({
    id: 'transforms.delete',
    method: 'DELETE',
    path: '/api/v1/transforms/{transform}',
    summary: 'Delete a transform; what it made stays',
    params: byTransform,
    status: 204,
    response: 'none',
    errors: ['transforms/not-found'],
  }),
  versions: endpoint({
    id: 'transforms.versions',
    method: 'GET',
    path: '/api/v1/transforms/{transform}/versions',
    summary: 'The definitions it had, newest first',
    params: byTransform,
    response: z.object({ items: z.array(TransformVersion) }),
    errors: ['transforms/not-found'],
  }),
  runs: endpoint({
    id: 'transforms.runs',
    method: 'GET',
    path: '/api/v1/transforms/{transform}/runs',
    summary: 'When it was run, newest first',
    params: byTransform,
    query: ListQuery,
    response: pageOf(TransformRun),
    errors: ['transforms/not-found'],
  }),
  run: endpoint({
    id: 'transforms.run',
    method: 'POST',
    path: '/api/v1/transforms/{transform}/run',
    summary: 'Run it over the newest data (a job), unless the same has been computed before',
    params: byTransform,
    body: z.object({
      version: z.int().min(1).optional().describe('Of the definition; the newest when left out'),
      force: z.boolean().default(false).describe('Compute it even if the same was computed before'),
    }),
    status: 202,
    response: TransformRun,
    errors: ['transforms/not-found', 'transforms/version-not-found', ...definitionErrors],
  }),
  getRun: endpoint({
    id: 'transforms.getRun',
    method: 'GET',
    path: '/api/v1/transform-runs/{runId}',
    summary: 'One run of a transform',
    params: z.object({ runId: z.string() }),
    response: TransformRun,
    errors: ['transforms/run-not-found'],
  }),
};
