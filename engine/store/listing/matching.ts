import { sql } from 'kysely';
import type { Problem } from '../../../local-api/contract/index.ts';
import type { Condition, Filter, SortKey } from '../filter/ast.ts';
import { compileCondition } from '../filter/compile.ts';
import { parseFilter } from '../filter/parser.ts';
import { badFilter } from '../filter/syntax-error.ts';
import { keyColumn, type ListingSpec, type Sql } from './listing-spec.ts';
import { conjunctsOf, isLeaf, keySet } from './narrowing.ts';

/** Whether a condition speaks of a plain field. */
export function namesField(condition: Condition | null, field: string): boolean {
  if (condition === null) return false;
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.some((part) => namesField(part, field));
    case 'not':
      return namesField(condition.part, field);
    case 'text':
      return false;
    default:
      return condition.field.family === null && condition.field.key === field;
  }
}

/** All rows that a filter selects, for whoever reads them all. */
export type Matching = {
  /** Over the listed table. */
  condition: Sql;
  /** The filter without its "order by"; empty when everything matches. */
  text: string;
  orderBy: SortKey[];
};

/**
 * Reads a filter for a reading of all rows that pass: conditions on keys of families are answered by their index as a whole
 * instead of by a look for each row. `named` are plain fields that count as named: hidden rows are among the others.
 *
 * Throws request/bad-filter.
 */
export function matchingRows(
  spec: ListingSpec,
  filterText: string | undefined,
  named: readonly string[] = [],
): Matching {
  const filter = parseFilter(filterText ?? '');
  const problems: Problem[] = [];
  const conjuncts = conjunctsOf(filter.condition);
  const key = sql.ref(keyColumn(spec));
  const conditions = conjuncts.map((condition) => {
    const compiled = compileCondition(spec, condition, problems);
    const isOfKey = isLeaf(condition) && condition.field.family !== null;
    const keys = isOfKey && problems.length === 0 ? keySet(spec, condition, conjuncts) : null;
    return keys === null ? compiled : sql`${key} IN (${keys})`;
  });
  if (problems.length > 0) throw badFilter(problems);
  const hidden = spec.hiddenUnlessNamed;
  if (hidden !== undefined && !named.includes(hidden.field) && !namesField(filter.condition, hidden.field)) {
    conditions.push(hidden.condition);
  }
  const condition = conditions.length === 0 ? sql`1` : sql.join(conditions, sql` AND `);
  return { condition, text: withoutOrder(filterText ?? '', filter), orderBy: filter.orderBy };
}

function withoutOrder(text: string, { orderBy }: Filter): string {
  const [first] = orderBy;
  const end = first === undefined ? text.length : first.field.at;
  const before = text.slice(0, end);
  return (first === undefined ? before : before.replace(/order\s+by\s*$/i, '')).trim();
}
