import type {
  ColumnRule,
  ColumnType,
  DataSchema,
  EndpointValidation,
  RequestRule,
  SchemaColumn,
  Signature,
  TableRule,
} from '../../../local-api/contract/index.ts';
import { wordsOfRule } from '../../../local-api/contract/rule-words.ts';
import { checkSyntax } from '../../data/index.ts';
import type { DuckDb } from '../../duckdb/index.ts';
import { messageOf } from '../../errors.ts';
import { isRowRule, whyNot } from '../check/row-tests.ts';
import { schemaIn } from '../environments.ts';
import { columnId, extraColumnsId, nameRules } from '../name-rules.ts';
import { type misfit, valueReader, valueTest } from './cell-tests.ts';
import { type RowValue, type RowValues, rowCondition } from './row-expression.ts';

export type CheckedRule = Omit<RequestRule, 'broken' | 'lastAtMs' | 'examples'>;
type LeftOut = EndpointValidation['leftOut'][number];

export type CheckedColumn = {
  name: string;
  /** Place of the rule about its presence and type; null for an input that the schema does not name. */
  rule: number | null;
  isRequired: boolean;
  read: ReturnType<typeof valueReader>;
};

/** A schema as functions of one row. */
export type CompiledChecks = {
  rules: CheckedRule[];
  leftOut: LeftOut[];
  columns: CheckedColumn[];
  /** Whether a row breaks a rule; `column` is the place whose value says why, null for the row. */
  tests: { rule: number; column: number | null; breaks(row: RowValues): boolean }[];
  /** What columns mean that nobody knows: the place of the rule and the names that are known; null when they are allowed. */
  extra: { rule: number; known: ReadonlySet<string> } | null;
};

/**
 * Compiles the rules of a schema that one row keeps or breaks by itself, as they hold in serving. Columns that are no inputs of
 * the model need not be sent. Cost: a parse of each SQL condition by DuckDB; then some 10 µs for a row of 20 columns and 60 rules.
 */
export async function compileChecks(
  db: DuckDb,
  given: DataSchema,
  { inputs, target }: Pick<Signature, 'inputs' | 'target'>,
): Promise<CompiledChecks> {
  const schema = schemaIn('serving', nameRules(given), [target]);
  const inputTypes = new Map(inputs.map(({ name, type }) => [name, type]));
  const compiled: CompiledChecks = { rules: [], leftOut: [], columns: [], tests: [], extra: null };
  const types = schema.columns.map(({ name, type }) => type ?? inputTypes.get(name) ?? null);
  const named = new Set(schema.columns.map(({ name }) => name));
  const others = inputs.filter(({ name }) => !named.has(name));
  const conditionOf = conditionsOf(db, [
    ...schema.columns.map(({ name }, place) => ({ name, type: types[place] ?? null })),
    ...others,
  ]);
  for (const [place, column] of schema.columns.entries()) {
    const type = types[place] ?? null;
    addColumn(compiled, column, type, inputTypes.has(column.name));
    for (const rule of column.rules) {
      const told = { ...toldOf(rule), column: column.name };
      try {
        const where = await conditionOf('where' in rule ? rule.where : undefined);
        addColumnRule(compiled, { rule, told, place, type, where });
      } catch (thrown) {
        compiled.leftOut.push(leftOut(told, messageOf(thrown)));
      }
    }
  }
  // Conditions may name them.
  for (const { name, type } of others)
    compiled.columns.push({ name, rule: null, isRequired: false, read: valueReader(type) });
  for (const rule of schema.rows) {
    const told = { ...toldOf(rule), column: null };
    try {
      await addTableRule(compiled, rule, told, conditionOf);
    } catch (thrown) {
      compiled.leftOut.push(leftOut(told, messageOf(thrown)));
    }
  }
  if (schema.extraColumns !== 'allow') addExtra(compiled, schema, inputs);
  return compiled;
}

type Told = Omit<CheckedRule, 'refuses'>;

function toldOf(rule: ColumnRule | TableRule): Omit<Told, 'column'> {
  const { id: ruleId, kind, severity } = rule;
  return { ruleId, kind, severity, expected: wordsOfRule(rule) };
}

function leftOut({ ruleId, kind, column, expected }: Told, reason: string): LeftOut {
  return { ruleId, kind, column, expected, reason };
}

function addRule(compiled: CompiledChecks, told: Told, isOfEachRow: boolean): number {
  compiled.rules.push({ ...told, refuses: isOfEachRow && told.severity === 'error' });
  return compiled.rules.length - 1;
}

function addColumn(
  compiled: CompiledChecks,
  { name, severity, required }: SchemaColumn,
  type: ColumnType | null,
  isInput: boolean,
): void {
  const isRequired = required && isInput;
  const told = {
    ...{ ruleId: columnId(name), kind: 'column', severity, column: name },
    expected: isRequired ? `there, ${type ?? 'any type'}` : `${type ?? 'any type'}, if there`,
  };
  compiled.columns.push({
    name,
    rule: addRule(compiled, told, true),
    isRequired,
    read: type === null ? readAny : valueReader(type),
  });
}

function readAny(cell: RowValue | undefined): RowValue | typeof misfit {
  return cell === '' ? null : (cell ?? null);
}

type Condition = (row: RowValues) => boolean | null;
type ConditionOf = (sql: string | undefined) => Promise<Condition | null>;

/** Conditions in SQL as functions of a row. Throws what one cannot be made of. */
function conditionsOf(
  db: DuckDb,
  columns: readonly { name: string; type: ColumnType | null }[],
): ConditionOf {
  const places = new Map(columns.map(({ name }, place) => [name.toLowerCase(), place]));
  const names = columns.map(({ name }) => name);
  return async (sql) => {
    if (sql === undefined) return null;
    return rowCondition(await checkSyntax(db, sql, names), {
      place(name) {
        const place = places.get(name.toLowerCase());
        const type = place === undefined ? null : columns[place]?.type;
        return place === undefined || type == null ? null : { place, type };
      },
    });
  };
}

function addColumnRule(
  compiled: CompiledChecks,
  parts: { rule: ColumnRule; told: Told; place: number; type: ColumnType | null; where: Condition | null },
): void {
  const { rule, told, place, type, where } = parts;
  if (!isRowRule(rule)) throw new Error('it is about many rows');
  if (type === null && rule.kind !== 'missing' && rule.kind !== 'set')
    throw new Error('the schema does not say of which type the column is');
  const wrong = type === null ? null : whyNot(rule, type);
  if (wrong !== null) throw new Error(wrong);
  const breaksValue = valueTest(rule, type ?? 'string');
  const isOfEachRow = rule.kind === 'missing' ? rule.maxShare === 0 : rule.mostly === 1;
  const asksNull = rule.kind === 'missing';
  const breaks = (row: RowValues): boolean => {
    const value = row[place] ?? null;
    return (asksNull || value !== null) && breaksValue(value);
  };
  compiled.tests.push({
    rule: addRule(compiled, told, isOfEachRow),
    column: place,
    breaks: where === null ? breaks : (row) => breaks(row) && where(row) === true,
  });
}

async function addTableRule(
  compiled: CompiledChecks,
  rule: TableRule,
  told: Told,
  conditionOf: ConditionOf,
): Promise<void> {
  if (rule.kind === 'foreign-key') throw new Error('it needs the rows of another dataset');
  if (rule.kind === 'query') throw new Error('it is a query over the whole table');
  if (rule.kind !== 'condition') throw new Error('it is about many rows');
  const where = await conditionOf(rule.where);
  const kept = await conditionOf(rule.sql);
  compiled.tests.push({
    rule: addRule(compiled, told, rule.mostly === 1),
    column: null,
    breaks: (row) => kept?.(row) === false && (where === null || where(row) === true),
  });
}

function addExtra(compiled: CompiledChecks, schema: DataSchema, inputs: Signature['inputs']): void {
  if (schema.extraColumns === 'allow') return;
  const told = {
    ...{ ruleId: extraColumnsId, kind: 'extra-columns', severity: schema.extraColumns, column: null },
    expected: 'no columns but those of the schema',
  };
  const known = new Set([...schema.columns, ...inputs].map(({ name }) => name));
  compiled.extra = { rule: addRule(compiled, told, true), known };
}
