import { type Kysely, sql } from 'kysely';
import { type Condition, type FieldRef, readsHistory } from '../filter/ast.ts';
import { badFilter } from '../filter/syntax-error.ts';
import { keyColumn, type ListingSpec, type Sql } from './listing-spec.ts';
import type { Order } from './order.ts';

/** A filter taken apart: `conditions` begins with the SQL of each of `conjuncts`; `hides`: and goes on with that of hidden rows. */
export type Selection = { conjuncts: Condition[]; conditions: Sql[]; hides: boolean };

/** Rows whose histories may be read for one page: with 100 points each, about 0.1 s. */
const mostRows = 2000;

function historyRead(condition: Condition): FieldRef | null {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.map(historyRead).find((field) => field !== null) ?? null;
    case 'not':
      return historyRead(condition.part);
    case 'text':
      return null;
    default:
      return readsHistory(condition.field) ? condition.field : null;
  }
}

/**
 * first() and slope() read points of each row that the other conditions leave, and nothing else can be answered meanwhile:
 * they are refused where too many are left. Throws request/bad-filter.
 */
export async function refuseLongReading<DB>(
  db: Kysely<DB>,
  spec: ListingSpec,
  { conjuncts, conditions }: Selection,
  order: Order,
): Promise<void> {
  const inFilter = conjuncts.map(historyRead);
  const field = inFilter.find((found) => found !== null) ?? order.reading;
  if (field === null || field === undefined) return;
  const others = conditions.filter((_, index) => (inFilter[index] ?? null) === null);
  const which = others.length === 0 ? sql`1` : sql.join(others, sql` AND `);
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM
    (SELECT ${sql.ref(keyColumn(spec))} FROM ${sql.table(spec.table)} WHERE ${which} LIMIT ${mostRows + 1})`.execute(
    db,
  );
  if ((rows[0]?.count ?? 0) <= mostRows) return;
  throw badFilter([
    {
      path: String(field.at),
      message: `${field.text} has to read the points of more than ${mostRows.toLocaleString('en-US')} ${spec.name}`,
      expected: 'other conditions that leave fewer, such as experimentId or startedAtMs',
    },
  ]);
}
