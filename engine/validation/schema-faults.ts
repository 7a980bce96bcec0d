import type { Column, DataSchema, Problem, SchemaColumn, TableRule } from '../../local-api/contract/index.ts';
import { checkExpression, checkQueryOver } from '../data/index.ts';
import { type DuckDb, firstLine, quoteIdentifier, quoteText } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { queryRules } from './check/failing-rows.ts';
import { whyNot } from './check/row-tests.ts';
import { boundLiteral, duckDbTypes } from './check/sql-values.ts';

/**
 * Every fault of a schema, by JSON pointer: names and ids that are there twice, limits the wrong way round, rules that do not
 * fit the type of their column, patterns and SQL that cannot be read. SQL may name the columns of the data and those of the
 * schema.
 */
export async function schemaFaults(
  db: DuckDb,
  schema: DataSchema,
  columns: readonly Column[],
): Promise<Problem[]> {
  const there = new Set(columns.map(({ name }) => name));
  const known = [...columns, ...declaredColumns(schema).filter(({ name }) => !there.has(name))];
  const sql = { db, names: known.map(({ name }) => name), from: emptyTable(known) };
  const problems: Problem[] = [...repeatedNames(schema), ...repeatedIds(schema)];
  for (const [index, column] of schema.columns.entries()) {
    problems.push(...(await columnFaults(column, `/columns/${index}`, sql)));
  }
  for (const [index, rule] of schema.rows.entries()) {
    problems.push(...(await tableRuleFaults(rule, `/rows/${index}`, sql)));
  }
  return problems;
}

/** Throws `data-schemas/invalid` with every fault. */
export function refuseFaults(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new AssayError('data-schemas/invalid', `${first.path}: ${first.message}${more}`, {
    problems: [...problems],
  });
}

type Sql = { db: DuckDb; names: readonly string[]; from: string };

/** Columns of a schema as a table would have them; one of any type as text. */
function declaredColumns(schema: DataSchema): Column[] {
  return schema.columns.map(({ name, type }) => ({ name, type: type ?? 'string', nullable: true }));
}

function emptyTable(columns: readonly Column[]): string {
  if (columns.length === 0) return '(SELECT 1 WHERE FALSE)';
  const fields = columns.map(({ name, type }) => `NULL::${duckDbTypes[type]} AS ${quoteIdentifier(name)}`);
  return `(SELECT ${fields.join(', ')} WHERE FALSE)`;
}

function repeatedNames({ columns }: DataSchema): Problem[] {
  const seen = new Set<string>();
  return columns.flatMap(({ name }, index) => {
    const isAgain = seen.has(name);
    seen.add(name);
    return isAgain ? [{ path: `/columns/${index}/name`, message: `There are two columns "${name}"` }] : [];
  });
}

function repeatedIds({ columns, rows }: DataSchema): Problem[] {
  const seen = new Set<string>();
  const look = ({ id }: { id: string }, path: string): Problem[] => {
    if (id === '') return [];
    const isAgain = seen.has(id);
    seen.add(id);
    return isAgain ? [{ path: `${path}/id`, message: `There are two rules "${id}"` }] : [];
  };
  return [
    ...columns.flatMap(({ rules }, c) => rules.flatMap((rule, r) => look(rule, `/columns/${c}/rules/${r}`))),
    ...rows.flatMap((rule, r) => look(rule, `/rows/${r}`)),
  ];
}

async function columnFaults({ type, rules }: SchemaColumn, path: string, sql: Sql): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [index, rule] of rules.entries()) {
    const at = `${path}/rules/${index}`;
    const wrong = type === null ? null : whyNot(rule, type);
    if (wrong !== null) problems.push({ path: at, message: `Does not fit: ${wrong}` });
    if ('min' in rule || 'max' in rule || rule.kind === 'range' || rule.kind === 'statistic')
      problems.push(...limitFaults(rule, at));
    if (rule.kind === 'pattern') problems.push(...(await patternFaults(rule.pattern, at, sql.db)));
    if ('where' in rule && rule.where !== undefined)
      problems.push(...(await conditionFaults(rule.where, `${at}/where`, sql)));
  }
  return problems;
}

function limitFaults(
  rule: { kind: string; min?: number | string | undefined; max?: number | string | undefined },
  path: string,
): Problem[] {
  const { min, max } = rule;
  if (min === undefined && max === undefined) return [{ path, message: 'Give min, max or both' }];
  if (min === undefined || max === undefined) return [];
  if (typeof min !== typeof max) return [{ path, message: 'min and max are of different kinds' }];
  if (typeof min === 'string' && typeof max === 'string') {
    const [from, to] = [min, max].map((bound) =>
      boundLiteral(bound, 'datetime') === null ? null : Date.parse(bound),
    );
    return from != null && to != null && from > to ? [{ path, message: 'min is later than max' }] : [];
  }
  return min > max ? [{ path, message: 'min is larger than max' }] : [];
}

async function patternFaults(pattern: string, path: string, db: DuckDb): Promise<Problem[]> {
  try {
    await db.rows(`SELECT regexp_matches('', ${quoteText(pattern)})`);
    return [];
  } catch (thrown) {
    return [{ path: `${path}/pattern`, message: firstLine(messageOf(thrown)) }];
  }
}

async function conditionFaults(
  condition: string,
  path: string,
  { db, names, from }: Sql,
): Promise<Problem[]> {
  try {
    const type = await checkExpression(db, condition, names, from);
    return type === 'boolean' || type === null
      ? []
      : [{ path, message: `Gives ${type}, not true or false`, expected: 'a condition such as a > b' }];
  } catch (thrown) {
    return sqlProblems(thrown, path);
  }
}

function sqlProblems(thrown: unknown, path: string): Problem[] {
  if (!(thrown instanceof AssayError) || thrown.problems === undefined || thrown.problems.length === 0)
    return [{ path, message: firstLine(messageOf(thrown)) }];
  return thrown.problems.map(({ message, expected }) => ({
    path,
    message,
    ...(expected === undefined ? {} : { expected }),
  }));
}

async function tableRuleFaults(rule: TableRule, path: string, sql: Sql): Promise<Problem[]> {
  switch (rule.kind) {
    case 'row-count':
      return limitFaults(rule, path);
    case 'row-count-change':
      return limitFaults({ kind: rule.kind, min: rule.minRatio, max: rule.maxRatio }, path);
    case 'key':
      return unknownColumns(rule.columns, `${path}/columns`, sql);
    case 'freshness':
      return unknownColumns([rule.column], `${path}/column`, sql);
    case 'foreign-key':
      return [
        ...unknownColumns(rule.columns, `${path}/columns`, sql),
        ...(rule.references.length > 0 && rule.references.length !== rule.columns.length
          ? [{ path: `${path}/references`, message: 'Name as many columns there as here, or none' }]
          : []),
      ];
    case 'condition':
      return [
        ...(await conditionFaults(rule.sql, `${path}/sql`, sql)),
        ...(rule.where === undefined ? [] : await conditionFaults(rule.where, `${path}/where`, sql)),
      ];
    case 'query':
      try {
        await checkQueryOver(sql.db, rule.sql, queryRules(sql.from));
        return [];
      } catch (thrown) {
        return sqlProblems(thrown, `${path}/sql`);
      }
  }
}

function unknownColumns(named: readonly string[], path: string, { names }: Sql): Problem[] {
  return named
    .filter((name) => !names.includes(name))
    .map((name) => ({ path, message: `There is no column "${name}"` }));
}
