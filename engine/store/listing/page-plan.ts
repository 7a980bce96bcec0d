import { type Kysely, sql } from 'kysely';
import type { Condition, Leaf } from '../filter/ast.ts';
import { compileCondition, compileLeaf, rowValue } from '../filter/compile.ts';
import type { Cursor, CursorValue } from './cursor.ts';
import { keyColumn, type ListingSpec, type Sql } from './listing-spec.ts';
import type { Selection } from './long-reading.ts';
import { isLeaf, type NarrowSet, narrowestSet, partitionCondition } from './narrowing.ts';
import {
  afterCondition,
  type LeadingKey,
  type Order,
  orderByClause,
  phaseAt,
  phasesOf,
  type SortTerm,
  termCountOf,
} from './order.ts';

/**
 * A query for some of the rows in order; its rows share the values `fixed`. `from` and `conditions` give the order, by an
 * index where there is one; `checks` are looked at for each row that comes, `joined` among them.
 */
export type Part = {
  from: Sql;
  key: Sql;
  conditions: Sql[];
  /** What the checks need besides `from`. */
  joined: Sql | null;
  checks: Sql[];
  fixed: CursorValue[];
  terms: SortTerm[];
};
export type Found = { key: number; values: CursorValue[] };

export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`1` : sql.join([...conditions], sql` AND `);
}

function afterRow(part: Part, order: Order, after: Cursor): Sql {
  const values = after.values.slice(part.fixed.length);
  return afterCondition(part.terms, part.key, order.keyDescending, values, after.key);
}

function wholeFrom({ from, joined }: Part): Sql {
  return joined === null ? from : sql`${from} CROSS JOIN ${joined}`;
}

export async function readPart<DB>(
  db: Kysely<DB>,
  part: Part,
  order: Order,
  after: Cursor | null,
  limit: number,
): Promise<Found[]> {
  const isAfter = after === null ? [] : [afterRow(part, order, after)];
  const conditions = [...part.conditions, ...part.checks, ...isAfter];
  const columns = [
    sql`${part.key} AS k`,
    ...part.terms.map((term, i) => sql`${term.sql} AS ${sql.ref(`t${i}`)}`),
  ];
  const { rows } = await sql<Record<string, CursorValue>>`
    SELECT ${sql.join(columns)} FROM ${wholeFrom(part)} WHERE ${allOf(conditions)}
    ORDER BY ${orderByClause(part.terms, part.key, order.keyDescending)} LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    key: Number(row.k),
    values: [...part.fixed, ...part.terms.map((_, i) => row[`t${i}`] ?? null)],
  }));
}

/** Rows of an order that are looked at before other ways are thought of: a few milliseconds. */
const firstRows = 2000;

/** Whether the first rows of the order fill a page, by a look at those alone. */
async function isSoonFull<DB>(
  db: Kysely<DB>,
  spec: ListingSpec,
  selection: Selection,
  part: Part,
  order: Order,
  after: Cursor | null,
  limit: number,
): Promise<boolean> {
  const isAfter = after === null ? [] : [afterRow(part, order, after)];
  const first = sql`SELECT ${part.key} AS listed FROM ${wholeFrom(part)} WHERE ${allOf([...part.conditions, ...isAfter])}
    ORDER BY ${orderByClause(part.terms, part.key, order.keyDescending)} LIMIT ${firstRows}`;
  const { rows } = await sql<{
    count: number;
  }>`SELECT count(*) AS count FROM (SELECT 1 FROM (${first}) AS narrow
    CROSS JOIN ${sql.table(spec.table)} ON ${sql.ref(keyColumn(spec))} = narrow.listed
    WHERE ${allOf(selection.conditions)} LIMIT ${limit})`.execute(db);
  return (rows[0]?.count ?? 0) >= limit;
}

/** Conditions of a filter that are looked at for each row, where the key of the row is `key`; `without` is answered already. */
function checksOver(
  spec: ListingSpec,
  selection: Selection,
  key: { table: string; column: string },
  without: readonly Condition[],
): Sql[] {
  // Compiled for the row at hand, so that a row of an index is dropped before the listed row is looked up.
  const over = { ...spec, table: key.table, key: key.column };
  const { conjuncts, conditions } = selection;
  return [
    ...conjuncts.filter((each) => !without.includes(each)).map((each) => compileCondition(over, each, [])),
    ...conditions.slice(conjuncts.length),
  ];
}

/** The parts of a list that is read in the order of a key's index: by kind of value, the rows without the key last. */
function partsInKeyOrder(
  spec: ListingSpec,
  selection: Selection,
  order: Order,
  leading: LeadingKey,
  set: NarrowSet | null,
): Part[] {
  const key = sql.ref(keyColumn(spec));
  const { family } = leading;
  const owner = sql.ref(`sorted.${family.owner}`);
  const otherTerms = order.terms.slice(termCountOf(leading));
  const onKey = selection.conjuncts.filter(
    (leaf) => 'field' in leaf && leaf.field.family === leading.familyName && leaf.field.key === leading.key,
  );
  // A condition on the key itself bounds the walk along the index instead of checking each row.
  const bounds = onKey.filter(isLeaf).filter((leaf) => leaf.field.of === undefined);
  const bounding = bounds.flatMap((leaf) => {
    const value = { ...rowValue(family, 'sorted'), where: (what: Sql) => what, isNull: sql`0` };
    return compileLeaf(value, leaf, []) ?? [];
  });
  const partition = partitionCondition(spec, family, 'sorted', selection.conjuncts);
  const isOfKey = sql`key_id = (SELECT id FROM keys WHERE name = ${leading.key})`;
  const checks = checksOver(spec, selection, { table: 'sorted', column: family.owner }, [
    ...bounds,
    ...selection.conjuncts.filter((_, at) => at === set?.conjunct),
  ]);

  return phasesOf(leading).flatMap((phase): Part[] => {
    const terms = [...phase.terms, ...otherTerms];
    if (phase.condition !== null) {
      return [
        {
          from: sql`${sql.table(family.table)} AS sorted`,
          key: owner,
          conditions: [
            sql`sorted.${isOfKey}`,
            phase.condition,
            ...bounding,
            ...(partition === null ? [] : [partition]),
            ...(set === null ? [] : [isInSet(owner, set)]),
          ],
          joined: sql`${sql.table(spec.table)} ON ${key} = ${owner}`,
          checks,
          fixed: phase.fixed,
          terms,
        },
      ];
    }
    // Rows without the key pass no comparison with it.
    if (onKey.some((leaf) => leaf.kind !== 'null' || leaf.negated)) return [];
    const absent = sql`NOT EXISTS (SELECT 1 FROM ${sql.table(family.table)} AS sorted WHERE ${owner} = ${key} AND sorted.${isOfKey})`;
    const plain = wholePart(spec, selection, null, order, set);
    return [{ ...plain, checks: [...plain.checks, absent], fixed: phase.fixed, terms }];
  });
}

/** The plus keeps SQLite from beginning with the set: the order of the index would be lost. */
function isInSet(key: Sql, { keys }: NarrowSet): Sql {
  return sql`+${key} IN (${keys})`;
}

/** The rows of a list in one query that begins with the narrow set, when there is one; `set` is looked up for each row. */
export function wholePart(
  spec: ListingSpec,
  selection: Selection,
  narrow: NarrowSet | null,
  order: Order,
  set: NarrowSet | null = null,
): Part {
  const key = sql.ref(keyColumn(spec));
  const table = sql.table(spec.table);
  const isOwn = (at: number): boolean => {
    const conjunct = selection.conjuncts[at];
    return conjunct === undefined || ('field' in conjunct && conjunct.field.family === null);
  };
  const left = selection.conditions.flatMap((condition, at) =>
    at === narrow?.conjunct || at === set?.conjunct ? [] : [{ condition, at }],
  );
  return {
    from:
      narrow === null ? table : sql`(${narrow.keys}) AS narrow CROSS JOIN ${table} ON ${key} = narrow.listed`,
    key,
    conditions: [
      ...left.filter(({ at }) => isOwn(at)).map(({ condition }) => condition),
      ...(set === null ? [] : [isInSet(key, set)]),
    ],
    joined: null,
    checks: left.filter(({ at }) => !isOwn(at)).map(({ condition }) => condition),
    fixed: [],
    terms: order.terms,
  };
}

/**
 * How to read a page. Few rows of one condition lead when there are so few. Otherwise the list is read in its order, when the
 * first rows of that fill the page; and when they do not, the rows of the condition that leaves the fewest are put aside
 * first, so that the others need only a short look.
 */
export async function planPage<DB>(
  db: Kysely<DB>,
  spec: ListingSpec,
  selection: Selection,
  order: Order,
  after: Cursor | null,
  limit: number,
): Promise<Part[]> {
  const narrow = await narrowestSet(db, spec, selection.conjuncts);
  if (narrow !== null) return [wholePart(spec, selection, narrow, order)];
  const { leading } = order;
  const partsWith = (set: NarrowSet | null): Part[] =>
    leading === null
      ? [wholePart(spec, selection, null, order, set)]
      : partsInKeyOrder(spec, selection, order, leading, set);
  const parts = partsWith(null);
  // What bounds the walk along an index is no condition to look up.
  const isLookedUp = ({ field }: Leaf): boolean =>
    field.family !== null && (field.family !== leading?.familyName || field.key !== leading.key);
  if (!selection.conjuncts.some((each) => isLeaf(each) && isLookedUp(each))) return parts;
  const part = parts[leading === null || after === null ? 0 : phaseAt(leading, after.values)];
  const isWalk = leading !== null || order.isOrdered;
  if (part !== undefined && isWalk && (await isSoonFull(db, spec, selection, part, order, after, limit)))
    return parts;
  const set = await narrowestSet(db, spec, selection.conjuncts, {
    below: Number.MAX_SAFE_INTEGER,
    use: isLookedUp,
  });
  return set === null ? parts : partsWith(set);
}
