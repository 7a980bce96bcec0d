import type { Cell, Column, ColumnRule, FailingRow, TableRule } from '../../../local-api/contract/index.ts';
import { cellOf, checkQueryOver } from '../../data/index.ts';
import { type DuckDb, numberedParquetTable, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import { columnId } from '../name-rules.ts';
import { type CheckInput, isThere, type OtherData } from './check-input.ts';
import { applicable, isRowRule, rowTest, typeFits, unreadableTest } from './row-tests.ts';

/** Rows of the data that break something, as SQL over `files`. */
export type FailingRows =
  | {
      /** The columns that say why. */
      columns: string[];
      /** SELECT that gives `number` and all columns. */
      select(number: string): string;
      /** Whether it gives them in the order of the rows, so that the first page need not read the last row. */
      inOrder: boolean;
    }
  | { query: string };

type Told = Pick<CheckInput, 'files' | 'columns' | 'schema' | 'others'>;

/** Which rows break the rule with this id, or null for a rule that is not about rows. Only for rules that were judged. */
export function failingRowsOf(ruleId: string, told: Told): FailingRows | null {
  const { schema, columns } = told;
  for (const wanted of schema.columns) {
    const column = columns.find(({ name }) => name === wanted.name);
    if (column === undefined) continue;
    if (ruleId === columnId(wanted.name)) {
      if (wanted.type === null || column.type !== 'string' || typeFits(wanted.type, column.type)) return null;
      const { applies, broken } = unreadableTest(column.name, wanted.type);
      return whereBroken(told, [column.name], `${applies} AND (${broken})`);
    }
    const rule = wanted.rules.find(({ id }) => id === ruleId);
    if (rule !== undefined) return ofColumn(rule, column, told);
  }
  const rule = schema.rows.find(({ id }) => id === ruleId);
  return rule === undefined ? null : ofTable(rule, told);
}

function ofColumn(rule: ColumnRule, column: Column, told: Told): FailingRows | null {
  if (isRowRule(rule)) {
    const test = rowTest(rule, column);
    if (typeof test === 'string') return null;
    return whereBroken(told, [column.name], `(${test.applies}) AND (${test.broken})`);
  }
  if (rule.kind === 'unique') return repeated(told, [column.name], rule.where);
  if (rule.kind === 'monotone') return unordered(told, column.name, rule);
  return null;
}

function ofTable(rule: TableRule, told: Told): FailingRows | null {
  switch (rule.kind) {
    case 'key':
      return repeated(told, keyColumns(rule.columns, told.columns), undefined);
    case 'condition':
      return whereBroken(
        told,
        told.columns.map(({ name }) => name),
        conditionBroken(rule),
      );
    case 'foreign-key': {
      const other = told.others[rule.id];
      return isThere(other) ? unmatched(told, rule, other) : null;
    }
    case 'query':
      return { query: rule.sql };
    default:
      return null;
  }
}

/** The columns of a key; all of them when it names none. */
export function keyColumns(named: readonly string[], columns: readonly Column[]): string[] {
  return named.length > 0 ? [...named] : columns.map(({ name }) => name);
}

export function conditionBroken({ sql, where }: { sql: string; where?: string | undefined }): string {
  return `(${applicable(null, where)}) AND NOT (\n${sql}\n)`;
}

function whereBroken({ files }: Told, columns: string[], condition: string): FailingRows {
  return {
    columns,
    inOrder: true,
    select: (number) => `SELECT * FROM ${numberedParquetTable(files, number)} WHERE ${condition}`,
  };
}

/** Rows that repeat an earlier one. */
function repeated({ files }: Told, columns: string[], where: string | undefined): FailingRows {
  const names = columns.map(quoteIdentifier);
  const present = [
    ...names.map((name) => `${name} IS NOT NULL`),
    ...(where === undefined ? [] : [`(\n${where}\n)`]),
  ];
  const condition = present.join(' AND ');
  return {
    columns,
    inOrder: false,
    select: (number) => {
      const repeats = `SELECT ${names.join(', ')} FROM ${parquetTable(files)} WHERE ${condition} GROUP BY ALL HAVING count(*) > 1`;
      return `SELECT * FROM ${numberedParquetTable(files, number)}
        WHERE ${condition} AND (${names.join(', ')}) IN (${names.length === 1 ? repeats : `SELECT ROW(${names.join(', ')}) FROM (${repeats})`})
        QUALIFY row_number() OVER (PARTITION BY ${names.join(', ')} ORDER BY ${quoteIdentifier(number)}) > 1`;
    },
  };
}

export function orderBroken(
  value: string,
  before: string,
  { direction, strict }: { direction: 'increasing' | 'decreasing'; strict: boolean },
): string {
  return `${value} ${direction === 'increasing' ? '<' : '>'}${strict ? '=' : ''} ${before}`;
}

function unordered(
  { files, columns }: Told,
  column: string,
  rule: { direction: 'increasing' | 'decreasing'; strict: boolean },
): FailingRows {
  const name = quoteIdentifier(column);
  const before = quoteIdentifier(freeName('before', columns));
  return {
    columns: [column],
    inOrder: true,
    select: (number) =>
      `SELECT * EXCLUDE (${before}) FROM (SELECT *, lag(${name}) OVER () AS ${before} FROM ${numberedParquetTable(files, number)} WHERE ${name} IS NOT NULL)
       WHERE ${orderBroken(name, before, rule)}`,
  };
}

/** The condition for a row (as `here`) whose values are not in the other data. */
export function unmatchedSql(
  rule: { columns: string[]; references: string[] },
  other: Exclude<OtherData, { missing: string }>,
): { present: string; unmatched: string } {
  const here = rule.columns.map((name) => `here.${quoteIdentifier(name)}`);
  const there = (rule.references.length > 0 ? rule.references : rule.columns).map(
    (name) => `there.${quoteIdentifier(name)}`,
  );
  const equal = here.map((name, index) => `${name} = ${there[index]}`).join(' AND ');
  return {
    present: here.map((name) => `${name} IS NOT NULL`).join(' AND '),
    unmatched: `NOT EXISTS (SELECT 1 FROM ${parquetTable(other.files)} AS there WHERE ${equal})`,
  };
}

function unmatched(
  { files }: Told,
  rule: { columns: string[]; references: string[] },
  other: Exclude<OtherData, { missing: string }>,
): FailingRows {
  const { present, unmatched: condition } = unmatchedSql(rule, other);
  return {
    columns: rule.columns,
    inOrder: false,
    select: (number) =>
      `SELECT * FROM ${numberedParquetTable(files, number)} AS here WHERE ${present} AND ${condition}`,
  };
}

/** What the SELECT of a rule may read. */
export function queryRules(data: string) {
  return { tables: { data }, path: '/sql', wide: 'text' as const };
}

/** A name that no column has. */
export function freeName(wish: string, columns: readonly Column[]): string {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  let name = `__${wish}`;
  while (taken.has(name)) name = `_${name}`;
  return name;
}

/**
 * Reads a page of failing rows. `only` narrows them to the columns that say why. Cost: a pass over the columns of the rule up
 * to the last row of the page; of a rule about repeated rows, a pass and a half over all of them.
 */
export async function readFailingRows(
  db: DuckDb,
  failing: FailingRows,
  told: Told,
  page: { offset: number; limit: number; only: boolean },
): Promise<{ columns: string[]; rows: FailingRow[] }> {
  const range = `LIMIT ${Math.trunc(page.limit)} OFFSET ${Math.trunc(page.offset)}`;
  if ('query' in failing) {
    const checked = await checkQueryOver(db, failing.query, queryRules(parquetTable(told.files)));
    const rows = await db.rows(`${checked.select} ${range}`);
    return {
      columns: checked.columns.map(({ name }) => name),
      rows: rows.map((row) => ({ row: null, values: row.map(cellOf) })),
    };
  }
  const number = freeName('row', told.columns);
  const columns = page.only ? failing.columns : told.columns.map(({ name }) => name);
  const rows = await db.rows(
    `SELECT ${[number, ...columns].map(quoteIdentifier).join(', ')} FROM (${failing.select(number)})
     ${failing.inOrder ? '' : `ORDER BY ${quoteIdentifier(number)}`} ${range}`,
  );
  return {
    columns,
    rows: rows.map(([row, ...values]) => ({
      row: Number(row) + 1,
      values: values.map((value): Cell => cellOf(value)),
    })),
  };
}
