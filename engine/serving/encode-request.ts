import { setImmediate } from 'node:timers/promises';
import type { Cell, PredictRequest, Problem, Signature } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Feed } from '../onnx/index.ts';
import { columnEncoder, expectedCell } from './encode-cells.ts';

type Input = Signature['inputs'][number];
type RawRows = Pick<PredictRequest, 'rows' | 'columns'>;

/** A request as tensors, one an input. */
export type EncodedRows = { rows: number; feeds: Record<string, Feed> };

/** Rows that one request may have. */
export const maxRows = 100_000;
/** More would fill the answer without helping anyone. */
const maxProblems = 1000;
/** Cells between two chances for others to run: about 2 ms. */
const cellsPerTurn = 20_000;

/**
 * Turns rows or columns into the tensors of a model. Columns that the signature does not know are ignored; a column that is absent
 * is missing in every row.
 *
 * Errors: `predictions/bad-rows` with every fault: where (JSON pointer), what is there and what was expected; the first 1,000
 * when there are more.
 * Cost: linear in rows × inputs; lets others run in between.
 */
export async function encodeRequest(signature: Signature, request: RawRows): Promise<EncodedRows> {
  const problems = problemList();
  const rows = request.rows?.length ?? columnLength(request.columns ?? {}, signature, problems);
  problems.throwIfAny();
  const feeds: Record<string, Feed> = {};
  for (const input of signature.inputs) {
    const encoder = columnEncoder(input, rows);
    feeds[input.name] = encoder.feed;
    const cells = cellReader(request, input);
    if (cells === null) {
      if (!input.nullable && rows > 0) problems.add(absentColumn(input, request));
      continue;
    }
    for (let row = 0; row < rows; row += 1) {
      if (row % cellsPerTurn === cellsPerTurn - 1) await setImmediate();
      const cell = cells.at(row);
      const fault = encoder.set(row, cell ?? null);
      if (fault !== null) problems.add(cellProblem(cells.path(row), input, cell));
    }
  }
  problems.throwIfAny();
  return { rows, feeds };
}

type CellReader = { at(row: number): Cell | undefined; path(row: number): string };

/** Reads the cells of one input; null when the request has no such column at all. */
function cellReader({ rows, columns }: RawRows, { name }: Input): CellReader | null {
  if (rows !== undefined) {
    if (!rows.some((row) => Object.hasOwn(row, name))) return null;
    return {
      at: (row) => {
        const cells = rows[row];
        return cells !== undefined && Object.hasOwn(cells, name) ? cells[name] : undefined;
      },
      path: (row) => `/rows/${row}/${pointerPart(name)}`,
    };
  }
  const column = columns !== undefined && Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column === undefined) return null;
  return { at: (row) => column[row], path: (row) => `/columns/${pointerPart(name)}/${row}` };
}

function columnLength(columns: Record<string, Cell[]>, signature: Signature, problems: ProblemList): number {
  const given = signature.inputs
    .map(({ name }) => ({ name, length: Object.hasOwn(columns, name) ? columns[name]?.length : undefined }))
    .filter((column) => column.length !== undefined);
  const length = given[0]?.length ?? 0;
  for (const column of given)
    if (column.length !== length)
      problems.add({
        path: `/columns/${pointerPart(column.name)}`,
        message: `has ${column.length} values where "${given[0]?.name}" has ${length}`,
        expected: 'columns of one length',
      });
  if (length > maxRows)
    problems.add({ path: '/columns', message: `has ${length} rows`, expected: `at most ${maxRows} rows` });
  if (given.length === 0)
    problems.add({
      path: '/columns',
      message: 'has none of the columns of the model',
      expected: signature.inputs.map(({ name }) => name).join(', '),
    });
  return length;
}

function absentColumn(input: Input, { rows }: RawRows): Problem {
  return {
    path: `${rows === undefined ? '/columns' : '/rows'}/${pointerPart(input.name)}`,
    message: `the column "${input.name}" is absent`,
    expected: expectedCell(input),
  };
}

function cellProblem(path: string, input: Input, cell: Cell | undefined): Problem {
  const found = cell === undefined ? 'is absent' : `is ${shown(cell)}`;
  return { path, message: `"${input.name}" ${found}`, expected: expectedCell(input) };
}

function shown(cell: Cell): string {
  const text = JSON.stringify(cell);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** RFC 6901. */
function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

type ProblemList = { add(problem: Problem): void; throwIfAny(): void };

function problemList(): ProblemList {
  const problems: Problem[] = [];
  let total = 0;
  return {
    add(problem) {
      total += 1;
      if (total <= maxProblems) problems.push(problem);
    },
    throwIfAny() {
      const [first] = problems;
      if (first === undefined) return;
      const others = total === 1 ? '' : ` (and ${total - 1} more)`;
      throw new AssayError(
        'predictions/bad-rows',
        `${first.path}: ${first.message}, expected ${first.expected}${others}`,
        { problems },
      );
    },
  };
}
