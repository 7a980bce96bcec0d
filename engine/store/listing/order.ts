import { sql } from 'kysely';
import type { Problem } from '../../../local-api/contract/index.ts';
import { type FieldRef, readsHistory, type SortKey } from '../filter/ast.ts';
import { keyIdOf, resolveField } from '../filter/compile.ts';
import type { CursorValue } from './cursor.ts';
import { keyColumn, type ListingSpec, type RowFamily, type Sql } from './listing-spec.ts';

/** One step of the order. NULL sorts last, whichever the direction. */
export type SortTerm = { sql: Sql; descending: boolean; nullable: boolean };

/** The first sort key, where rows of a key table can lead the search in its order. */
export type LeadingKey = { family: RowFamily; familyName: string; key: string; descending: boolean };

export type Order = {
  terms: SortTerm[];
  /** Direction of the primary key, which breaks ties. */
  keyDescending: boolean;
  leading: LeadingKey | null;
  /** An index of the listed table has this order. */
  isOrdered: boolean;
  /** The first key that reads the history of a metric for each row, as it was written. */
  reading: FieldRef | null;
};

/** How many terms a key of a row family gives; the first ones order the kinds of value. */
const termsOfFamily = { metric: 2, param: 2, tag: 1 } as const;

/** Metrics: numbers, then NaN, then absent. Params: numbers by value, then texts, then absent. */
function familyTerms(spec: ListingSpec, family: RowFamily, key: string, descending: boolean): SortTerm[] {
  const entry = (column: string) =>
    sql`(SELECT entry.${sql.ref(column)} FROM ${sql.table(family.table)} AS entry WHERE entry.${sql.ref(
      family.owner,
    )} = ${sql.ref(keyColumn(spec))} AND entry.key_id = ${keyIdOf(key)})`;
  const value = { sql: entry('value'), descending, nullable: true };
  if (family.kind === 'metric') return [{ sql: entry('is_nan'), descending: false, nullable: true }, value];
  if (family.kind === 'param') return [{ sql: entry('number'), descending, nullable: true }, value];
  return [value];
}

/** Turns sort keys into terms. Unknown fields and repeated ones are added to `problems`. */
export function resolveOrder(spec: ListingSpec, keys: readonly SortKey[], problems: Problem[]): Order {
  const terms: SortTerm[] = [];
  const seen = new Set<string>();
  let leading: LeadingKey | null = null;
  for (const { field, descending } of keys) {
    const value = resolveField(spec, field, problems);
    if (value === null) continue;
    const name = JSON.stringify([field.family, field.key, field.of]);
    if (seen.has(name)) {
      problems.push({
        path: String(field.at),
        message: `${field.text} is there twice`,
        expected: 'each once',
      });
      continue;
    }
    seen.add(name);
    const family = field.family === null ? undefined : spec.families?.[field.family];
    if (family === undefined) {
      const nullable = spec.fields[field.key]?.nullable ?? false;
      terms.push({ sql: value.text ?? value.number ?? sql`NULL`, descending, nullable });
    } else if (field.of !== undefined) {
      terms.push({ sql: value.where(value.number ?? sql`NULL`), descending, nullable: true });
    } else if (family.kind === 'json') {
      const column = value.text ?? value.number ?? sql`NULL`;
      terms.push({ sql: value.where(column), descending, nullable: true });
    } else if (family.kind === 'many') {
      const column = family.sortValue(field.key);
      if (column !== null) terms.push({ sql: column, descending, nullable: true });
      else {
        problems.push({
          path: String(field.at),
          message: `${field.text} cannot be sorted by`,
          expected: 'another',
        });
      }
    } else {
      if (terms.length === 0)
        leading = { family, familyName: field.family as string, key: field.key, descending };
      terms.push(...familyTerms(spec, family, field.key, descending));
    }
  }
  const reading = keys.find(({ field }) => readsHistory(field))?.field ?? null;
  const [first] = keys;
  const isOrdered =
    keys.length === 1 && first?.field.family === null && spec.fields[first.field.key]?.ordered === true;
  return { terms, keyDescending: keys.at(-1)?.descending ?? false, leading, isOrdered, reading };
}

/** What comes after a row in the order, as a condition. Cost: a row compare; the first term also bounds an index. */
export function afterCondition(
  terms: readonly SortTerm[],
  keySql: Sql,
  keyDescending: boolean,
  values: readonly CursorValue[],
  key: number,
): Sql {
  const all = [...terms, { sql: keySql, descending: keyDescending, nullable: false }];
  const at = [...values, key];
  const alternatives = all.flatMap((term, index) => {
    const value = at[index] ?? null;
    // Nothing comes after NULL but what is equal here and later in the next terms.
    if (value === null) return [];
    const later = sql`${term.sql} ${sql.raw(term.descending ? '<' : '>')} ${value}`;
    const equal = all.slice(0, index).map((earlier, i) => {
      const same = at[i] ?? null;
      return same === null ? sql`${earlier.sql} IS NULL` : sql`${earlier.sql} = ${same}`;
    });
    const strictly = term.nullable ? sql`(${later} OR ${term.sql} IS NULL)` : later;
    return [sql`(${sql.join([...equal, strictly], sql` AND `)})`];
  });
  const either = sql`(${sql.join(alternatives, sql` OR `)})`;
  const [first] = all;
  const bound = at[0] ?? null;
  if (first === undefined || first.nullable || bound === null) return either;
  return sql`(${first.sql} ${sql.raw(first.descending ? '<=' : '>=')} ${bound} AND ${either})`;
}

export function orderByClause(terms: readonly SortTerm[], keySql: Sql, keyDescending: boolean): Sql {
  const direction = (descending: boolean) => sql.raw(descending ? 'DESC' : 'ASC');
  return sql.join([
    ...terms.map((term) =>
      term.nullable
        ? sql`${term.sql} ${direction(term.descending)} NULLS LAST`
        : sql`${term.sql} ${direction(term.descending)}`,
    ),
    sql`${keySql} ${direction(keyDescending)}`,
  ]);
}

/**
 * A part of a list ordered by a key, read in the order of an index of the key table.
 * `fixed` are the first values that all its rows share; `terms` replace the other terms of the key.
 */
export type Phase = { condition: Sql | null; fixed: CursorValue[]; terms: SortTerm[] };

/** The kinds of value one after the other; the last one is of the rows that lack the key. */
export function phasesOf(leading: LeadingKey): Phase[] {
  const { family, descending } = leading;
  const column = (name: string) => sql.ref(`sorted.${name}`);
  const term = (name: string) => ({ sql: column(name), descending, nullable: false });
  switch (family.kind) {
    case 'metric':
      return [
        { condition: sql`sorted.is_nan = 0`, fixed: [0], terms: [term('value')] },
        { condition: sql`sorted.is_nan = 1`, fixed: [1], terms: [term('value')] },
        { condition: null, fixed: [null, null], terms: [] },
      ];
    case 'param':
      return [
        { condition: sql`sorted.number IS NOT NULL`, fixed: [], terms: [term('number'), term('value')] },
        { condition: sql`sorted.number IS NULL`, fixed: [null], terms: [term('value')] },
        { condition: null, fixed: [null, null], terms: [] },
      ];
    case 'tag':
      return [
        { condition: sql`1`, fixed: [], terms: [term('value')] },
        { condition: null, fixed: [null], terms: [] },
      ];
  }
}

/** Which phase the row of a cursor is in. */
export function phaseAt(leading: LeadingKey, values: readonly CursorValue[]): number {
  const [first = null, second = null] = values;
  if (leading.family.kind === 'metric') return first === null ? 2 : Number(first);
  if (first !== null) return 0;
  return leading.family.kind === 'param' && second === null ? 2 : 1;
}

export function termCountOf(leading: LeadingKey): number {
  return termsOfFamily[leading.family.kind];
}
