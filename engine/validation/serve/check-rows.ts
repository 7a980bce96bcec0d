import { setImmediate } from 'node:timers/promises';
import type { Cell, EndpointPredictRequest } from '../../../local-api/contract/index.ts';
import { misfit } from './cell-tests.ts';
import type { CompiledChecks } from './compile-checks.ts';
import type { RowValue } from './row-expression.ts';

/** A row that breaks a rule, by the place of the rule. `row` is null where it is about the request. */
export type BrokenRule = { rule: number; row: number | null; column: string | null; cell: Cell };

/**
 * `counts` say of each rule how many rows break it. Of what a request can be refused for, and of what it cannot, `broken` has the
 * first 1,000 each; `faults` is how often rules of the first kind are broken.
 */
export type CheckedRows = { broken: BrokenRule[]; counts: Uint32Array; rows: number; faults: number };

const MOST_TOLD = 1000;
/** Rows between two chances for others to run: with 20 columns about 2 ms. */
const ROWS_A_TURN = 200;

type Reader = (row: number) => Cell | undefined;

/** Holds the rows of a request against compiled rules. Cost: linear in rows × rules; lets others run in between. */
export async function checkRows(
  checks: CompiledChecks,
  request: EndpointPredictRequest,
): Promise<CheckedRows> {
  const rows = request.rows?.length ?? longest(request.columns ?? {});
  const counts = new Uint32Array(checks.rules.length);
  const found: Finding = { broken: [], counts, rows, faults: 0, warnings: 0, rules: checks.rules };
  const readers = checks.columns.map(({ name }) => readerOf(request, name));
  for (const [place, { isRequired, rule, name }] of checks.columns.entries())
    if (isRequired && rule !== null && readers[place] === null && rows > 0)
      note(found, { rule, row: null, column: name, cell: null }, rows);
  noteExtra(checks, request, found);
  const values: RowValue[] = new Array(checks.columns.length).fill(null);
  for (let row = 0; row < rows; row += 1) {
    if (row % ROWS_A_TURN === ROWS_A_TURN - 1) await setImmediate();
    checkRow(checks, readers, row, values, found);
  }
  const { broken, faults } = found;
  return { broken, counts, rows, faults };
}

type Finding = CheckedRows & { warnings: number; rules: CompiledChecks['rules'] };

function checkRow(
  { columns, tests }: CompiledChecks,
  readers: readonly (Reader | null)[],
  row: number,
  values: RowValue[],
  found: Finding,
): void {
  for (let place = 0; place < columns.length; place += 1) {
    const reader = readers[place];
    const column = columns[place];
    if (reader == null || column === undefined) continue;
    const cell = reader(row);
    const value = column.read(cell);
    if (value === misfit && column.rule !== null)
      note(found, { rule: column.rule, row, column: column.name, cell: cell ?? null }, 1);
    values[place] = value === misfit ? null : value;
  }
  for (const { rule, column, breaks } of tests) {
    // A column that was not sent has been told of, where that is a fault.
    if (column !== null && readers[column] === null) continue;
    if (!breaks(values)) continue;
    const name = column === null ? null : (columns[column]?.name ?? null);
    const cell = column === null ? null : (readers[column]?.(row) ?? null);
    if (cell !== null && column !== null && columns[column]?.read(cell) === misfit) continue;
    note(found, { rule, row, column: name, cell }, 1);
  }
}

function note(found: Finding, broken: BrokenRule, rows: number): void {
  found.counts[broken.rule] = (found.counts[broken.rule] ?? 0) + rows;
  const isFault = found.rules[broken.rule]?.refuses === true;
  if (isFault) found.faults += 1;
  else found.warnings += 1;
  if ((isFault ? found.faults : found.warnings) <= MOST_TOLD) found.broken.push(broken);
}

function noteExtra({ extra }: CompiledChecks, request: EndpointPredictRequest, found: Finding): void {
  if (extra === null) return;
  const unknown = new Set<string>();
  for (const sent of request.rows ?? [request.columns ?? {}])
    for (const name in sent) if (!extra.known.has(name)) unknown.add(name);
  for (const column of unknown) note(found, { rule: extra.rule, row: null, column, cell: null }, found.rows);
}

/** Reads the cells of a column; null when the request has no such column at all. */
function readerOf({ rows, columns }: EndpointPredictRequest, name: string): Reader | null {
  if (rows !== undefined) {
    if (!rows.some((row) => Object.hasOwn(row, name))) return null;
    return (row) => {
      const cells = rows[row];
      return cells !== undefined && Object.hasOwn(cells, name) ? cells[name] : undefined;
    };
  }
  const column = columns !== undefined && Object.hasOwn(columns, name) ? columns[name] : undefined;
  return column === undefined ? null : (row) => column[row];
}

function longest(columns: Record<string, readonly Cell[]>): number {
  return Object.values(columns).reduce((most, cells) => Math.max(most, cells.length), 0);
}
