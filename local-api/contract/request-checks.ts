import { z } from 'zod';
import { Cell } from './columns.ts';
import { TimestampMs } from './common.ts';
import { DataSeverity } from './data-schema-rules.ts';
import { DatasetName } from './datasets.ts';

/** Whether an endpoint holds the rows it is sent against a schema of data, and what comes of rows that break it. */
export const RequestValidation = z.object({
  mode: z
    .enum(['off', 'log', 'reject'])
    .default('off')
    .describe(
      'log: broken rules are counted, the answer is given all the same. reject: a request with a row that breaks a rule of severity error gets 422 and no answer',
    ),
  schema: z
    .object({
      dataset: DatasetName,
      version: z.int().min(1).optional().describe('Of the schema; the active one when left out'),
    })
    .nullable()
    .default(null)
    .describe('null: the schema that was in force when the model was trained'),
});
export type RequestValidation = z.infer<typeof RequestValidation>;

/** A value that broke a rule, as the request log of the endpoint would keep it. */
export const BrokenExample = z.object({
  requestId: z.string(),
  atMs: TimestampMs,
  row: z.int().describe('Counted from 0, as in the request'),
  value: Cell.describe('Of a column that is absent, or not known: its name'),
});
export type BrokenExample = z.infer<typeof BrokenExample>;

export const RequestRule = z.object({
  ruleId: z.string(),
  kind: z.string(),
  column: z.string().nullable().describe('null: about the row'),
  severity: DataSeverity,
  expected: z.string().describe('What the rule asks for, in words'),
  refuses: z
    .boolean()
    .describe(
      'Whether one row that breaks it is a fault: not where it only warns or asks for a share of the rows',
    ),
  broken: z.int().describe('Rows that broke it since the engine started'),
  lastAtMs: TimestampMs.nullable(),
  examples: z.array(BrokenExample).describe('The newest five, newest first'),
});
export type RequestRule = z.infer<typeof RequestRule>;

/** How the requests of an endpoint are checked, and what was found since the engine started. */
export const EndpointValidation = z
  .object({
    mode: RequestValidation.shape.mode.unwrap(),
    schema: z.object({ dataset: z.string(), version: z.int() }).nullable().describe('What is checked by'),
    why: z.string().describe('Why this schema, or why there is none'),
    sinceMs: TimestampMs.describe('Since when is counted'),
    requests: z.int().describe('Checked'),
    broken: z.int().describe('Requests with a row that broke a rule, warnings included'),
    refused: z.int().describe('Requests that got no answer for it'),
    rules: z.array(RequestRule),
    leftOut: z
      .array(
        z.object({
          ruleId: z.string(),
          kind: z.string(),
          column: z.string().nullable(),
          expected: z.string(),
          reason: z.string(),
        }),
      )
      .describe('Rules of the schema that one row cannot be held against'),
  })
  .meta({ id: 'EndpointValidation' });
export type EndpointValidation = z.infer<typeof EndpointValidation>;
