import type { Column, Problem } from '../../local-api/contract/index.ts';
import { type DuckDb, firstLine, quoteIdentifier, quoteText } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { naturalConversion } from './column-types.ts';
import { REFUSED_FUNCTIONS } from './expression.ts';

/** The one table that a query reads. */
const table = 'data';
const tableFunctions = new Set(['range', 'generate_series', 'unnest']);

export type CheckedQuery = {
  columns: Column[];
  /** A SELECT with the rows of the query as a snapshot would have them. */
  select: string;
};

/**
 * Checks that a text is one SELECT over the table "data", and nothing that gives another answer each time; tells its columns.
 * `from` is the SQL that stands for the table. The text is parsed by DuckDB, so comments and quotes cannot hide anything.
 *
 * Errors: `datasets/bad-expression` with every fault found.
 */
export async function checkQuery(db: DuckDb, text: string, from: string): Promise<CheckedQuery> {
  const query = text.trim().replace(/;\s*$/, '');
  await checkSyntax(db, query);
  const all = `WITH ${table} AS (SELECT * FROM ${from}) SELECT * FROM (\n${query}\n)`;
  const described = await db.describe(all).catch((thrown: unknown) => {
    throw badQuery([{ path: '/source/sql', message: firstLine(messageOf(thrown)) }]);
  });
  const columns = described.map(({ name, type }) => ({
    name,
    ...naturalConversion(quoteIdentifier(name), type, false),
  }));
  return {
    columns: columns.map(({ name, type }) => ({ name, type, nullable: true })),
    select: `WITH answer AS (${all}) SELECT ${columns
      .map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`)
      .join(', ')} FROM answer`,
  };
}

async function checkSyntax(db: DuckDb, query: string): Promise<void> {
  const rows = await db.rows(`SELECT json_serialize_sql(${quoteText(query)})`);
  const parsed: unknown = JSON.parse(String(rows[0]?.[0]));
  if (!isObject(parsed) || parsed.error !== false) {
    const message = isObject(parsed) ? String(parsed.error_message) : 'it cannot be parsed';
    throw badQuery([
      {
        path: '/source/sql',
        message: message.startsWith('Only SELECT') ? 'only one SELECT is allowed' : firstLine(message),
      },
    ]);
  }
  const { statements } = parsed;
  if (!Array.isArray(statements) || statements.length !== 1)
    throw badQuery([{ path: '/source/sql', message: 'only one SELECT is allowed' }]);
  const found: Found = { tables: new Set(), functions: new Set(), names: new Set(), sources: new Set() };
  look(statements[0], found);
  const problems: Problem[] = [];
  for (const name of found.tables)
    if (name !== table && !found.names.has(name))
      problems.push({ path: '/source/sql', message: `There is no table "${name}"`, expected: table });
  for (const name of found.sources)
    if (!tableFunctions.has(name))
      problems.push({ path: '/source/sql', message: `${name}() is not allowed as a table`, expected: table });
  problems.push(...(await unsteady(db, [...found.functions])));
  if (problems.length > 0) throw badQuery(problems);
}

type Found = {
  tables: Set<string>;
  functions: Set<string>;
  /** Of the query's own WITH. */
  names: Set<string>;
  /** Functions that stand for tables. */
  sources: Set<string>;
};

function look(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const child of node) look(child, found);
    return;
  }
  if (!isObject(node)) return;
  const { type, class: kind, function_name: name } = node;
  if (type === 'BASE_TABLE') {
    const parts = [node.catalog_name, node.schema_name, node.table_name].map(String);
    found.tables.add(parts.filter((part) => part !== '').join('.'));
  }
  if (kind === 'CONSTANT') return;
  if ((kind === 'FUNCTION' || kind === 'WINDOW') && typeof name === 'string' && name !== '')
    found.functions.add(name);
  if (type === 'TABLE_FUNCTION' && isObject(node.function)) {
    found.sources.add(String(node.function.function_name));
    look(node.function.children, found);
    return;
  }
  if (isObject(node.cte_map) && Array.isArray(node.cte_map.map))
    for (const entry of node.cte_map.map) if (isObject(entry)) found.names.add(String(entry.key));
  for (const child of Object.values(node)) look(child, found);
}

/** Functions that may give another answer each time. */
async function unsteady(db: DuckDb, functions: readonly string[]): Promise<Problem[]> {
  if (functions.length === 0) return [];
  const rows = await db.rows(
    `SELECT DISTINCT function_name FROM duckdb_functions()
     WHERE list_contains([${functions.map(quoteText).join(', ')}], function_name)
       AND coalesce(stability, 'CONSISTENT') <> 'CONSISTENT'`,
  );
  const refused = new Set([
    ...rows.map((row) => String(row[0])),
    ...functions.filter((name) => REFUSED_FUNCTIONS.test(name)),
  ]);
  return [...refused].sort().map((name) => ({
    path: '/source/sql',
    message: `${name}() may give another answer each time, so it is not allowed`,
  }));
}

function badQuery(problems: Problem[]): AssayError {
  return new AssayError('datasets/bad-expression', problems.map(({ message }) => message).join('; '), {
    problems,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
