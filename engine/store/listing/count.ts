import { type Kysely, sql } from 'kysely';
import type { Condition } from '../filter/ast.ts';
import { compileCondition } from '../filter/compile.ts';
import { badFilter } from '../filter/syntax-error.ts';
import { readFilter } from './listing.ts';
import type { ListingSpec, Scope, Sql } from './listing-spec.ts';
import { refuseLongReading, type Selection } from './long-reading.ts';
import { isLeaf, keySet, type NarrowSet, narrowBelow, narrowestSet, partitionLeaf } from './narrowing.ts';
import { type Order, resolveOrder } from './order.ts';
import { allOf, wholePart } from './page-plan.ts';

/**
 * How many rows of a list pass a filter. Cost grows with the rows that pass its most selective condition; conditions on keys
 * alone are counted in their indexes.
 *
 * Throws request/bad-filter.
 */
export async function count<DB>(
  db: Kysely<DB>,
  spec: ListingSpec,
  filterText: string | undefined,
  scope?: Scope,
): Promise<number> {
  const { filter, selection, problems } = readFilter(spec, filterText, scope);
  const order = resolveOrder(spec, filter.orderBy, problems);
  if (problems.length > 0) throw badFilter(problems);
  await refuseLongReading(db, spec, selection, order);
  const narrow = await narrowestSet(db, spec, selection.conjuncts, { below: Number.MAX_SAFE_INTEGER });
  const counted = (narrow && ofKeysAlone(spec, selection, narrow)) ?? ofRows(spec, selection, narrow, order);
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM ${counted}`.execute(db);
  return rows[0]?.count ?? 0;
}

function isOwnField(condition: Condition | undefined): boolean {
  return condition !== undefined && isLeaf(condition) && condition.field.family === null;
}

/** With a look at each listed row. Conditions on these themselves are counted in their own indexes. */
function ofRows(spec: ListingSpec, selection: Selection, narrow: NarrowSet | null, order: Order): Sql {
  const isOwn = isOwnField(narrow === null ? undefined : selection.conjuncts[narrow.conjunct]);
  const { from, conditions, checks } = wholePart(spec, selection, isOwn ? null : narrow, order);
  return sql`${from} WHERE ${allOf([...conditions, ...checks])}`;
}

/** From the tables of keys and no other; null when something is asked of the listed rows themselves. */
function ofKeysAlone(spec: ListingSpec, selection: Selection, narrow: NarrowSet): Sql | null {
  const { conjuncts, conditions, hides } = selection;
  const leaf = conjuncts[narrow.conjunct];
  if (leaf === undefined || !isLeaf(leaf) || leaf.field.family === null) return null;
  const family = spec.families?.[leaf.field.family];
  if (family === undefined || family.kind === 'json' || family.kind === 'many') return null;
  // The rows of the set are of the one partition already.
  const partition = partitionLeaf(family, conjuncts);
  const others = conjuncts.filter((each) => each !== leaf && each !== partition);
  const hiddenKeys = spec.hiddenUnlessNamed?.hiddenKeys;
  const hasScope = conditions.length > conjuncts.length + (hides ? 1 : 0);
  if (hasScope || (hides && hiddenKeys === undefined)) return null;
  if (!others.every((each) => isLeaf(each) && each.field.family !== null)) return null;

  const over = { ...spec, table: 'narrow', key: 'listed' };
  const checks = others.map((each) => {
    // Of many rows it is quicker to have the other set at hand than to look for each.
    const keys = narrow.size >= narrowBelow && isLeaf(each) ? keySet(spec, each, conjuncts) : null;
    return keys === null ? compileCondition(over, each, []) : sql`+narrow.listed IN (${keys})`;
  });
  if (hides && hiddenKeys !== undefined) checks.push(sql`narrow.listed NOT IN (${hiddenKeys})`);
  return sql`(${narrow.keys}) AS narrow WHERE ${allOf(checks)}`;
}
