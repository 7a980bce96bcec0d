import { type DuckDb, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import type { CheckInput, OtherData } from './check-input.ts';
import { conditionBroken, freeName, orderBroken, unmatchedSql } from './failing-rows.ts';

/** What a query of its own counted. */
export type Counted = { checked: number; broken: number };

/**
 * Rows that repeat an earlier one in these columns. Groups on disk when they do not fit in memory: some 3 s a column for 10
 * million different values.
 */
export async function countRepeated(
  db: DuckDb,
  { files }: Pick<CheckInput, 'files'>,
  columns: readonly string[],
  where: string | undefined,
): Promise<Counted> {
  const names = columns.map(quoteIdentifier);
  const present = [
    ...names.map((name) => `${name} IS NOT NULL`),
    ...(where === undefined ? [] : [`(\n${where}\n)`]),
  ];
  const [row] = await db.rows(
    `SELECT count(*), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM ${parquetTable(files)}
     WHERE ${present.join(' AND ')} GROUP BY ${names.join(', ')})`,
  );
  const checked = Number(row?.[1] ?? 0);
  return { checked, broken: checked - Number(row?.[0] ?? 0) };
}

/** Values that lie on the wrong side of the one before. */
export async function countUnordered(
  db: DuckDb,
  { files, columns }: Pick<CheckInput, 'files' | 'columns'>,
  column: string,
  rule: { direction: 'increasing' | 'decreasing'; strict: boolean },
): Promise<Counted> {
  const name = quoteIdentifier(column);
  const before = quoteIdentifier(freeName('before', columns));
  const [row] = await db.rows(
    `SELECT count(${before}), count(*) FILTER (WHERE ${orderBroken(name, before, rule)})
     FROM (SELECT ${name}, lag(${name}) OVER () AS ${before} FROM ${parquetTable(files)} WHERE ${name} IS NOT NULL)`,
  );
  return { checked: Number(row?.[0] ?? 0), broken: Number(row?.[1] ?? 0) };
}

/** Rows whose values are not in the other data: a join that hashes the other side. */
export async function countUnmatched(
  db: DuckDb,
  { files }: Pick<CheckInput, 'files'>,
  rule: { columns: string[]; references: string[] },
  other: Exclude<OtherData, { missing: string }>,
): Promise<Counted> {
  const { present, unmatched } = unmatchedSql(rule, other);
  const [all] = await db.rows(`SELECT count(*) FROM ${parquetTable(files)} AS here WHERE ${present}`);
  const [row] = await db.rows(
    `SELECT count(*) FROM ${parquetTable(files)} AS here WHERE ${present} AND ${unmatched}`,
  );
  return { checked: Number(all?.[0] ?? 0), broken: Number(row?.[0] ?? 0) };
}

/** The aggregates that count a condition for all rows. */
export function conditionAggregates(rule: { sql: string; where?: string | undefined }): {
  checked: string;
  broken: string;
} {
  return {
    checked: rule.where === undefined ? 'count(*)' : `count(*) FILTER (WHERE ${rule.where}\n)`,
    broken: `count(*) FILTER (WHERE ${conditionBroken(rule)})`,
  };
}
