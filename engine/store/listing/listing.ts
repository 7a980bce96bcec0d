import { type Kysely, sql } from 'kysely';
import type { ListQuery, Page, Problem } from '../../../local-api/contract/index.ts';
import type { Filter, SortKey } from '../filter/ast.ts';
import { compileCondition, compileLeaf, rowValue } from '../filter/compile.ts';
import { parseFilter, parseSort } from '../filter/parser.ts';
import { badFilter } from '../filter/syntax-error.ts';
import { boundTo, type Cursor, type CursorValue, decodeCursor, encodeCursor } from './cursor.ts';
import { type FieldSelection, inParameter, parseFields } from './fields.ts';
import { keyColumn, type ListingSpec, type Scope, type Sql } from './listing-spec.ts';
import { refuseLongReading, type Selection } from './long-reading.ts';
import { namesField } from './matching.ts';
import { conjunctsOf, isLeaf, type NarrowSet, narrowestSet, partitionCondition } from './narrowing.ts';
import {
  afterCondition,
  type LeadingKey,
  type Order,
  orderByClause,
  phaseAt,
  phasesOf,
  resolveOrder,
  type SortTerm,
  termCountOf,
} from './order.ts';

export type ListOptions<Item> = {
  /** Reads the items of these keys, in any order; one that is gone by now is left out. */
  load(keys: number[], fields: FieldSelection): Promise<Map<number, Item>>;
  scope?: Scope;
};

/** Reads a filter and checks all its names and values. Throws request/bad-filter with every fault. */
function readFilter(
  spec: ListingSpec,
  text: string | undefined,
  scope: Scope | undefined,
): { filter: Filter; selection: Selection; problems: Problem[] } {
  const filter = parseFilter(text ?? '');
  const problems: Problem[] = [];
  const conjuncts = conjunctsOf(filter.condition);
  const conditions = conjuncts.map((condition) => compileCondition(spec, condition, problems));
  const hidden = spec.hiddenUnlessNamed;
  if (hidden !== undefined && !namesField(filter.condition, hidden.field)) conditions.push(hidden.condition);
  if (scope !== undefined) conditions.push(scope.condition);
  return { filter, selection: { conjuncts, conditions }, problems };
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

/** A query for some of the rows in order; its rows share the values `fixed`. */
type Part = { from: Sql; key: Sql; conditions: Sql[]; fixed: CursorValue[]; terms: SortTerm[] };
type Found = { key: number; values: CursorValue[] };

function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`1` : sql.join([...conditions], sql` AND `);
}

async function readPart<DB>(
  db: Kysely<DB>,
  part: Part,
  order: Order,
  after: Cursor | null,
  limit: number,
): Promise<Found[]> {
  const conditions = [...part.conditions];
  if (after !== null) {
    const values = after.values.slice(part.fixed.length);
    conditions.push(afterCondition(part.terms, part.key, order.keyDescending, values, after.key));
  }
  const columns = [
    sql`${part.key} AS k`,
    ...part.terms.map((term, i) => sql`${term.sql} AS ${sql.ref(`t${i}`)}`),
  ];
  const { rows } = await sql<Record<string, CursorValue>>`
    SELECT ${sql.join(columns)} FROM ${part.from} WHERE ${allOf(conditions)}
    ORDER BY ${orderByClause(part.terms, part.key, order.keyDescending)} LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    key: Number(row.k),
    values: [...part.fixed, ...part.terms.map((_, i) => row[`t${i}`] ?? null)],
  }));
}

/** The parts of a list that is read in the order of a key's index: by kind of value, the rows without the key last. */
function partsInKeyOrder(spec: ListingSpec, selection: Selection, order: Order, leading: LeadingKey): Part[] {
  const key = sql.ref(keyColumn(spec));
  const { family } = leading;
  const owner = sql.ref(`sorted.${family.owner}`);
  const otherTerms = order.terms.slice(termCountOf(leading));
  const onKey = selection.conjuncts.filter(
    (leaf) => 'field' in leaf && leaf.field.family === leading.familyName && leaf.field.key === leading.key,
  );
  // A condition on the key itself bounds the walk along the index instead of checking each row.
  const bounds = onKey.filter(isLeaf).flatMap((leaf) => {
    if (leaf.field.of !== undefined) return [];
    const value = { ...rowValue(family, 'sorted'), where: (what: Sql) => what, isNull: sql`0` };
    return compileLeaf(value, leaf, []) ?? [];
  });
  const partition = partitionCondition(spec, family, 'sorted', selection.conjuncts);
  const isOfKey = sql`key_id = (SELECT id FROM keys WHERE name = ${leading.key})`;

  return phasesOf(leading).flatMap((phase): Part[] => {
    const terms = [...phase.terms, ...otherTerms];
    if (phase.condition !== null) {
      const from = sql`${sql.table(family.table)} AS sorted CROSS JOIN ${sql.table(spec.table)} ON ${key} = ${owner}`;
      const own = [
        sql`sorted.${isOfKey}`,
        phase.condition,
        ...bounds,
        ...(partition === null ? [] : [partition]),
      ];
      return [{ from, key: owner, conditions: [...own, ...selection.conditions], fixed: phase.fixed, terms }];
    }
    // Rows without the key pass no comparison with it.
    if (onKey.some((leaf) => leaf.kind !== 'null' || leaf.negated)) return [];
    const absent = sql`NOT EXISTS (SELECT 1 FROM ${sql.table(family.table)} AS sorted WHERE ${owner} = ${key} AND sorted.${isOfKey})`;
    return [
      {
        from: sql.table(spec.table),
        key,
        conditions: [...selection.conditions, absent],
        fixed: phase.fixed,
        terms,
      },
    ];
  });
}

/** The rows of a list in one query that begins with the narrow set, when there is one. */
function wholePart(spec: ListingSpec, selection: Selection, narrow: NarrowSet | null, order: Order): Part {
  const key = sql.ref(keyColumn(spec));
  const table = sql.table(spec.table);
  const whole = { key, fixed: [], terms: order.terms };
  if (narrow === null) return { ...whole, from: table, conditions: selection.conditions };
  const from = sql`(${narrow.keys}) AS narrow CROSS JOIN ${table} ON ${key} = narrow.listed`;
  return { ...whole, from, conditions: selection.conditions.filter((_, i) => i !== narrow.conjunct) };
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
  return readItems(db, spec, { conjuncts, conditions }, order, { limit, cursor, bound, load });
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
  const narrow = await narrowestSet(db, spec, selection.conjuncts);
  const parts =
    narrow === null && order.leading !== null
      ? partsInKeyOrder(spec, selection, order, order.leading)
      : [wholePart(spec, selection, narrow, order)];
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

/** How many rows of a list pass a filter. Cost grows with the rows that pass its most selective condition. */
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
  const smallest = await narrowestSet(db, spec, selection.conjuncts, Number.MAX_SAFE_INTEGER);
  // Conditions on the listed row itself are counted in its own indexes, without a look at each row.
  const leaf = smallest === null ? undefined : selection.conjuncts[smallest.conjunct];
  const isOwn = leaf !== undefined && isLeaf(leaf) && leaf.field.family === null;
  const narrow = isOwn ? null : smallest;
  const { from, conditions } = wholePart(spec, selection, narrow, order);
  const { rows } = await sql<{
    count: number;
  }>`SELECT count(*) AS count FROM ${from} WHERE ${allOf(conditions)}`.execute(db);
  return rows[0]?.count ?? 0;
}
