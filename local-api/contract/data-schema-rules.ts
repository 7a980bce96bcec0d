import { z } from 'zod';
import { ColumnType } from './columns.ts';

export const DataSeverity = z
  .enum(['error', 'warn'])
  .describe('error: data that break the rule fail; warn: they pass with a warning');
export type DataSeverity = z.infer<typeof DataSeverity>;

/** What data are for: `training` and `serving` are known by name, others are the reader's own. */
export const DataEnvironment = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'lower-case letters, digits, - and _, beginning with a letter')
  .describe('training, serving, or a name of your own');
export type DataEnvironment = z.infer<typeof DataEnvironment>;

const environments = z.array(DataEnvironment).min(1).max(20).optional();

/** What every rule has. */
const common = {
  id: z
    .string()
    .max(200)
    .default('')
    .describe('Names the rule in reports; made from column and kind when left out'),
  severity: DataSeverity.default('error'),
  reason: z.string().max(1000).optional().describe('Why the rule is there: what was seen, or a remark'),
  environments: environments.describe('The rule holds in these only; everywhere when left out'),
};
const where = z.string().max(4000).optional().describe('SQL condition: the rule holds for these rows only');
const mostly = z
  .number()
  .min(0)
  .max(1)
  .default(1)
  .describe('Smallest share of the values present that must keep the rule');
/** Rules that one value keeps or breaks. */
const ofValues = { ...common, where, mostly };

export const RuleValue = z.union([z.string(), z.number(), z.boolean()]);
export type RuleValue = z.infer<typeof RuleValue>;
const Bound = z.union([z.number(), z.string().max(40)]).describe('A number, or a date or time in ISO 8601');
const size = z.int().min(0);

export const MissingRule = z
  .strictObject({
    ...common,
    where,
    kind: z.literal('missing'),
    maxShare: z.number().min(0).max(1).default(0).describe('Largest share of rows without a value'),
  })
  .describe('How much may be missing');

export const RangeRule = z
  .strictObject({ ...ofValues, kind: z.literal('range'), min: Bound.optional(), max: Bound.optional() })
  .describe('Smallest and largest value, both allowed');

export const SetRule = z
  .strictObject({ ...ofValues, kind: z.literal('set'), values: z.array(RuleValue).min(1).max(10_000) })
  .describe('The values allowed');

export const PatternRule = z
  .strictObject({ ...ofValues, kind: z.literal('pattern'), pattern: z.string().min(1).max(1000) })
  .describe('A regular expression that is found in each text; ^ and $ ask for all of it');

export const LengthRule = z
  .strictObject({ ...ofValues, kind: z.literal('length'), min: size.optional(), max: size.optional() })
  .describe('Characters of a text');

export const UniqueRule = z
  .strictObject({ ...common, where, mostly, kind: z.literal('unique') })
  .describe('No value is there twice');

export const MonotoneRule = z
  .strictObject({
    ...common,
    mostly,
    kind: z.literal('monotone'),
    direction: z.enum(['increasing', 'decreasing']).default('increasing'),
    strict: z.boolean().default(false).describe('Equal neighbours break the rule'),
  })
  .describe('Each value is at least (at most) the one in the row before that has one');

export const DistinctRule = z
  .strictObject({ ...common, where, kind: z.literal('distinct'), min: size.optional(), max: size.optional() })
  .describe('How many different values there are');

export const Statistic = z.enum(['min', 'max', 'mean', 'median', 'std', 'sum']);
export type Statistic = z.infer<typeof Statistic>;
export const StatisticRule = z
  .strictObject({
    ...common,
    where,
    kind: z.literal('statistic'),
    statistic: Statistic,
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .describe('A figure of the column lies within limits');

export const DistributionRule = z
  .strictObject({
    ...common,
    kind: z.literal('distribution'),
    reference: z
      .union([z.literal('previous'), z.int().min(1)])
      .default('previous')
      .describe('A version of the same dataset by its number, or the one before'),
  })
  .describe('The values have not drifted away from those of another version');

export const ColumnRule = z.discriminatedUnion('kind', [
  MissingRule,
  RangeRule,
  SetRule,
  PatternRule,
  LengthRule,
  UniqueRule,
  MonotoneRule,
  DistinctRule,
  StatisticRule,
  DistributionRule,
]);
export type ColumnRule = z.infer<typeof ColumnRule>;
export type ColumnRuleInput = z.input<typeof ColumnRule>;

const columnNames = z.array(z.string().min(1)).max(100);

export const RowCountRule = z
  .strictObject({ ...common, kind: z.literal('row-count'), min: size.optional(), max: size.optional() })
  .describe('How many rows there are');

export const RowCountChangeRule = z
  .strictObject({
    ...common,
    kind: z.literal('row-count-change'),
    minRatio: z.number().min(0).optional().describe('Rows divided by those of the version before, at least'),
    maxRatio: z.number().min(0).optional(),
  })
  .describe('How much the number of rows changes from the version before');

export const KeyRule = z
  .strictObject({ ...common, mostly, kind: z.literal('key'), columns: columnNames })
  .describe(
    'No two rows agree in all of these columns; in every column when none is named. Rows that lack one are left out',
  );

export const FreshnessRule = z
  .strictObject({
    ...common,
    kind: z.literal('freshness'),
    column: z.string().min(1),
    maxAgeHours: z.number().positive(),
  })
  .describe('The newest time is at most so much older than the moment of the import');

export const ForeignKeyRule = z
  .strictObject({
    ...common,
    mostly,
    kind: z.literal('foreign-key'),
    columns: columnNames.min(1),
    dataset: z.string().min(1).max(128),
    version: z.int().min(1).optional().describe('The newest one when left out'),
    references: columnNames.describe('Columns there, in the same order; the same names when empty'),
  })
  .describe('Each combination of values is there in another dataset; rows that lack one are left out');

export const ConditionRule = z
  .strictObject({ ...common, mostly, where, kind: z.literal('condition'), sql: z.string().min(1).max(4000) })
  .describe('An SQL condition that each row must keep; one that is unknown for want of a value is kept');

export const QueryRule = z
  .strictObject({ ...common, kind: z.literal('query'), sql: z.string().min(1).max(20_000) })
  .describe('A SELECT over the table "data" that must give no rows');

export const TableRule = z.discriminatedUnion('kind', [
  RowCountRule,
  RowCountChangeRule,
  KeyRule,
  FreshnessRule,
  ForeignKeyRule,
  ConditionRule,
  QueryRule,
]);
export type TableRule = z.infer<typeof TableRule>;
export type TableRuleInput = z.input<typeof TableRule>;

export const SchemaColumn = z.strictObject({
  name: z.string().min(1),
  type: ColumnType.nullable().default(null).describe('null: any. Integers pass as float, dates as datetime'),
  required: z.boolean().default(true).describe('Whether the column must be there'),
  environments: environments.describe(
    'The column must be there in these only; everywhere when left out, but that a column which models predict need not be there in serving',
  ),
  severity: DataSeverity.default('error').describe('Of a column that is not there or has another type'),
  description: z.string().max(4000).default(''),
  rules: z.array(ColumnRule).max(50).default([]),
});
export type SchemaColumn = z.infer<typeof SchemaColumn>;
export type SchemaColumnInput = z.input<typeof SchemaColumn>;

const policy = z.enum(['allow', 'warn', 'error']);

/** What the rows of a dataset must be like. */
export const DataSchema = z
  .strictObject({
    columns: z.array(SchemaColumn).max(20_000).default([]),
    rows: z.array(TableRule).max(200).default([]).describe('Rules about rows and the whole table'),
    extraColumns: policy.default('warn').describe('What columns mean that the schema does not name'),
    columnOrder: policy.default('allow').describe('What another order of the columns means'),
  })
  .meta({ id: 'DataSchema' });
export type DataSchema = z.infer<typeof DataSchema>;
export type DataSchemaInput = z.input<typeof DataSchema>;
