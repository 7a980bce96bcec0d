import { type Kysely, sql } from 'kysely';
import type { Condition, Leaf } from '../filter/ast.ts';
import { compileLeaf, keyIdOf, resolveField, rowValue } from '../filter/compile.ts';
import { keyColumn, type ListingSpec, type RowFamily, type Sql } from './listing-spec.ts';

/*
 * Where to begin. Of a hundred thousand runs, ten may match one condition: then it is best to take those ten by the index
 * of that condition and sort them. Or half of them match: then it is best to walk in the order asked for and check each
 * row, since a page is full after a few. SQLite has no way to know, so each condition that an index answers is counted up
 * to a small bound first; that costs a fraction of a millisecond.
 */
export const narrowBelow = 2000;

function isNegative(leaf: Leaf): boolean {
  return leaf.kind === 'compare' ? leaf.operator === '!=' : leaf.negated;
}

/** The conditions that must all hold. */
export function conjunctsOf(condition: Condition | null): Condition[] {
  if (condition === null) return [];
  return condition.kind === 'and' ? condition.parts.flatMap(conjunctsOf) : [condition];
}

export function isLeaf(condition: Condition): condition is Leaf {
  return !['and', 'or', 'not', 'null', 'text'].includes(condition.kind);
}

/** The condition that asks for one partition of a family: one experiment. */
export function partitionLeaf(
  { partition }: RowFamily,
  conjuncts: readonly Condition[],
): Extract<Leaf, { kind: 'compare' }> | null {
  for (const leaf of conjuncts) {
    if (leaf.kind !== 'compare' || leaf.operator !== '=' || leaf.field.family !== null) continue;
    if (leaf.field.key === partition?.field) return leaf;
  }
  return null;
}

/** `family.partition` as a condition on its rows, when the filter asks for one partition. */
export function partitionCondition(
  spec: ListingSpec,
  family: RowFamily,
  alias: string,
  conjuncts: readonly Condition[],
): Sql | null {
  const leaf = partitionLeaf(family, conjuncts);
  const value = leaf === null ? null : resolveField(spec, leaf.field, []);
  if (leaf === null || value === null || family.partition === undefined) return null;
  return compileLeaf({ ...value, number: sql.ref(`${alias}.${family.partition.column}`) }, leaf, []);
}

/** Whether a condition on a key is answered by the order of an index. */
function isIndexed(family: RowFamily, leaf: Leaf): boolean {
  const literals =
    leaf.kind === 'compare'
      ? [leaf.value]
      : leaf.kind === 'in'
        ? leaf.values
        : leaf.kind === 'between'
          ? [leaf.low, leaf.high]
          : [];
  if (literals.some((literal) => literal.kind === 'boolean')) return false;
  return family.kind !== 'tag' || literals.every((literal) => literal.kind === 'string');
}

/** The keys of the rows that a condition holds for, by an index; null when none answers it. */
export function keySet(spec: ListingSpec, leaf: Leaf, conjuncts: readonly Condition[]): Sql | null {
  if (isNegative(leaf) || leaf.field.of !== undefined) return null;
  if (leaf.field.family === null) {
    const field = spec.fields[leaf.field.key];
    const value = resolveField(spec, leaf.field, []);
    if (field?.indexed !== true || value === null) return null;
    const comparison = compileLeaf(value, leaf, []);
    if (comparison === null) return null;
    return sql`SELECT ${sql.ref(keyColumn(spec))} AS listed FROM ${sql.table(spec.table)} WHERE ${comparison}`;
  }
  const family = spec.families?.[leaf.field.family];
  if (family === undefined || family.kind === 'json' || family.kind === 'many' || !isIndexed(family, leaf)) {
    return null;
  }
  const value = { ...rowValue(family, 'entry'), where: (what: Sql) => what, isNull: sql`0` };
  const comparison = compileLeaf(value, leaf, []);
  if (comparison === null) return null;
  const partition = partitionCondition(spec, family, 'entry', conjuncts);
  const conditions = [
    sql`entry.key_id = ${keyIdOf(leaf.field.key)}`,
    comparison,
    ...(partition === null ? [] : [partition]),
  ];
  return sql`SELECT entry.${sql.ref(family.owner)} AS listed FROM ${sql.table(
    family.table,
  )} AS entry WHERE ${sql.join(conditions, sql` AND `)}`;
}

/** The `size` keys of the rows that pass one of the conditions, which then needs no second check. */
export type NarrowSet = { keys: Sql; conjunct: number; size: number };

/**
 * The smallest set of keys that a condition leaves, when one leaves fewer than `below`. Only conditions that `use` takes.
 * Cost: at most `below` index rows a condition.
 */
export async function narrowestSet<DB>(
  db: Kysely<DB>,
  spec: ListingSpec,
  conjuncts: readonly Condition[],
  { below = narrowBelow, use = () => true }: { below?: number; use?(leaf: Leaf): boolean } = {},
): Promise<NarrowSet | null> {
  let best: NarrowSet | null = null;
  let fewest = below;
  for (const [index, leaf] of conjuncts.entries()) {
    const keys = isLeaf(leaf) && use(leaf) ? keySet(spec, leaf, conjuncts) : null;
    if (keys === null) continue;
    const counted = sql<{ count: number }>`SELECT count(*) AS count FROM (${keys} LIMIT ${fewest})`;
    const { rows } = await counted.execute(db);
    const found = rows[0]?.count ?? fewest;
    if (found < fewest) {
      best = { keys, conjunct: index, size: found };
      fewest = found;
    }
  }
  return best;
}
