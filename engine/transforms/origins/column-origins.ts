import type { Column, ColumnOrigins } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteText } from '../../duckdb/index.ts';
import { isObject, listOf } from './syntax.ts';
import { traceQuery } from './trace-query.ts';
import { originOf, sameName, Untraceable } from './traced.ts';

/**
 * Where the columns of an answer come from: which columns of which inputs each is computed from, read from the syntax tree of the
 * query. Stars, WITH (recursive too), joins, subqueries, unions, lambdas and names given further to the left are followed.
 * A query that cannot be followed gives no origins for any column (`isTraced` false): then each may come from everything.
 *
 * `columns` are those that DuckDB says the query has: what does not agree with them is not told. Reads no rows.
 */
export async function columnOrigins(
  db: DuckDb,
  query: string,
  inputs: ReadonlyMap<string, { columns: readonly Column[] }>,
  columns: readonly Column[],
): Promise<ColumnOrigins[]> {
  const tree = await syntaxOf(db, query);
  const tables = new Map(
    [...inputs].map(([input, table]) => [
      input.toLowerCase(),
      table.columns.map(({ name }) => ({ name, origins: originOf(input, name) })),
    ]),
  );
  const traced = followed(tree, { tables, aggregates: await aggregatesOf(db) });
  const agrees =
    traced?.length === columns.length &&
    traced.every(({ name }, index) => name === '' || isNamed(columns[index]?.name ?? '', name));
  return columns.map(({ name }, index) => ({
    column: name,
    isTraced: agrees,
    from: agrees ? [...(traced[index]?.origins.values() ?? [])] : [],
  }));
}

/** DuckDB numbers what would have the same name twice: id, id_1. */
function isNamed(name: string, wanted: string): boolean {
  return sameName(name, wanted) || sameName(name.replace(/[_:]\d+$/, ''), wanted);
}

function followed(tree: unknown, known: Parameters<typeof traceQuery>[1]) {
  try {
    return traceQuery(tree, known);
  } catch (thrown) {
    if (thrown instanceof Untraceable) return null;
    throw thrown;
  }
}

async function syntaxOf(db: DuckDb, query: string): Promise<unknown> {
  const text = query.trim().replace(/;\s*$/, '');
  const [row] = await db.rows(`SELECT json_serialize_sql(${quoteText(text)})`);
  const parsed: unknown = JSON.parse(String(row?.[0]));
  const [statement] = isObject(parsed) ? listOf(parsed.statements) : [];
  return isObject(statement) ? statement.node : null;
}

const aggregates = new WeakMap<DuckDb, Promise<ReadonlySet<string>>>();

function aggregatesOf(db: DuckDb): Promise<ReadonlySet<string>> {
  const known =
    aggregates.get(db) ??
    db
      .rows("SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'")
      .then((rows) => new Set(rows.map(([name]) => String(name))));
  aggregates.set(db, known);
  return known;
}
