import type { ColumnType, Problem } from '../../local-api/contract/index.ts';
import { type DuckDb, firstLine, quoteText } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { naturalConversion } from './column-types.ts';

/** Kinds of syntax nodes that compute a value from one row and nothing else. */
const ALLOWED_NODES = new Set([
  'COLUMN_REF',
  'CONSTANT',
  'COMPARISON',
  'CONJUNCTION',
  'OPERATOR',
  'FUNCTION',
  'CAST',
  'CASE',
  'BETWEEN',
  'COLLATE',
]);

const NODE_NAMES: Record<string, string> = {
  SUBQUERY: 'A query inside the expression',
  WINDOW: 'A window function (over …)',
  STAR: 'A star (*)',
  PARAMETER: 'A parameter (? or $1)',
  POSITIONAL_REFERENCE: 'A column by position (#1)',
  LAMBDA: 'A lambda (x -> …)',
};

/** Functions that look constant to DuckDB but tell about the process, or stop the query. */
export const REFUSED_FUNCTIONS =
  /^(current_|session_user$|user$|getvariable$|getenv$|version$|error$|sleep_ms$|write_log$|stats$|pg_|has_|txid_|in_search_path$|get_block_size$|make_type$|ago$|generate_subscripts$)/;

/**
 * Checks that a text is one SQL expression over the named columns, computed from each row alone, the same every time:
 * no query, no second statement, no window, no aggregate of nothing, no random or clock. The text itself is parsed by
 * DuckDB, so comments, quotes and parentheses cannot hide anything. Gives the syntax tree that DuckDB makes of it.
 *
 * Errors: `datasets/bad-expression` with every fault found.
 */
export async function checkSyntax(
  db: DuckDb,
  expression: string,
  columns: readonly string[],
): Promise<JsonObject> {
  const wrapped = `SELECT (\n${expression}\n)`;
  const rows = await db.rows(`SELECT json_serialize_sql(${quoteText(wrapped)})`);
  const parsed: unknown = JSON.parse(String(rows[0]?.[0]));
  if (!isObject(parsed) || parsed.error !== false) {
    const message = isObject(parsed) ? String(parsed.error_message) : 'it cannot be parsed';
    // The wrapper adds "SELECT (" and a line end before the text.
    const position = isObject(parsed) && parsed.position !== undefined ? Number(parsed.position) - 9 : null;
    throw badExpression(expression, [
      {
        path: position === null ? '0' : String(Math.max(position, 0)),
        message: message.replace(
          'Only SELECT statements can be serialized to json!',
          'only one expression is allowed',
        ),
      },
    ]);
  }
  const root = singleExpression(parsed);
  // Text that closes the parenthesis around it and opens another would mean something else between other words.
  if (root === null || !(await parses(db, `SELECT [\n${expression}\n]`))) {
    throw badExpression(expression, [
      {
        path: '0',
        message:
          'only one expression is allowed, without FROM, UNION, ORDER BY, a second column or an open parenthesis',
      },
    ]);
  }
  const problems: Problem[] = [];
  const functions = new Map<string, number>();
  walk(root, columns, problems, functions);
  problems.push(...(await refusedFunctions(db, functions)));
  if (problems.length > 0) throw badExpression(expression, problems);
  return root;
}

async function parses(db: DuckDb, sql: string): Promise<boolean> {
  const rows = await db.rows(`SELECT json_serialize_sql(${quoteText(sql)})`);
  const parsed: unknown = JSON.parse(String(rows[0]?.[0]));
  return isObject(parsed) && parsed.error === false;
}

/**
 * Checks an expression over the columns of a table as `checkSyntax` does, and gives the type of its result; null when there is
 * no table (`from`) to find it out with. Errors: `datasets/bad-expression`.
 */
export async function checkExpression(
  db: DuckDb,
  expression: string,
  columns: readonly string[],
  from: string | null,
): Promise<ColumnType | null> {
  await checkSyntax(db, expression, columns);
  return from === null ? null : expressionType(db, expression, from);
}

/** The result type of a checked expression over `from`. Errors: `datasets/bad-expression`. */
export async function expressionType(db: DuckDb, expression: string, from: string): Promise<ColumnType> {
  try {
    const described = await db.describe(
      // In a WHERE clause aggregates are refused.
      `SELECT (\n${expression}\n) AS result FROM ${from} WHERE (\n${expression}\n) IS NOT NULL`,
    );
    return naturalConversion('result', described[0]?.type ?? 'VARCHAR', true).type;
  } catch (thrown) {
    throw badExpression(expression, [{ path: '0', message: firstLine(messageOf(thrown)) }]);
  }
}

function badExpression(expression: string, problems: Problem[]): AssayError {
  const shown = expression.length > 200 ? `${expression.slice(0, 200)}…` : expression;
  return new AssayError(
    'datasets/bad-expression',
    `${shown}: ${problems.map((problem) => problem.message).join('; ')}`,
    {
      problems,
    },
  );
}

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The one expression of `SELECT (…)` when the statement holds nothing else, or null. */
function singleExpression(parsed: JsonObject): JsonObject | null {
  const statements = parsed.statements;
  if (!Array.isArray(statements) || statements.length !== 1) return null;
  const node: unknown = isObject(statements[0]) ? statements[0].node : null;
  if (!isObject(node) || node.type !== 'SELECT_NODE') return null;
  const {
    select_list: list,
    from_table: from,
    modifiers,
    group_expressions: groups,
    group_sets: sets,
  } = node;
  const isBare =
    isObject(from) &&
    from.type === 'EMPTY' &&
    isEmptyList(modifiers) &&
    isEmptyList(groups) &&
    isEmptyList(sets) &&
    node.where_clause === null &&
    node.having === null &&
    node.qualify === null &&
    node.sample === null;
  if (!isBare || !Array.isArray(list) || list.length !== 1) return null;
  const [only] = list;
  return isObject(only) && only.alias === '' ? only : null;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function walk(
  node: unknown,
  columns: readonly string[],
  problems: Problem[],
  functions: Map<string, number>,
): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, columns, problems, functions);
    return;
  }
  if (!isObject(node)) return;
  const kind = node.class;
  const offset = Math.max(Number(node.query_location ?? 9) - 9, 0);
  const path = String(Number.isSafeInteger(offset) ? offset : 0);
  if (typeof kind === 'string') {
    if (!ALLOWED_NODES.has(kind)) {
      problems.push({ path, message: `${NODE_NAMES[kind] ?? `"${kind}"`} is not allowed here` });
      return;
    }
    if (kind === 'COLUMN_REF') checkColumn(node, path, columns, problems);
    if (kind === 'FUNCTION') functions.set(String(node.function_name), Number(path));
    if (isAgeOfToday(node))
      problems.push({ path, message: 'age() of one moment counts up to today: give both' });
    if (kind === 'CONSTANT') return;
  }
  for (const child of Object.values(node)) walk(child, columns, problems, functions);
}

/** DuckDB says that it is constant. */
export function isAgeOfToday({ class: kind, function_name: name, children }: JsonObject): boolean {
  return kind === 'FUNCTION' && name === 'age' && Array.isArray(children) && children.length === 1;
}

function checkColumn(node: JsonObject, path: string, columns: readonly string[], problems: Problem[]): void {
  const names: unknown[] = Array.isArray(node.column_names) ? node.column_names : [];
  const name = names.map(String).join('.');
  const isKnown = names.length === 1 && columns.some((column) => column.toLowerCase() === name.toLowerCase());
  if (isKnown) return;
  problems.push({
    path,
    message: `There is no column "${name}"`,
    expected: columns.length > 20 ? `${columns.slice(0, 20).join(', ')} …` : columns.join(', '),
  });
}

async function refusedFunctions(db: DuckDb, used: ReadonlyMap<string, number>): Promise<Problem[]> {
  if (used.size === 0) return [];
  const rows = await db.rows(
    `SELECT function_name, bool_and(coalesce(stability, 'CONSISTENT') = 'CONSISTENT'), bool_or(function_type IN ('scalar', 'macro'))
     FROM duckdb_functions() WHERE list_contains([${[...used.keys()].map(quoteText).join(', ')}], function_name) GROUP BY function_name`,
  );
  const found = new Map(
    rows.map((row) => [String(row[0]), { isConstant: row[1] === true, isScalar: row[2] === true }]),
  );
  const problems: Problem[] = [];
  for (const [name, offset] of used) {
    const path = String(offset);
    const known = found.get(name);
    if (known === undefined) problems.push({ path, message: `There is no function "${name}"` });
    else if (!known.isScalar)
      problems.push({ path, message: `${name}() works on many rows; only functions of one row are allowed` });
    else if (!known.isConstant || REFUSED_FUNCTIONS.test(name)) {
      problems.push({ path, message: `${name}() may give another answer each time, so it is not allowed` });
    }
  }
  return problems;
}
