import type { Column, Problem } from '../../local-api/contract/index.ts';
import { type DuckDb, firstLine, quoteIdentifier, quoteText } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { naturalConversion } from './column-types.ts';
import { isAgeOfToday, REFUSED_FUNCTIONS } from './expression.ts';
import { placeAtByte, placeShown } from './text-place.ts';

const tableFunctions = new Set(['range', 'generate_series', 'unnest']);

export type CheckedQuery = {
  columns: Column[];
  /** Columns as DuckDB has them, with the SQL that makes a snapshot's value of each. */
  conversions: { name: string; nativeType: string; sql: string }[];
  /** A SELECT with the rows of the query as a snapshot would have them. */
  select: string;
};

/** What a query may read, and how its faults and columns are told. */
export type QueryRules = {
  /** Name of a table in the query → the SQL that stands for it. */
  tables: Readonly<Record<string, string>>;
  /** Where faults are said to be: a JSON pointer. */
  path: string;
  /**
   * Sums and counts of DuckDB have 128 bits. `text` keeps every digit as text; `integer` gives the integers of a snapshot, and
   * fails when it is run over a number that is too large for one.
   */
  wide: 'text' | 'integer';
};

/** As `checkQueryOver`, for one table with the name "data". */
export function checkQuery(db: DuckDb, text: string, from: string): Promise<CheckedQuery> {
  return checkQueryOver(db, text, { tables: { data: from }, path: '/source/sql', wide: 'text' });
}

/**
 * Checks that a text is one SELECT over the named tables, and nothing that gives another answer each time; tells its columns.
 * The text is parsed by DuckDB, so comments and quotes cannot hide anything.
 *
 * Errors: `datasets/bad-expression` with every fault found.
 */
export async function checkQueryOver(db: DuckDb, text: string, rules: QueryRules): Promise<CheckedQuery> {
  // What stands before it stays, so that places of faults are those of the text.
  const query = text.trimEnd().replace(/;$/, '');
  await checkSyntax(db, query, rules);
  const tables = Object.entries(rules.tables).map(
    ([name, from]) => `${quoteIdentifier(name)} AS (SELECT * FROM ${from})`,
  );
  const start = `WITH ${tables.join(', ')} SELECT * FROM (\n`;
  const within = { query, linesBefore: start.split('\n').length - 1 };
  return describeAnswer(db, `${start}${query}\n)`, rules, within);
}

/** The columns of a SELECT that is known to be harmless, and the SELECT with the types of a snapshot. Errors: as `checkQueryOver`. */
export async function describeAnswer(
  db: DuckDb,
  all: string,
  { path, wide }: Pick<QueryRules, 'path' | 'wide'>,
  within?: { query: string; linesBefore: number },
): Promise<CheckedQuery> {
  const described = await db.describe(all).catch((thrown: unknown) => {
    const message = messageOf(thrown);
    const at = within && placeShown(message, within.query, within.linesBefore);
    throw badQuery([{ ...bindingProblem(path, message), ...(at === undefined ? {} : { at }) }]);
  });
  const columns = described.map(({ name, type }) => ({
    name,
    nativeType: type,
    ...naturalConversion(quoteIdentifier(name), type, wide === 'integer'),
  }));
  return {
    columns: columns.map(({ name, type }) => ({ name, type, nullable: true })),
    conversions: columns,
    select: `WITH answer AS (${all}) SELECT ${columns
      .map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`)
      .join(', ')} FROM answer`,
  };
}

/** DuckDB goes on with the names that may have been meant. */
function bindingProblem(path: string, text: string): Problem {
  const near = /Candidate bindings: (.+)/.exec(text)?.[1] ?? /Did you mean "([^"]+)"/.exec(text)?.[1];
  const names = near?.replaceAll('"', '').split(', ').slice(0, 3).join(' or ');
  const message = firstLine(text);
  return names === undefined ? { path, message } : { path, message, expected: `did you mean ${names}?` };
}

async function checkSyntax(db: DuckDb, query: string, { tables, path }: QueryRules): Promise<void> {
  const rows = await db.rows(`SELECT json_serialize_sql(${quoteText(query)})`);
  const parsed: unknown = JSON.parse(String(rows[0]?.[0]));
  if (!isObject(parsed) || parsed.error !== false) {
    const message = isObject(parsed) ? String(parsed.error_message) : 'it cannot be parsed';
    const bytes = isObject(parsed) && parsed.position !== undefined ? Number(parsed.position) : Number.NaN;
    throw badQuery([
      {
        path,
        message: message.startsWith('Only SELECT') ? 'only one SELECT is allowed' : firstLine(message),
        ...(Number.isInteger(bytes) ? { at: placeAtByte(query, bytes) } : {}),
      },
    ]);
  }
  const { statements } = parsed;
  if (!Array.isArray(statements) || statements.length !== 1)
    throw badQuery([{ path, message: 'only one SELECT is allowed' }]);
  const found: Found = { tables: new Map(), functions: new Map(), sources: new Map(), unsteady: new Map() };
  look(statements[0], found, new Set());
  const problems: Problem[] = [];
  const expected = Object.keys(tables).join(', ');
  const at = (bytes: number | undefined) => (bytes === undefined ? {} : { at: placeAtByte(query, bytes) });
  for (const [name, bytes] of found.tables)
    if (!Object.hasOwn(tables, name))
      problems.push({ path, message: `There is no table "${name}"`, expected, ...at(bytes) });
  for (const [name, bytes] of found.sources)
    if (!tableFunctions.has(name))
      problems.push({ path, message: `${name}() is not allowed as a table`, expected, ...at(bytes) });
  for (const name of await unsteady(db, [...found.functions.keys()]))
    problems.push({
      path,
      message: `${name}() may give another answer each time, so it is not allowed`,
      ...at(found.functions.get(name)),
    });
  for (const [message, bytes] of found.unsteady) problems.push({ path, message, ...at(bytes) });
  if (problems.length > 0) throw badQuery(problems);
}

/** Names, with their place in bytes where DuckDB tells it. */
type Found = {
  /** Without those of the query's own WITH. */
  tables: Map<string, number | undefined>;
  functions: Map<string, number | undefined>;
  /** Functions that stand for tables. */
  sources: Map<string, number | undefined>;
  /** What else gives another answer each time, in words. */
  unsteady: Map<string, number | undefined>;
};

/** Words that DuckDB takes for a moment where no column has the name. */
const moments = /^(current_(date|time|timestamp)|localtime|localtimestamp)$/i;

function placeOf({ query_location: bytes }: Record<string, unknown>): number | undefined {
  return typeof bytes === 'number' && bytes < 2 ** 31 ? bytes : undefined;
}

/** `names` are those that the WITHs around the node have made. Elsewhere the same name would be a file or a table of the system. */
function look(node: unknown, found: Found, names: ReadonlySet<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) look(child, found, names);
    return;
  }
  if (!isObject(node) || node.class === 'CONSTANT') return;
  const { type, class: kind, function_name: name } = node;
  if (type === 'BASE_TABLE') {
    const parts = [node.catalog_name, node.schema_name, node.table_name].map(String);
    const table = parts.filter((part) => part !== '').join('.');
    if (!names.has(table)) found.tables.set(table, placeOf(node));
  }
  if ((kind === 'FUNCTION' || kind === 'WINDOW') && typeof name === 'string' && name !== '')
    found.functions.set(name, placeOf(node));
  lookForChance(node, found);
  if (type === 'TABLE_FUNCTION' && isObject(node.function)) {
    found.sources.set(String(node.function.function_name), placeOf(node));
    look(node.function.children, found, names);
    return;
  }
  const { cte_map: withs, ...rest } = node;
  const within = lookAtWiths(withs, found, names);
  for (const child of Object.values(rest)) look(child, found, within);
}

/** Looks at each query of a WITH, which knows those before it, and itself when it is recursive. Gives the names after all. */
function lookAtWiths(withs: unknown, found: Found, names: ReadonlySet<string>): ReadonlySet<string> {
  if (!isObject(withs) || !Array.isArray(withs.map)) return names;
  const known = new Set(names);
  for (const entry of withs.map) {
    if (!isObject(entry)) continue;
    const name = String(entry.key);
    const query = isObject(entry.value) && isObject(entry.value.query) ? entry.value.query.node : null;
    const isRecursive = isObject(query) && query.type === 'RECURSIVE_CTE_NODE';
    look(entry.value, found, isRecursive ? new Set([...known, name]) : known);
    known.add(name);
  }
  return known;
}

function lookForChance(node: Record<string, unknown>, { unsteady }: Found): void {
  const { class: kind, column_names: columns, sample } = node;
  if (kind === 'COLUMN_REF' && Array.isArray(columns) && columns.length === 1) {
    const word = String(columns[0]);
    if (moments.test(word))
      unsteady.set(
        `${word} is another moment each time; a column of that name is data.${word}`,
        placeOf(node),
      );
  }
  if (isAgeOfToday(node)) unsteady.set('age() of one moment counts up to today: give both', placeOf(node));
  if (isObject(sample) && Number(sample.seed) < 0)
    unsteady.set('a sample without a seed is another each time: add REPEATABLE (1)', placeOf(node));
}

/** Functions that may give another answer each time. */
async function unsteady(db: DuckDb, functions: readonly string[]): Promise<string[]> {
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
  return [...refused].sort();
}

function badQuery(problems: Problem[]): AssayError {
  return new AssayError('datasets/bad-expression', problems.map(({ message }) => message).join('; '), {
    problems,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
