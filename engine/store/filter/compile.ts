import { sql } from 'kysely';
import type { Problem } from '../../../local-api/contract/index.ts';
import {
  type Field,
  type KeyFamily,
  keyColumn,
  type ListingSpec,
  type ManyFamily,
  type RowFamily,
  type Sql,
} from '../listing/listing-spec.ts';
import type { Condition, FieldRef, HistoryFunction, Leaf, Literal, TextTest } from './ast.ts';
import { likeExpression } from './like.ts';
import { expectedNames } from './near-names.ts';
import { parseTime } from './time.ts';

/*
 * Conditions to SQL, with every value a parameter.
 *
 * A key that a row does not have is unknown, as NULL is in SQL: no comparison with it holds, not even != or a negated one;
 * only "is null" does. A metric that is NaN is there, and equals nothing: only != holds.
 */

/** The value of a field in a row. `text` and `number` are null where the field cannot be compared that way. */
export type Value = {
  type: Field['type'] | 'param' | 'tag' | 'metric';
  text: Sql | null;
  number: Sql | null;
  isNan: Sql | null;
  values: readonly string[] | undefined;
  /** Puts a comparison where the value is. NULL when there is no such value. */
  where(comparison: Sql): Sql;
  isNull: Sql;
};

/** The id of a key name; NULL for a name never used, which then matches nothing. */
export function keyIdOf(name: string): Sql {
  return sql`(SELECT id FROM keys WHERE name = ${name})`;
}

/** The columns of a key table's row, under an alias. */
export function rowValue(family: RowFamily, alias: string): Omit<Value, 'where' | 'isNull'> {
  const column = (name: string) => sql.ref(`${alias}.${name}`);
  if (family.kind === 'metric') {
    return {
      type: 'metric',
      text: null,
      number: column('value'),
      isNan: column('is_nan'),
      values: undefined,
    };
  }
  const number = family.kind === 'param' ? column('number') : sql`assay_number(${column('value')})`;
  return { type: family.kind, text: column('value'), number, isNan: null, values: undefined };
}

/** What a function makes of the history of one row of a metric table, which is in reach as `entry`. */
function historyColumns(
  family: RowFamily,
  history: string,
  of: HistoryFunction,
): Pick<Value, 'number' | 'isNan'> {
  const isOfEntry = sql`point.${sql.ref(family.owner)} = entry.${sql.ref(family.owner)} AND point.key_id = entry.key_id`;
  const points = sql`${sql.table(history)} AS point WHERE ${isOfEntry}`;
  switch (of.name) {
    case 'min':
    case 'max': {
      // A metric that was never anything but NaN has neither.
      const column = sql.ref(`entry.${of.name}_value`);
      return { number: column, isNan: sql`(${column} IS NULL)` };
    }
    case 'count':
      return { number: sql.ref('entry.points'), isNan: null };
    case 'first': {
      const first = (column: string) =>
        sql`(SELECT point.${sql.ref(column)} FROM ${points} ORDER BY point.step, point.timestamp_ms, point.value, point.is_nan LIMIT 1)`;
      return { number: first('value'), isNan: first('is_nan') };
    }
    case 'slope': {
      const newest = sql`SELECT point.step AS x, point.value AS y FROM ${points} AND point.is_nan = 0
        ORDER BY point.step DESC, point.timestamp_ms DESC LIMIT ${of.last}`;
      // Least squares around the means, so that large steps cost no digits.
      const slope = sql`(WITH newest AS MATERIALIZED (${newest})
        SELECT sum((x - mx) * (y - my)) / nullif(sum((x - mx) * (x - mx)), 0)
        FROM newest, (SELECT avg(x) AS mx, avg(y) AS my FROM newest))`;
      return { number: slope, isNan: null };
    }
  }
}

function manyValue(spec: ListingSpec, family: ManyFamily, key: string): Value | null {
  const entry = family.entry(key);
  if (entry === null) return null;
  const isOwn = sql`entry.${sql.ref(family.owner)} = ${sql.ref(keyColumn(spec))}`;
  const isOne = entry.condition === null ? isOwn : sql`${isOwn} AND ${entry.condition}`;
  const where = (what: Sql) =>
    sql`EXISTS (SELECT 1 FROM ${sql.table(family.table)} AS entry WHERE ${isOne} AND ${what})`;
  const isText = entry.type === 'string';
  return {
    type: entry.type,
    text: isText ? entry.value : null,
    number: isText ? null : entry.value,
    isNan: entry.isNan,
    values: undefined,
    where,
    isNull: sql`(NOT ${where(sql`1`)})`,
  };
}

function familyValue(spec: ListingSpec, family: KeyFamily, { key, of }: FieldRef): Value | null {
  const history = family.kind === 'metric' ? family.history : undefined;
  if (of !== undefined && (family.kind !== 'metric' || history === undefined)) return null;
  if (family.kind === 'many') return manyValue(spec, family, key);
  if (family.kind === 'json') {
    const entry = (what: Sql) =>
      sql`(SELECT ${what} FROM json_each(${family.column}) AS entry WHERE entry.key = ${key})`;
    return {
      type: family.type === 'number' ? 'metric' : 'tag',
      text: family.type === 'number' ? null : sql`entry.value`,
      number: sql`assay_number(entry.value)`,
      isNan: null,
      values: undefined,
      where: entry,
      isNull: sql`(${entry(sql`1`)} IS NULL)`,
    };
  }
  const where = (what: Sql) =>
    sql`(SELECT ${what} FROM ${sql.table(family.table)} AS entry WHERE entry.${sql.ref(family.owner)} = ${sql.ref(
      keyColumn(spec),
    )} AND entry.key_id = ${keyIdOf(key)})`;
  const isNull = sql`(${where(sql`1`)} IS NULL)`;
  const value = { ...rowValue(family, 'entry'), where, isNull };
  if (of === undefined || history === undefined) return value;
  const columns = historyColumns(family, history.table, of);
  // One point has no slope.
  const isAbsent =
    of.name === 'slope' && columns.number !== null ? sql`(${where(columns.number)} IS NULL)` : isNull;
  return { ...value, ...columns, isNull: isAbsent };
}

function fieldValue(field: Field): Value {
  const isText = field.type === 'string';
  return {
    type: field.type,
    text: isText ? field.sql : null,
    number: isText ? null : field.sql,
    isNan: null,
    values: field.values,
    where: (comparison) => comparison,
    isNull: sql`(${field.sql} IS NULL)`,
  };
}

/** Finds what a filter, sort or field list names; adds a problem and gives null when there is no such thing. */
export function resolveField(spec: ListingSpec, ref: FieldRef, problems: Problem[]): Value | null {
  const families = spec.families ?? {};
  const names = [...Object.keys(spec.fields), ...Object.keys(families).map((family) => `${family}.<key>`)];
  if (ref.family === null) {
    const field = Object.hasOwn(spec.fields, ref.key) ? spec.fields[ref.key] : undefined;
    if (field !== undefined) return fieldValue(field);
  } else {
    const family = Object.hasOwn(families, ref.family) ? families[ref.family] : undefined;
    const value = family === undefined ? null : familyValue(spec, family, ref);
    if (value !== null) return value;
  }
  if (ref.of !== undefined) {
    const expected = 'a metric of a run: min(metrics.loss)';
    problems.push({ path: String(ref.at), message: `${ref.text} has no history`, expected });
    return null;
  }
  problems.push({
    path: String(ref.at),
    message: `there is no field "${ref.text}" in ${spec.name}`,
    expected: expectedNames(ref.family === null ? ref.key : ref.family, names),
  });
  return null;
}

type Operand = { column: Sql; value: string | number };

/** Fits a literal to the type of a field; adds a problem and gives null when it does not fit. */
function operandOf(value: Value, field: FieldRef, literal: Literal, problems: Problem[]): Operand | null {
  const wrong = (expected: string) => {
    const shown = literal.kind === 'string' ? `'${literal.value}'` : String(literal.value);
    problems.push({
      path: String(literal.at),
      message: `${field.text} cannot be compared with ${shown}`,
      expected,
    });
    return null;
  };
  const text = value.text ?? sql`NULL`;
  const number = value.number ?? sql`NULL`;
  switch (value.type) {
    case 'metric':
    case 'number':
      return literal.kind === 'number' ? { column: number, value: literal.value } : wrong('a number');
    case 'param':
    case 'tag':
      if (literal.kind === 'number') return { column: number, value: literal.value };
      // Scripts log flags as "true" and as "True".
      if (literal.kind === 'boolean') return { column: sql`lower(${text})`, value: String(literal.value) };
      return { column: text, value: literal.value };
    case 'time': {
      if (literal.kind === 'number') return { column: number, value: literal.value };
      const atMs = literal.kind === 'string' ? parseTime(literal.value) : null;
      return atMs === null
        ? wrong("a time: '2026-01-31', '2026-01-31T10:00:00Z' or milliseconds")
        : { column: number, value: atMs };
    }
    case 'decimalId': {
      const id = /^\d{1,15}$/.test(String(literal.value)) ? Number(literal.value) : null;
      return id === null ? wrong("an id: '3'") : { column: number, value: id };
    }
    case 'boolean':
      return literal.kind === 'boolean'
        ? { column: number, value: literal.value ? 1 : 0 }
        : wrong('true or false');
    case 'string':
      if (literal.kind !== 'string') return wrong(`a text in quotes: '${literal.value}'`);
      if (value.values !== undefined && !value.values.includes(literal.value)) {
        return wrong(expectedNames(literal.value, value.values));
      }
      return { column: text, value: literal.value };
  }
}

/** `holds` for numbers only when the value is not NaN; `differs` also when it is. */
function holds(value: Value, comparison: Sql): Sql {
  return value.isNan === null ? comparison : sql`(${value.isNan} = 0 AND ${comparison})`;
}
function differs(value: Value, operand: Operand, comparison: Sql): Sql {
  if (value.isNan !== null) return sql`(${value.isNan} = 1 OR ${comparison})`;
  // A text that is no number differs from every number.
  const byNumber = (value.type === 'param' || value.type === 'tag') && typeof operand.value === 'number';
  return byNumber ? sql`(${operand.column} IS NULL OR ${comparison})` : comparison;
}

/** A leaf as a comparison on the value itself, without `where`. Null when something in it does not fit. */
export function compileLeaf(value: Value, leaf: Leaf, problems: Problem[]): Sql | null {
  switch (leaf.kind) {
    case 'compare': {
      const operand = operandOf(value, leaf.field, leaf.value, problems);
      if (operand === null) return null;
      const comparison = sql`${operand.column} ${sql.raw(leaf.operator)} ${operand.value}`;
      return leaf.operator === '!=' ? differs(value, operand, comparison) : holds(value, comparison);
    }
    case 'between': {
      const low = operandOf(value, leaf.field, leaf.low, problems);
      const high = operandOf(value, leaf.field, leaf.high, problems);
      if (low === null || high === null) return null;
      const inside = sql`${low.column} >= ${low.value} AND ${high.column} <= ${high.value}`;
      return leaf.negated ? differs(value, low, sql`NOT (${inside})`) : holds(value, inside);
    }
    case 'in': {
      const operands = leaf.values.map((literal) => operandOf(value, leaf.field, literal, problems));
      const mixed = leaf.values.find((literal) => literal.kind !== leaf.values[0]?.kind);
      if (mixed !== undefined) {
        problems.push({
          path: String(mixed.at),
          message: 'the list mixes numbers, texts and booleans',
          expected: `only ${leaf.values[0]?.kind}s`,
        });
      }
      const fitting = operands.filter((operand) => operand !== null);
      const [first] = fitting;
      if (mixed !== undefined || first === undefined || fitting.length < operands.length) return null;
      const list = sql.join(fitting.map((operand) => operand.value));
      return leaf.negated
        ? differs(value, first, sql`${first.column} NOT IN (${list})`)
        : holds(value, sql`${first.column} IN (${list})`);
    }
    case 'like': {
      if (value.text === null) {
        problems.push({
          path: String(leaf.at),
          message: `${leaf.field.text} is not a text`,
          expected: 'a comparison with =, !=, <, <=, >, >=, in or between',
        });
        return null;
      }
      const matches = likeExpression(value.text, leaf.pattern, leaf.ignoreCase);
      return leaf.negated ? sql`NOT (${matches})` : matches;
    }
  }
}

/** Each word, or the beginning of one, is somewhere in the texts of the row; they need not stand together. */
function compileText(spec: ListingSpec, test: TextTest, problems: Problem[]): Sql {
  const { fullText } = spec;
  if (fullText === undefined) {
    const expected = "a condition on a field, such as name like '%a%'";
    problems.push({ path: String(test.at), message: `${spec.name} have no full text`, expected });
    return sql`0`;
  }
  const table = sql.table(fullText.table);
  const found = test.words.map(
    (word) =>
      sql`${sql.ref(keyColumn(spec))} IN (SELECT ${fullText.owner} FROM ${table} WHERE ${table} MATCH ${`"${word}"*`})`,
  );
  return sql`(${sql.join(found, sql` AND `)})`;
}

/** A condition over one row of the list. All faults are added to `problems`; the SQL is of use only when there are none. */
export function compileCondition(spec: ListingSpec, condition: Condition, problems: Problem[]): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.parts.map((part) => compileCondition(spec, part, problems));
      return sql`(${sql.join(parts, condition.kind === 'and' ? sql` AND ` : sql` OR `)})`;
    }
    case 'not':
      return sql`(NOT ${compileCondition(spec, condition.part, problems)})`;
    case 'text':
      return compileText(spec, condition, problems);
    case 'null': {
      const value = resolveField(spec, condition.field, problems);
      if (value === null) return sql`0`;
      return condition.negated ? sql`(NOT ${value.isNull})` : value.isNull;
    }
    default: {
      const value = resolveField(spec, condition.field, problems);
      if (value === null) return sql`0`;
      const comparison = compileLeaf(value, condition, problems);
      return comparison === null ? sql`0` : sql`(${value.where(comparison)})`;
    }
  }
}
