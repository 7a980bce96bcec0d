import { z } from 'zod';
import { Cell } from './columns.ts';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { DataEnvironment, DataSchema, DataSeverity } from './data-schema-rules.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { versionRef } from './version-refs.ts';

/** passed: no rule is broken; warned: only rules of severity warn are, or one could not be judged; failed: an error is. */
export const DataVerdict = z.enum(['passed', 'warned', 'failed']);
export type DataVerdict = z.infer<typeof DataVerdict>;

/** A row that breaks a rule. */
export const FailingRow = z.object({
  row: z.int().nullable().describe('Counted from 1; null where the rule is not about rows of the data'),
  values: z.array(Cell).describe('Of the columns that the result names'),
});
export type FailingRow = z.infer<typeof FailingRow>;

export const RuleResult = z.object({
  ruleId: z.string(),
  kind: z.string().describe('Of the rule, or column-absent, column-type, extra-column, column-order'),
  column: z.string().nullable().describe('null: about the table'),
  severity: DataSeverity,
  status: z
    .enum(['passed', 'failed', 'unknown', 'skipped'])
    .describe(
      'unknown: could not be judged; skipped: nothing to judge, as with an optional column that is not there',
    ),
  expected: z.string().describe('What the rule asks for, in words'),
  found: z.string().describe('What there is, in words'),
  checked: z.int().describe('Values or rows looked at'),
  broken: z.int().describe('Of them, how many break the rule'),
  brokenShare: z.number().describe('0 to 1'),
  columns: z.array(z.string()).describe('Of the failing rows'),
  rows: z.array(FailingRow).describe('The first 100 rows that break it'),
  hasRows: z.boolean().describe('Whether more of them can be asked for'),
});
export type RuleResult = z.infer<typeof RuleResult>;

export const DataValidation = z
  .object({
    id: z.string(),
    dataset: z.string(),
    versionId: z.string().nullable().describe('null: the import was refused, so there is no version'),
    version: z.int().nullable(),
    dataName: z.string().describe('flights v4, or the file of a refused import'),
    schemaVersion: z.int().nullable().describe('null: a schema that was sent along'),
    environment: DataEnvironment.default('training').describe('Whose rules were checked'),
    verdict: DataVerdict,
    rows: z.int(),
    rules: z.int(),
    failed: z.int().describe('Broken rules of severity error'),
    warned: z.int().describe('Broken rules of severity warn'),
    unknown: z.int(),
    trigger: z.enum(['asked', 'import', 'training']),
    results: z.array(RuleResult).describe('In the order of the schema'),
    schema: DataSchema.describe('As it was checked'),
    seconds: z.number(),
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'DataValidation' });
export type DataValidation = z.infer<typeof DataValidation>;

export const DataValidationRow = DataValidation.omit({ results: true, schema: true }).meta({
  id: 'DataValidationRow',
});
export type DataValidationRow = z.infer<typeof DataValidationRow>;

export const DataValidationRequest = z.object({
  versionId: versionRef(),
  schemaVersion: z.int().min(1).optional().describe('The active schema of the dataset when left out'),
  schema: DataSchema.optional().describe('Checks by this document in the place of a saved one'),
  environment: DataEnvironment.default('training').describe('Whose rules are checked'),
});
export type DataValidationRequest = z.infer<typeof DataValidationRequest>;
export type DataValidationRequestInput = z.input<typeof DataValidationRequest>;

/** What a check gives as the result of its job. */
export const DataValidationResult = z.object({
  validationId: z.string(),
  verdict: DataVerdict,
});
export type DataValidationResult = z.infer<typeof DataValidationResult>;

const byId = z.object({ validationId: z.string() });

export const dataValidationsApi = {
  list: endpoint({
    id: 'data-validations.list',
    method: 'GET',
    path: '/api/v1/data-validations',
    summary: 'Checks of data, newest first',
    query: ListQuery,
    response: pageOf(DataValidationRow),
    example: {},
  }),
  create: endpoint({
    id: 'data-validations.create',
    method: 'POST',
    path: '/api/v1/data-validations',
    summary: 'Check a dataset version by a schema (a job whose result is {validationId, verdict})',
    body: DataValidationRequest,
    status: 202,
    response: Job,
    errors: ['datasets/version-not-found', 'data-schemas/not-found', 'data-schemas/invalid'],
  }),
  verdicts: endpoint({
    id: 'data-validations.verdicts',
    method: 'GET',
    path: '/api/v1/data-verdicts',
    summary: 'What the newest check of dataset versions came to',
    description: 'By the rules of training. A version that has not been checked is not in the answer.',
    query: z.object({
      versionIds: z.string().min(1).max(20_000).describe('Ids of up to 200 versions, with commas between'),
    }),
    response: z.object({
      items: z.array(DataValidationRow.pick({ id: true, verdict: true }).extend({ versionId: z.string() })),
    }),
    example: { query: { versionIds: 'dsv_0' } },
  }),
  get: endpoint({
    id: 'data-validations.get',
    method: 'GET',
    path: '/api/v1/data-validations/{validationId}',
    summary: 'One check with the result of each rule',
    params: byId,
    response: DataValidation,
    errors: ['data-validations/not-found'],
  }),
  rows: endpoint({
    id: 'data-validations.rows',
    method: 'GET',
    path: '/api/v1/data-validations/{validationId}/rules/{ruleId}/rows',
    summary: 'Rows that break a rule, whole, a page at a time',
    params: byId.extend({ ruleId: z.string() }),
    query: z.object({
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: z.object({
      columns: z.array(z.string()),
      rows: z.array(FailingRow),
      offset: z.int(),
      total: z.int(),
    }),
    errors: ['data-validations/not-found', 'data-validations/no-rows', 'datasets/version-not-found'],
    timeoutMs: 120_000,
  }),
  delete: endpoint({
    id: 'data-validations.delete',
    method: 'DELETE',
    path: '/api/v1/data-validations/{validationId}',
    summary: 'Delete a check',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['data-validations/not-found'],
  }),
};
