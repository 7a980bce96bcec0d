import type { ColumnType } from '../../../local-api/contract/index.ts';
import { isNumber, isTime, timeMs } from '../check/sql-values.ts';
import { likeTest } from './like-pattern.ts';
import { linearPattern } from './linear-pattern.ts';

/** A value in a row: times are milliseconds; null is missing, or unknown. */
export type RowValue = number | string | boolean | null;
/** The values of a row by the place of their column. */
export type RowValues = readonly RowValue[];

type Kind = 'number' | 'text' | 'boolean' | 'time' | 'null';
type Compiled = { kind: Kind; value: (row: RowValues) => RowValue; constant?: RowValue };
type Columns = { place(name: string): { place: number; type: ColumnType } | null };

/** What an expression has that is not worked out row by row outside the database. */
export class NotForRows extends Error {}

/**
 * A condition for one row, from the syntax tree that DuckDB makes of it, with DuckDB's meaning: three truth values, missing
 * values unknown. Throws NotForRows for what it does not know: it never guesses.
 */
export function rowCondition(tree: unknown, columns: Columns): (row: RowValues) => boolean | null {
  const { kind, value } = compile(tree, columns);
  if (kind !== 'boolean' && kind !== 'null') throw new NotForRows(`it gives a ${kind}, not true or false`);
  return (row) => {
    const found = value(row);
    return found === null ? null : found === true;
  };
}

type Node = Record<string, unknown>;

function nodeOf(value: unknown): Node {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new NotForRows('a part of it is not known');
}

function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(nodeOf) : [];
}

function compile(tree: unknown, columns: Columns): Compiled {
  const node = nodeOf(tree);
  const each = (value: unknown) => nodesOf(value).map((child) => compile(child, columns));
  switch (node.class) {
    case 'COLUMN_REF':
      return column(node, columns);
    case 'CONSTANT':
      return constant(nodeOf(node.value));
    case 'CAST':
      return cast(node, compile(node.child, columns));
    case 'COMPARISON':
      return comparison(String(node.type), compile(node.left, columns), compile(node.right, columns));
    case 'CONJUNCTION':
      return conjunction(node.type === 'CONJUNCTION_AND', each(node.children));
    case 'BETWEEN': {
      const input = compile(node.input, columns);
      return conjunction(true, [
        comparison('COMPARE_GREATERTHANOREQUALTO', input, compile(node.lower, columns)),
        comparison('COMPARE_LESSTHANOREQUALTO', input, compile(node.upper, columns)),
      ]);
    }
    case 'OPERATOR':
      return operator(String(node.type), each(node.children));
    case 'FUNCTION':
      return call(String(node.function_name), each(node.children));
    case 'CASE':
      return choice(
        nodesOf(node.case_checks).map((check) => ({
          when: truth(compile(check.when_expr, columns)),
          result: compile(check.then_expr, columns),
        })),
        compile(node.else_expr, columns),
      );
    default:
      throw new NotForRows(`${String(node.class).toLowerCase()} is not known here`);
  }
}

const kindOfType = (type: ColumnType): Kind =>
  isNumber(type) ? 'number' : isTime(type) ? 'time' : type === 'boolean' ? 'boolean' : 'text';

function column(node: Node, columns: Columns): Compiled {
  const names: unknown[] = Array.isArray(node.column_names) ? node.column_names : [];
  const found = columns.place(String(names[0]));
  if (names.length !== 1 || found === null)
    throw new NotForRows(`requests have no column ${names.map(String).join('.')}`);
  const { place, type } = found;
  return { kind: kindOfType(type), value: (row) => row[place] ?? null };
}

function fixed(kind: Kind, constantValue: RowValue): Compiled {
  return { kind, value: () => constantValue, constant: constantValue };
}

function constant(value: Node): Compiled {
  if (value.is_null === true) return fixed('null', null);
  const type = nodeOf(value.type);
  if (typeof value.value === 'string' && type.id === 'VARCHAR') return fixed('text', value.value);
  if (typeof value.value === 'boolean') return fixed('boolean', value.value);
  if (typeof value.value !== 'number') throw new NotForRows(`a constant of type ${String(type.id)}`);
  if (type.id !== 'DECIMAL') return fixed('number', value.value);
  const scale = Number(nodeOf(type.type_info).scale);
  return fixed('number', Number(`${value.value}e-${scale}`));
}

const castKinds: Record<string, Kind> = {
  BOOLEAN: 'boolean',
  TIMESTAMP: 'time',
  DATE: 'time',
  DOUBLE: 'number',
};

/** Of constants, and of what has the kind already. */
function cast({ cast_type: type }: Node, child: Compiled): Compiled {
  const { id } = nodeOf(type);
  const kind = castKinds[String(id)];
  if (kind === undefined || (id === 'DATE' && child.constant === undefined))
    throw new NotForRows(`a conversion to ${String(id)} is not done here`);
  return child.kind === kind ? child : converted(child, kind);
}

/** A constant text beside something else is read as that, as DuckDB does. */
function converted(side: Compiled, kind: Kind): Compiled {
  const { constant: text } = side;
  if (side.kind === 'null') return side;
  if (typeof text === 'string') {
    if (kind === 'time') {
      const ms = timeMs(text);
      if (ms !== null) return fixed('time', ms);
    }
    if (kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text)))
      return fixed('number', Number(text));
    if (kind === 'boolean' && /^(t|f|true|false)$/i.test(text)) return fixed('boolean', /^t/i.test(text));
  }
  throw new NotForRows(`a ${side.kind} beside a ${kind}`);
}

/** Both sides as one kind. */
function alike(left: Compiled, right: Compiled): [Compiled, Compiled] {
  if (left.kind === right.kind || left.kind === 'null' || right.kind === 'null') return [left, right];
  return typeof left.constant === 'string'
    ? [converted(left, right.kind), right]
    : [left, converted(right, left.kind)];
}

/** As DuckDB orders them: not-a-number equals itself and is larger than all numbers. */
function order(a: Exclude<RowValue, null>, b: Exclude<RowValue, null>): number {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : 1;
}

const comparisons: Record<string, (sign: number) => boolean> = {
  COMPARE_EQUAL: (sign) => sign === 0,
  COMPARE_NOTEQUAL: (sign) => sign !== 0,
  COMPARE_LESSTHAN: (sign) => sign < 0,
  COMPARE_GREATERTHAN: (sign) => sign > 0,
  COMPARE_LESSTHANOREQUALTO: (sign) => sign <= 0,
  COMPARE_GREATERTHANOREQUALTO: (sign) => sign >= 0,
};

function comparison(type: string, one: Compiled, other: Compiled): Compiled {
  const [left, right] = alike(one, other);
  if (type === 'COMPARE_DISTINCT_FROM' || type === 'COMPARE_NOT_DISTINCT_FROM') {
    const wanted = type === 'COMPARE_NOT_DISTINCT_FROM';
    return {
      kind: 'boolean',
      value: (row) => {
        const [a, b] = [left.value(row), right.value(row)];
        return (a === null || b === null ? a === b : order(a, b) === 0) === wanted;
      },
    };
  }
  const test = comparisons[type];
  if (test === undefined) throw new NotForRows(`the comparison ${type} is not known here`);
  return {
    kind: 'boolean',
    value: (row) => {
      const a = left.value(row);
      const b = right.value(row);
      return a === null || b === null ? null : test(order(a, b));
    },
  };
}

function truth(part: Compiled): Compiled['value'] {
  if (part.kind !== 'boolean' && part.kind !== 'null')
    throw new NotForRows(`a ${part.kind} where true or false is asked for`);
  return part.value;
}

function conjunction(isAnd: boolean, parts: readonly Compiled[]): Compiled {
  const values = parts.map(truth);
  return {
    kind: 'boolean',
    value: (row) => {
      let isUnknown = false;
      for (const value of values) {
        const found = value(row);
        if (found === null) isUnknown = true;
        else if (found !== isAnd) return !isAnd;
      }
      return isUnknown ? null : isAnd;
    },
  };
}

function operator(type: string, parts: readonly Compiled[]): Compiled {
  const [first, ...rest] = parts;
  if (first === undefined) throw new NotForRows(`${type} of nothing`);
  switch (type) {
    case 'OPERATOR_IS_NULL':
      return { kind: 'boolean', value: (row) => first.value(row) === null };
    case 'OPERATOR_IS_NOT_NULL':
      return { kind: 'boolean', value: (row) => first.value(row) !== null };
    case 'OPERATOR_NOT':
      return negation(truth(first));
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN': {
      // As a chain of "or", so that missing values mean the same.
      const isIn = conjunction(
        false,
        rest.map((choiceOf) => comparison('COMPARE_EQUAL', first, choiceOf)),
      );
      return type === 'COMPARE_IN' ? isIn : negation(isIn.value);
    }
    case 'OPERATOR_COALESCE':
      return firstPresent(parts);
    default:
      throw new NotForRows(`${type} is not known here`);
  }
}

function negation(value: Compiled['value']): Compiled {
  return {
    kind: 'boolean',
    value: (row) => {
      const found = value(row);
      return found === null ? null : !found;
    },
  };
}

/** The one kind of all that have any. */
function sameKind(parts: readonly Compiled[]): Kind {
  const kinds = new Set(parts.map(({ kind }) => kind).filter((kind) => kind !== 'null'));
  const [kind = 'null'] = kinds;
  if (kinds.size > 1) throw new NotForRows(`a ${[...kinds].join(' beside a ')}`);
  return kind;
}

function firstPresent(parts: readonly Compiled[]): Compiled {
  return {
    kind: sameKind(parts),
    value: (row) => {
      for (const { value } of parts) {
        const found = value(row);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

function choice(
  checks: readonly { when: Compiled['value']; result: Compiled }[],
  otherwise: Compiled,
): Compiled {
  return {
    kind: sameKind([...checks.map(({ result }) => result), otherwise]),
    value: (row) => (checks.find(({ when }) => when(row) === true)?.result ?? otherwise).value(row),
  };
}

type Numbers = (...values: number[]) => number | null;
const numeric: Record<string, { takes: number[]; of: Numbers }> = {
  '+': { takes: [1, 2], of: (a = 0, b = 0) => a + b },
  '-': { takes: [1, 2], of: (a = 0, b) => (b === undefined ? -a : a - b) },
  '*': { takes: [2], of: (a = 0, b = 0) => a * b },
  '/': { takes: [2], of: (a = 0, b = 0) => a / b },
  '%': { takes: [2], of: (a = 0, b = 0) => (b === 0 ? null : a % b) },
  abs: { takes: [1], of: (a = 0) => Math.abs(a) },
  floor: { takes: [1], of: (a = 0) => Math.floor(a) },
  ceil: { takes: [1], of: (a = 0) => Math.ceil(a) },
  // Half goes away from zero.
  round: { takes: [1], of: (a = 0) => Math.sign(a) * Math.round(Math.abs(a)) },
};

const texts: Record<string, { kind: Kind; of: (text: string, other: string) => RowValue; takes: 1 | 2 }> = {
  lower: { kind: 'text', takes: 1, of: (text) => text.toLowerCase() },
  trim: { kind: 'text', takes: 1, of: (text) => text.replace(/^ +/, '').replace(/ +$/, '') },
  length: { kind: 'number', takes: 1, of: (text) => characters(text) },
  '||': { kind: 'text', takes: 2, of: (text, other) => text + other },
  contains: { kind: 'boolean', takes: 2, of: (text, other) => text.includes(other) },
  starts_with: { kind: 'boolean', takes: 2, of: (text, other) => text.startsWith(other) },
  ends_with: { kind: 'boolean', takes: 2, of: (text, other) => text.endsWith(other) },
};

/** As DuckDB counts: code points. */
export function characters(text: string): number {
  let count = text.length;
  for (let index = 1; index < text.length; index += 1)
    if ((text.charCodeAt(index) & 0xfc00) === 0xdc00 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800)
      count -= 1;
  return count;
}

function call(name: string, parts: readonly Compiled[]): Compiled {
  const number = numeric[name];
  if (number?.takes.includes(parts.length)) return ofNumbers(number.of, parts);
  const text = texts[name];
  if (text?.takes === parts.length) return ofTexts(text, parts);
  const [subject, pattern] = parts;
  const like = { '~~': [false, false], '!~~': [false, true], '~~*': [true, false], '!~~*': [true, true] }[
    name
  ];
  if (subject !== undefined && pattern !== undefined && parts.length === 2) {
    if (like !== undefined) {
      const [ignoreCase = false, isNegated = false] = like;
      const test = likeTest(constantText(pattern, name), ignoreCase);
      return ofText(subject, (value) => test(value) !== isNegated);
    }
    if (name === 'regexp_matches') return ofText(subject, linearPattern(constantText(pattern, name)));
  }
  throw new NotForRows(`${name}() is not worked out here`);
}

function constantText({ constant: text }: Compiled, name: string): string {
  if (typeof text === 'string') return text;
  throw new NotForRows(`${name} with a pattern that changes from row to row`);
}

function ofText(subject: Compiled, test: (text: string) => boolean): Compiled {
  if (subject.kind !== 'text') throw new NotForRows(`a ${subject.kind} where a text is asked for`);
  return {
    kind: 'boolean',
    value: (row) => {
      const text = subject.value(row);
      return typeof text === 'string' ? test(text) : null;
    },
  };
}

function ofNumbers(of: Numbers, parts: readonly Compiled[]): Compiled {
  const wrong = parts.find(({ kind }) => kind !== 'number');
  if (wrong !== undefined) throw new NotForRows(`arithmetic with a ${wrong.kind}`);
  return {
    kind: 'number',
    value: (row) => {
      const values: number[] = [];
      for (const { value } of parts) {
        const found = value(row);
        if (typeof found !== 'number') return null;
        values.push(found);
      }
      return of(...values);
    },
  };
}

function ofTexts({ kind, of }: (typeof texts)[string], parts: readonly Compiled[]): Compiled {
  const wrong = parts.find((part) => part.kind !== 'text');
  if (wrong !== undefined) throw new NotForRows(`a ${wrong.kind} where a text is asked for`);
  const [first, second] = parts;
  return {
    kind,
    value: (row) => {
      const text = first?.value(row);
      const other = second === undefined ? '' : second.value(row);
      return typeof text === 'string' && typeof other === 'string' ? of(text, other) : null;
    },
  };
}
