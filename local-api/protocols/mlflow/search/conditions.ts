import type { Condition, FieldRef, SortKey } from '../../../../engine/store/index.ts';
import { invalidParameter } from '../errors.ts';
import { badFilter, type Comparison, type Operator } from './filter.ts';

/*
 * From MLflow's comparisons to conditions of our own lists. Each resource says what its names are; this file knows what
 * kinds of names there are and which comparisons each allows.
 */

/** What a name stands for: a field of our list, and how it may be compared. */
export type Target = {
  family: string | null;
  key: string;
  kind: 'number' | 'string';
  operators: readonly Operator[];
  /** The field is a column that is never NULL, and MLflow's tag of that name is absent where it is empty. */
  emptyIsAbsent?: boolean;
};

export const numeric: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];
export const textual: readonly Operator[] = ['=', '!=', 'LIKE', 'ILIKE'];
export const nullable: readonly Operator[] = [...textual, 'IS NULL', 'IS NOT NULL'];
export const listed: readonly Operator[] = [...textual, 'IN', 'NOT IN'];

export function fieldRef(target: { family: string | null; key: string }): FieldRef {
  const { family, key } = target;
  return { family, key, text: family === null ? key : `${family}.${key}`, at: 0 };
}

/** A condition that holds for every row, or for none: every row has an id. */
export function constant(holds: boolean): Condition {
  const field = fieldRef({ family: null, key: 'id' });
  return { kind: 'null', field, negated: holds };
}

export function equals(key: string, value: string): Condition {
  const field = fieldRef({ family: null, key });
  return { kind: 'compare', field, operator: '=', value: { kind: 'string', value, at: 0 } };
}

export function oneOf(key: string, values: readonly string[]): Condition {
  const [only] = values;
  if (only === undefined) return constant(false);
  if (values.length === 1) return equals(key, only);
  const literals = values.map((value) => ({ kind: 'string', value, at: 0 }) as const);
  return { kind: 'in', field: fieldRef({ family: null, key }), values: literals, negated: false };
}

export function allOf(parts: Condition[]): Condition | null {
  return parts.length === 0 ? null : { kind: 'and', parts };
}

/** Throws INVALID_PARAMETER_VALUE when the operator or the kind of value is not one that the name takes. */
function checkFits({ operator, values, text }: Comparison, target: Target): void {
  if (!target.operators.includes(operator)) {
    badFilter(`${text} cannot be compared by ${operator}; it takes ${target.operators.join(', ')}.`);
  }
  if (values.some((value) => value.kind !== target.kind)) {
    badFilter(
      target.kind === 'number'
        ? `${text} is compared with a number without quotes.`
        : `${text} is compared with a text in quotes.`,
    );
  }
}

/** A pattern of MLflow knows % and _ and no escapes; in ours a backslash is one. */
function ourPattern(pattern: string): string {
  return pattern.replaceAll('\\', '\\\\');
}

/** One comparison as a condition of our list. Throws INVALID_PARAMETER_VALUE. */
export function conditionOf(comparison: Comparison, target: Target): Condition {
  checkFits(comparison, target);
  const condition = plainCondition(comparison, target);
  if (target.emptyIsAbsent !== true) return condition;
  const field = fieldRef(target);
  const present: Condition = {
    kind: 'compare',
    field,
    operator: '!=',
    value: { kind: 'string', value: '', at: 0 },
  };
  if (comparison.operator === 'IS NULL') return { kind: 'not', part: present };
  if (comparison.operator === 'IS NOT NULL') return present;
  return { kind: 'and', parts: [condition, present] };
}

function plainCondition({ operator, values }: Comparison, target: Target): Condition {
  const field = fieldRef(target);
  const literals = values.map((value) => ({ ...value, at: 0 }));
  const [first = { kind: 'string', value: '', at: 0 } as const] = literals;
  switch (operator) {
    case 'IS NULL':
    case 'IS NOT NULL':
      return { kind: 'null', field, negated: operator === 'IS NOT NULL' };
    case 'IN':
    case 'NOT IN':
      return { kind: 'in', field, values: literals, negated: operator === 'NOT IN' };
    case 'LIKE':
    case 'ILIKE':
    case 'RLIKE':
      return {
        kind: 'like',
        field,
        pattern: ourPattern(String(first.value)),
        ignoreCase: operator === 'ILIKE',
        negated: false,
        at: 0,
      };
    default:
      return { kind: 'compare', field, operator, value: first };
  }
}

/** The keys of an order with the ones that break ties after them, each once. Throws INVALID_PARAMETER_VALUE for repeated ones. */
export function orderWith(keys: readonly SortKey[], tieBreaks: readonly SortKey[]): SortKey[] {
  const nameOf = ({ field }: SortKey) => JSON.stringify([field.family, field.key]);
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(nameOf(key))) throw invalidParameter(`order_by names ${key.field.text} twice.`);
    seen.add(nameOf(key));
  }
  return [...keys, ...tieBreaks.filter((key) => !seen.has(nameOf(key)))];
}

/** Whether a text fits a LIKE pattern, for the few values of an enum. */
export function isLike(text: string, pattern: string, ignoreCase: boolean): boolean {
  const source = [...pattern]
    .map((char) =>
      char === '%' ? '[^]*' : char === '_' ? '[^]' : char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, ignoreCase ? 'iu' : 'u').test(text);
}
