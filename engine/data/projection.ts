import type { ColumnType, Problem, ReadOptions } from '../../local-api/contract/index.ts';
import { quoteIdentifier, quoteTexts } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import {
  type Conversion,
  canDeclare,
  declaredConversion,
  guardedConversion,
  naturalConversion,
  utc,
} from './column-types.ts';
import type { Becoming, Relation, SourceColumn } from './relation.ts';
import { plainConversion } from './wide-relation.ts';

export type ProjectedColumn = {
  name: string;
  type: ColumnType;
  /** SQL over the relation that gives the value. */
  sql: string;
  /** SQL that is true where the value has no reading in that type; null where it always has one. */
  fails: string | null;
  source: SourceColumn;
};

/**
 * The columns of a relation as they go into a snapshot: corrections applied, types mapped, skipped ones left out.
 * `wideFits` tells for each source column of a wide integer type whether its values fit 64 bits; columns that are `safe`
 * need no guard.
 *
 * Errors: `request/invalid` with every correction that does not fit: unknown names, taken names, impossible types,
 * nothing left.
 */
export function projectColumns(
  relation: Relation,
  read: ReadOptions,
  wideFits: ReadonlySet<string>,
  safe: ReadonlySet<string>,
): ProjectedColumn[] {
  const problems: Problem[] = [];
  const known = new Set(relation.columns.map((column) => column.name));
  const corrections = new Map<
    string,
    { index: number; rename?: string; type?: ColumnType; skip?: boolean }
  >();
  for (const [index, correction] of (read.columns ?? []).entries()) {
    const path = `/options/columns/${index}`;
    if (!known.has(correction.name)) {
      problems.push({
        path: `${path}/name`,
        message: `The file has no column "${correction.name}"`,
        expected: nameList(known),
      });
    } else if (corrections.has(correction.name)) {
      problems.push({ path: `${path}/name`, message: `Column "${correction.name}" is corrected twice` });
    } else {
      corrections.set(correction.name, { index, ...withoutUndefined(correction) });
    }
  }
  const columns: ProjectedColumn[] = [];
  const taken = new Map<string, string>();
  for (const [index, source] of relation.columns.entries()) {
    const correction = corrections.get(source.name);
    if (correction?.skip === true) continue;
    const name = correction?.rename ?? (source.name.trim() === '' ? `column_${index + 1}` : source.name);
    const path = `/options/columns/${correction?.index ?? 0}`;
    const twin = taken.get(name.toLowerCase());
    if (twin !== undefined)
      problems.push({
        path: `${path}/rename`,
        message: `Columns "${twin}" and "${source.name}" would both be named "${name}"`,
      });
    taken.set(name.toLowerCase(), source.name);
    const { becomes } = source;
    const plain = correction?.type === undefined && safe.has(source.name) ? plainConversion(source) : null;
    if (plain !== null) {
      columns.push({ name, type: becomes?.type ?? plainType(source), sql: plain, fails: null, source });
      continue;
    }
    if (
      becomes !== null &&
      becomes.onMisfit !== 'set-aside' &&
      (becomes.type === 'integer' || becomes.type === 'date')
    ) {
      columns.push({ name, type: becomes.type, sql: guarded(source.name, becomes), fails: null, source });
      continue;
    }
    const natural = naturalOf(source, read, wideFits);
    const wanted = becomes?.type ?? correction?.type ?? natural.type;
    if (!canDeclare(natural.type, wanted)) {
      problems.push({
        path: `${path}/type`,
        message: `Column "${source.name}" holds ${natural.type} values, which are no ${wanted}`,
      });
      continue;
    }
    const { type, sql, fails } = declaredConversion(
      quoteIdentifier(source.name),
      natural,
      wanted,
      becomes?.formats ?? [],
    );
    columns.push({ name, type, sql, fails, source });
  }
  if (problems.length === 0 && columns.length === 0) {
    problems.push({
      path: '/options/columns',
      message: 'Every column is skipped: nothing is left to import',
    });
  }
  if (problems.length > 0) {
    const [first] = problems;
    throw new AssayError('request/invalid', first?.message ?? 'The corrections do not fit the file', {
      problems,
    });
  }
  return columns;
}

/** What a column that DuckDB reads as it is meant becomes in a snapshot. */
function plainType({ name, nativeType }: SourceColumn): ColumnType {
  return naturalConversion(quoteIdentifier(name), nativeType, true).type;
}

function guarded(name: string, { type, onMisfit }: Becoming): string {
  const column = quoteIdentifier(name);
  if (onMisfit === 'convert') return `CAST(${utc(column)} AS DATE)`;
  return guardedConversion(name, column, type === 'date' ? 'date' : 'integer');
}

function naturalOf(source: SourceColumn, read: ReadOptions, wideFits: ReadonlySet<string>): Conversion {
  const natural = naturalConversion(
    quoteIdentifier(source.name),
    source.nativeType,
    wideFits.has(source.name),
  );
  const nulls = read.nullStrings ?? [];
  if (natural.type !== 'string' || nulls.length === 0) return natural;
  return {
    type: 'string',
    sql: `CASE WHEN list_contains(${quoteTexts(nulls)}, ${natural.sql}) THEN NULL ELSE ${natural.sql} END`,
  };
}

function withoutUndefined(correction: {
  rename?: string | undefined;
  type?: ColumnType | undefined;
  skip?: boolean | undefined;
}): { rename?: string; type?: ColumnType; skip?: boolean } {
  return {
    ...(correction.rename === undefined ? {} : { rename: correction.rename }),
    ...(correction.type === undefined ? {} : { type: correction.type }),
    ...(correction.skip === undefined ? {} : { skip: correction.skip }),
  };
}

function nameList(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, 20).join(', ');
  return names.size > 20 ? `${shown} … (${names.size} columns)` : shown;
}

/**
 * The query that gives the rows of a snapshot: rows with a failing value left out, then the condition, then the
 * limit.
 */
export function selectRows(
  relation: Relation,
  columns: readonly ProjectedColumn[],
  keep: { where?: string | undefined; limit?: number | undefined },
): string {
  const list = columns.map((column) => `${column.sql} AS ${quoteIdentifier(column.name)}`).join(', ');
  const failing = anyFails(columns);
  const base = `SELECT ${list} FROM ${relation.from}${failing === null ? '' : ` WHERE NOT (${failing})`}`;
  const filtered = keep.where === undefined ? base : `SELECT * FROM (${base}) WHERE (\n${keep.where}\n)`;
  return keep.limit === undefined ? filtered : `${filtered} LIMIT ${keep.limit}`;
}

/**
 * True for a row of the relation with a value that has no reading in the type of its column; null when there can
 * be none.
 */
export function anyFails(columns: readonly ProjectedColumn[]): string | null {
  const tests = columns.flatMap((column) => (column.fails === null ? [] : [column.fails]));
  return tests.length === 0 ? null : tests.join(' OR ');
}
