import type { RawBuilder } from 'kysely';

export type Sql = RawBuilder<unknown>;

/**
 * - `string`, `number`, `boolean` (0 or 1 in the table)
 * - `time`: milliseconds; a filter may give a number or an ISO 8601 date
 * - `decimalId`: an integer in the table that travels as text ("3"); a filter may give either
 */
export type FieldType = 'string' | 'number' | 'boolean' | 'time' | 'decimalId';

export type Field = {
  type: FieldType;
  /** A column or an expression over the listed row. */
  sql: Sql;
  /** May be NULL; such rows sort last, whichever the direction. Default false. */
  nullable?: boolean;
  /** The closed list of values of a string; a filter that names another is told so. */
  values?: readonly string[];
  /** An index answers conditions on it, so that a condition with few matches may lead the search. Default false. */
  indexed?: boolean;
  /** An index gives the whole list in its order, so that reading can stop when a page is full. Default false. */
  ordered?: boolean;
};

/**
 * A family of keys: metrics.auc, params.depth, tags.team.
 *
 * - `json`: a JSON object in a column of the listed table; for tables of some thousand rows.
 * - `many`: rows of a table, any number for one owner and key; a condition holds when it holds for one of them.
 * - `metric`, `param`, `tag`: rows of a table keyed (owner, key), with the indexes of the tracking tables; for lists of
 *   any size. `partition` is a column kept in the key table that a condition `field = …` can use.
 */
export type KeyFamily = JsonFamily | RowFamily | ManyFamily;
export type JsonFamily = { kind: 'json'; column: Sql; type: 'string' | 'number' };
export type ManyFamily = {
  kind: 'many';
  table: string;
  owner: string;
  /** What a key stands for in a row of `entry` (the alias of the table); null where there is no such key. */
  entry(
    key: string,
  ): { type: 'metric' | 'string'; value: Sql; isNan: Sql | null; condition: Sql | null } | null;
  /** The one value to sort by, over the listed row; null where a list cannot be sorted by it. */
  sortValue(key: string): Sql | null;
};
export type RowFamily = {
  kind: 'metric' | 'param' | 'tag';
  table: string;
  owner: string;
  partition?: { field: string; column: string };
  /** Of metrics: the table of all points, keyed (owner, key_id, step, …), and of the summary kept beside the value. */
  history?: { table: string };
};

/**
 * How one kind of thing is listed: what can be filtered, sorted and asked for. The example of the datasets:
 *
 * ```ts
 * const datasetListing: ListingSpec = {
 *   name: 'datasets',
 *   table: 'datasets',
 *   key: 'id',
 *   fields: {
 *     name: { type: 'string', sql: sql.ref('datasets.name') },
 *     createdAtMs: { type: 'time', sql: sql.ref('datasets.created_at_ms') },
 *   },
 *   families: { tags: { kind: 'json', column: sql.ref('datasets.tags'), type: 'string' } },
 *   defaultSort: '-createdAtMs',
 * };
 *
 * list(store.db, datasetListing, query, {
 *   load: async (ids) => {
 *     const rows = await store.db.selectFrom('datasets').selectAll().where('id', 'in', ids).execute();
 *     return new Map(rows.map((row) => [row.id, toDataset(row)]));
 *   },
 * });
 * ```
 */
export type ListingSpec = {
  /** Part of the cursor: a cursor of one list is refused by another. */
  name: string;
  table: string;
  /** Integer primary key: breaks ties, so that every row has one place. */
  key: string;
  fields: Readonly<Record<string, Field>>;
  families?: Readonly<Record<string, KeyFamily>>;
  /** What can be named in `fields` besides `fields` and `families` above: parts of the answer that cannot be filtered. */
  otherFields?: readonly string[];
  /** As the `sort` parameter: "-startedAtMs". */
  defaultSort: string;
  /** A full-text index of FTS5, each of whose rows belongs to the listed row that `owner` makes of it. */
  fullText?: { table: string; owner: Sql };
  /**
   * Holds unless the filter names the field: deleted runs are hidden unless it says lifecycle. `hiddenKeys` are the keys of
   * the rows for which it does not hold, where an index has them: counting then need not look at each row.
   */
  hiddenUnlessNamed?: { field: string; condition: Sql; hiddenKeys?: Sql };
};

/** Part of a list: the versions of one dataset. `id` goes into the cursor. */
export type Scope = { id: string; condition: Sql };

export function keyColumn(spec: ListingSpec): string {
  return `${spec.table}.${spec.key}`;
}
