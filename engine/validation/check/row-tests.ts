import type { Column, ColumnRule, ColumnType } from '../../../local-api/contract/index.ts';
import { quoteIdentifier, quoteText } from '../../duckdb/index.ts';
import { boundLiteral, duckDbTypes, isNumber, isTime, literal } from './sql-values.ts';

/** Conditions over the columns of one row. A broken row is one for which both are true. */
export type RowTest = {
  /** Rows that the rule is about. */
  applies: string;
  /** Rows that break it; unknown counts as kept. */
  broken: string;
};

/** Kinds of rules that each row keeps or breaks by itself. */
export type RowRule = Extract<ColumnRule, { kind: 'missing' | 'range' | 'set' | 'pattern' | 'length' }>;

export function isRowRule(rule: ColumnRule): rule is RowRule {
  return ['missing', 'range', 'set', 'pattern', 'length'].includes(rule.kind);
}

/** The SQL of a rule over a column, or why the column cannot have such a rule. */
export function rowTest(rule: RowRule, column: Column): RowTest | string {
  const name = quoteIdentifier(column.name);
  const wrong = whyNot(rule, column.type);
  if (wrong !== null) return wrong;
  const applies = applicable(rule.kind === 'missing' ? null : name, rule.where);
  switch (rule.kind) {
    case 'missing':
      return { applies, broken: `${name} IS NULL` };
    case 'range':
      return { applies, broken: rangeBroken(name, rule, column.type) };
    case 'set':
      return { applies, broken: setBroken(name, rule.values, column.type) };
    case 'pattern':
      return { applies, broken: `NOT regexp_matches(${name}, ${quoteText(rule.pattern)})` };
    case 'length': {
      const parts = [
        ...(rule.min === undefined ? [] : [`length(${name}) < ${rule.min}`]),
        ...(rule.max === undefined ? [] : [`length(${name}) > ${rule.max}`]),
      ];
      return { applies, broken: parts.join(' OR ') || 'FALSE' };
    }
  }
}

/** Rows that have a value (of `name`) and for which the condition of the rule holds. */
export function applicable(name: string | null, where: string | undefined): string {
  const parts = [
    ...(name === null ? [] : [`${name} IS NOT NULL`]),
    ...(where === undefined ? [] : [`(\n${where}\n)`]),
  ];
  return parts.join(' AND ') || 'TRUE';
}

/** Why a column of this type cannot have the rule, or null. */
export function whyNot(rule: ColumnRule, type: ColumnType): string | null {
  switch (rule.kind) {
    case 'range': {
      if (!isNumber(type) && !isTime(type))
        return `a range asks for numbers or times, and the column is ${type}`;
      const bad = [rule.min, rule.max].find(
        (bound) => bound !== undefined && boundLiteral(bound, type) === null,
      );
      return bad === undefined ? null : `"${bad}" is no limit for a column of type ${type}`;
    }
    case 'pattern':
    case 'length':
      return type === 'string' ? null : `a ${rule.kind} asks for text, and the column is ${type}`;
    case 'statistic':
      return isNumber(type) ? null : `a ${rule.statistic} asks for numbers, and the column is ${type}`;
    case 'monotone':
      return type === 'boolean' ? 'truth values have no order' : null;
    default:
      return null;
  }
}

function rangeBroken(
  name: string,
  { min, max }: { min?: number | string | undefined; max?: number | string | undefined },
  type: ColumnType,
): string {
  const parts = [
    ...(min === undefined ? [] : [`${name} < ${boundLiteral(min, type)}`]),
    ...(max === undefined ? [] : [`${name} > ${boundLiteral(max, type)}`]),
  ];
  return parts.join(' OR ') || 'FALSE';
}

function setBroken(name: string, values: Parameters<typeof literal>[0][], type: ColumnType): string {
  const literals = values.map((value) => literal(value, type)).filter((text) => text !== null);
  // Text of few different values comes as a dictionary; this function then looks at each value once, IN at each row.
  return literals.length === 0
    ? `${name} IS NOT NULL`
    : `NOT list_contains([${literals.join(', ')}], ${name})`;
}

/** Whether a column of the type `actual` does where the schema asks for `wanted`. */
export function typeFits(wanted: ColumnType | null, actual: ColumnType): boolean {
  return (
    wanted === null ||
    wanted === actual ||
    (wanted === 'float' && actual === 'integer') ||
    (wanted === 'datetime' && actual === 'date')
  );
}

/** Text that cannot be read as the type that the schema asks for. */
export function unreadableTest(name: string, wanted: ColumnType): RowTest {
  const quoted = quoteIdentifier(name);
  return {
    applies: `${quoted} IS NOT NULL`,
    broken: `${quoted} IS NOT NULL AND TRY_CAST(trim(${quoted}) AS ${duckDbTypes[wanted]}) IS NULL`,
  };
}
