import type { Kysely } from 'kysely';
import type { ListQuery, Page, Problem } from '../../../local-api/contract/index.ts';
import type { Filter, SortKey } from '../filter/ast.ts';
import { compileCondition } from '../filter/compile.ts';
import { parseFilter, parseSort } from '../filter/parser.ts';
import { badFilter } from '../filter/syntax-error.ts';
import { boundTo, type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import { type FieldSelection, inParameter, parseFields } from './fields.ts';
import type { ListingSpec, Scope } from './listing-spec.ts';
import { refuseLongReading, type Selection } from './long-reading.ts';
import { namesField } from './matching.ts';
import { conjunctsOf } from './narrowing.ts';
import { type Order, phaseAt, resolveOrder } from './order.ts';
import { type Found, type Part, planPage, readPart } from './page-plan.ts';

export type ListOptions<Item> = {
  /** Reads the items of these keys, in any order; one that is gone by now is left out. */
  load(keys: number[], fields: FieldSelection): Promise<Map<number, Item>>;
  scope?: Scope;
};

/** Reads a filter and checks all its names and values. Throws request/bad-filter with every fault. */
export function readFilter(
  spec: ListingSpec,
  text: string | undefined,
  scope: Scope | undefined,
): { filter: Filter; selection: Selection; problems: Problem[] } {
  const filter = parseFilter(text ?? '');
  const problems: Problem[] = [];
  const conjuncts = conjunctsOf(filter.condition);
  const conditions = conjuncts.map((condition) => compileCondition(spec, condition, problems));
  const hidden = spec.hiddenUnlessNamed;
  const hides = hidden !== undefined && !namesField(filter.condition, hidden.field);
  if (hides) conditions.push(hidden.condition);
  if (scope !== undefined) conditions.push(scope.condition);
  return { filter, selection: { conjuncts, conditions, hides }, problems };
}

function readOrder(
  spec: ListingSpec,
  query: ListQuery,
  orderBy: SortKey[],
  filterProblems: Problem[],
): Order {
  if (query.sort === undefined || query.sort.trim() === '') {
    const keys = orderBy.length > 0 ? orderBy : parseSort(spec.defaultSort);
    const order = resolveOrder(spec, keys, filterProblems);
    if (filterProblems.length > 0) throw badFilter(filterProblems);
    return order;
  }
  const { sort } = query;
  if (filterProblems.length > 0) throw badFilter(filterProblems);
  return inParameter('sort', () => {
    const problems: Problem[] = [];
    const order = resolveOrder(spec, parseSort(sort), problems);
    if (problems.length > 0) throw badFilter(problems);
    return order;
  });
}

/**
 * One page of a list.
 *
 * `filter` and `sort` are in the filter language (docs/reference/filter-language.md); `sort` wins over "order by". Rows
 * that lack the value sorted by come last; the primary key breaks ties, so every row has one place. Pages are found by
 * that place and not by counting: rows that come or go between two pages shift nothing, and a late page costs what the
 * first one does.
 *
 * Throws request/bad-filter, request/invalid (sort, fields), request/bad-cursor.
 */
export async function list<DB, Item>(
  db: Kysely<DB>,
  spec: ListingSpec,
  query: ListQuery,
  options: ListOptions<Item>,
): Promise<Page<Item>> {
  const fields = parseFields(spec, query.fields);
  const { filter, selection, problems } = readFilter(spec, query.filter, options.scope);
  const order = readOrder(spec, query, filter.orderBy, problems);
  const bound = boundTo([spec.name, options.scope?.id, query.filter, query.sort]);
  return readItems(db, spec, selection, order, {
    ...query,
    bound,
    load: (keys) => options.load(keys, fields),
  });
}

/**
 * One page of a list, as `list` reads it, for a filter and an order that were written in another language. Nothing is
 * hidden: the caller says what deleted things are. `sameAs` are the texts that must not change between pages.
 *
 * Throws request/bad-filter for names and values that do not fit the list, request/bad-cursor.
 */
export async function listMatching<DB, Item>(
  db: Kysely<DB>,
  spec: ListingSpec,
  query: Filter & { limit: number; cursor?: string | undefined; sameAs: readonly string[] },
  load: (keys: number[]) => Promise<Map<number, Item>>,
): Promise<Page<Item>> {
  const problems: Problem[] = [];
  const conjuncts = conjunctsOf(query.condition);
  const conditions = conjuncts.map((condition) => compileCondition(spec, condition, problems));
  const order = resolveOrder(spec, query.orderBy, problems);
  if (problems.length > 0) throw badFilter(problems);
  const bound = boundTo([spec.name, ...query.sameAs]);
  const { limit, cursor } = query;
  return readItems(db, spec, { conjuncts, conditions, hides: false }, order, { limit, cursor, bound, load });
}

async function readItems<DB, Item>(
  db: Kysely<DB>,
  spec: ListingSpec,
  selection: Selection,
  order: Order,
  page: {
    limit: number;
    cursor?: string | undefined;
    bound: string;
    load(keys: number[]): Promise<Map<number, Item>>;
  },
): Promise<Page<Item>> {
  const { limit, cursor, bound } = page;
  await refuseLongReading(db, spec, selection, order);
  const after = cursor === undefined ? null : decodeCursor(bound, order.terms.length, cursor);
  const parts = await planPage(db, spec, selection, order, after, limit + 1);
  const found = await readPage(db, parts, order, after, limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const items = rows.length === 0 ? new Map<number, Item>() : await page.load(rows.map((row) => row.key));
  return {
    items: rows.flatMap((row) => {
      const item = items.get(row.key);
      return item === undefined ? [] : [item];
    }),
    nextCursor: found.length > limit && last !== undefined ? encodeCursor(bound, last) : null,
  };
}

async function readPage<DB>(
  db: Kysely<DB>,
  parts: readonly Part[],
  order: Order,
  after: Cursor | null,
  limit: number,
): Promise<Found[]> {
  const inKeyOrder = parts.length > 1 || (parts[0]?.fixed.length ?? 0) > 0;
  const start =
    after !== null && order.leading !== null && inKeyOrder ? phaseAt(order.leading, after.values) : 0;
  const found: Found[] = [];
  for (const [index, part] of parts.entries()) {
    if (index < start || found.length >= limit) continue;
    const from = index === start ? after : null;
    found.push(...(await readPart(db, part, order, from, limit - found.length)));
  }
  return found;
}
