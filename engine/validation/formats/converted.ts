import type {
  ColumnRule,
  ColumnRuleInput,
  DataSchema,
  DataSchemaInput,
  NotCarried,
} from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';

/** A document in another format, with what that has no word for. */
export type Written = { document: Record<string, unknown>; notCarried: NotCarried[] };
/** A schema from a document, with what could not be taken over. */
export type Read = { schema: DataSchemaInput; notCarried: NotCarried[] };

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function unreadable(message: string): AssayError {
  return new AssayError('data-schemas/unreadable', message);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Rules that JSON Schema and Table Schema have as constraints of a column. */
export type ConstraintRule = Extract<
  ColumnRule,
  { kind: 'missing' | 'range' | 'set' | 'pattern' | 'length' | 'unique' }
>;

/**
 * The rules of a column that can become constraints, told apart from what gets lost: conditions, shares, and that a rule only
 * warns.
 */
export function constraintsOf(
  rules: readonly ColumnRule[],
  path: string,
  lost: NotCarried[],
): Map<ConstraintRule['kind'], ConstraintRule> {
  const kept = new Map<ConstraintRule['kind'], ConstraintRule>();
  for (const [index, rule] of rules.entries()) {
    const lose = (message: string) => lost.push({ path: `${path}/rules/${index}`, message });
    switch (rule.kind) {
      case 'monotone':
      case 'distinct':
      case 'statistic':
      case 'distribution':
        lose(`The rule "${rule.id}" (${rule.kind}) is about the column as a whole`);
        break;
      default:
        if (rule.where !== undefined) lose(`The rule "${rule.id}" holds for some rows only (${rule.where})`);
        else if (rule.kind === 'missing' ? rule.maxShare > 0 : rule.mostly < 1)
          lose(`The rule "${rule.id}" may be broken by a share of the values`);
        else if (kept.has(rule.kind)) lose(`There is another rule of the kind ${rule.kind}`);
        else {
          if (rule.severity === 'warn') lose(`The rule "${rule.id}" only warns here, and is a must there`);
          kept.set(rule.kind, rule);
        }
    }
  }
  return kept;
}

/** Rules about rows and the table, for formats that know none but those named. */
export function loseTableRules(schema: DataSchema, lost: NotCarried[], known: readonly string[] = []): void {
  for (const [index, rule] of schema.rows.entries()) {
    if (!known.includes(rule.kind))
      lost.push({
        path: `/rows/${index}`,
        message: `The rule "${rule.id}" (${rule.kind}) is about the table`,
      });
  }
}

/** Constraints that both formats write the same way, as rules. Takes what it understands out of `left`. */
export function readConstraints(left: JsonObject): ColumnRuleInput[] {
  const rules: ColumnRuleInput[] = [];
  const take = <T>(name: string, is: (value: unknown) => value is T): T | undefined => {
    const value = left[name];
    if (!is(value)) return undefined;
    delete left[name];
    return value;
  };
  const [min, max] = [take('minimum', isBound), take('maximum', isBound)];
  if (min !== undefined || max !== undefined) rules.push({ kind: 'range', ...limits(min, max) });
  const [shortest, longest] = [take('minLength', isSize), take('maxLength', isSize)];
  if (shortest !== undefined || longest !== undefined)
    rules.push({ kind: 'length', ...limits(shortest, longest) });
  const values = take('enum', isList);
  const allowed = values?.filter((value) => ['string', 'number', 'boolean'].includes(typeof value));
  if (allowed !== undefined && allowed.length > 0)
    rules.push({ kind: 'set', values: allowed as (string | number | boolean)[] });
  return rules;
}

function limits<T>(min: T | undefined, max: T | undefined): { min?: T; max?: T } {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

const isBound = (value: unknown): value is number | string =>
  typeof value === 'number' || (typeof value === 'string' && value.length <= 40);
const isSize = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
