import { setImmediate } from 'node:timers/promises';
import { columnEncoder, type EncodedRows, expectedCell, maxRows } from '../../../engine/serving/index.ts';
import type { Cell, Signature } from '../../contract/index.ts';
import { badTensor, type Datatype, type Element } from './datatypes.ts';
import type { WireTensor } from './read-infer.ts';

type Input = Signature['inputs'][number];

/** Elements between two chances for others to run: about 2 ms. */
const elementsPerTurn = 20_000;

const integers: readonly Datatype[] = [
  'INT64',
  'INT32',
  'INT16',
  'INT8',
  'UINT64',
  'UINT32',
  'UINT16',
  'UINT8',
];
const floats: readonly Datatype[] = ['FP64', 'FP32', 'FP16'];

/** What a column may be sent as, the type of its metadata first. Whether each element fits is looked at besides. */
function acceptedDatatypes({ type, nullable }: Input): readonly Datatype[] {
  switch (type) {
    case 'float':
      return [...floats, ...integers];
    case 'integer':
      return nullable ? [...floats, ...integers] : [...integers, ...floats];
    case 'boolean':
      return nullable ? [...floats, 'BOOL', ...integers] : ['BOOL', ...integers, ...floats];
    case 'datetime':
    case 'date':
      return [...integers, 'BYTES', ...floats];
    case 'string':
      return ['BYTES'];
  }
}

/** The datatype that the metadata of a model names for a column. */
export function datatypeOf(input: Input): Datatype {
  return acceptedDatatypes(input)[0] ?? 'BYTES';
}

/**
 * The tensors of a model from those of a request: one a column of shape [n] or [n, 1], or a single one of shape
 * [n, columns] with the columns in the order of the signature when none of them is a text.
 * NaN and null are missing; a column left out is missing in every row.
 *
 * Errors: `predictions/bad-rows`, naming each column that does not fit.
 */
export async function tensorsToRows(
  signature: Signature,
  tensors: readonly WireTensor[],
): Promise<EncodedRows> {
  const { columns, rows } = columnsOf(signature, tensors);
  const feeds: EncodedRows['feeds'] = {};
  const faults: string[] = [];
  const given = new Map(columns.map((column) => [column.input.name, column]));
  let done = 0;
  for (const input of signature.inputs) {
    const encoder = columnEncoder(input, rows);
    feeds[input.name] = encoder.feed;
    const column = given.get(input.name);
    if (column === undefined) continue;
    for (let row = 0; row < rows; row += 1) {
      done += 1;
      if (done % elementsPerTurn === 0) await setImmediate();
      const element = column.at(row);
      if (encoder.set(row, cellOf(input, element)) === null) continue;
      faults.push(
        `input "${input.name}" has ${shown(element)} in row ${row}, expected ${expectedCell(input)}`,
      );
      break;
    }
  }
  if (faults.length > 0) throw badTensor(faults.join('; '));
  return { rows, feeds };
}

/**
 * The same as cells by column; whether a cell fits its column is left to whoever takes them.
 * Errors: `predictions/bad-rows` for tensors that are not those of the columns.
 */
export async function tensorsToColumns(
  signature: Signature,
  tensors: readonly WireTensor[],
): Promise<Record<string, Cell[]>> {
  const { columns, rows } = columnsOf(signature, tensors);
  // Without a prototype, a column may have any name.
  const cells: Record<string, Cell[]> = Object.create(null);
  let done = 0;
  for (const { input, at } of columns) {
    const column: Cell[] = [];
    cells[input.name] = column;
    for (let row = 0; row < rows; row += 1) {
      done += 1;
      if (done % elementsPerTurn === 0) await setImmediate();
      column.push(cellOf(input, at(row)));
    }
  }
  return cells;
}

function columnsOf(
  signature: Signature,
  tensors: readonly WireTensor[],
): { columns: Column[]; rows: number } {
  const columns = matrixColumns(signature, tensors) ?? namedColumns(signature, tensors);
  const rows = columns[0]?.length ?? 0;
  if (rows > maxRows)
    throw badTensor(`the request has ${rows} rows, and at most ${maxRows} are answered at once`);
  return { columns, rows };
}

type Column = { input: Input; length: number; at(row: number): Element };

/** One tensor for all columns; null when the request is no such one. */
function matrixColumns({ inputs }: Signature, tensors: readonly WireTensor[]): Column[] | null {
  const [tensor] = tensors;
  if (tensor === undefined || tensors.length > 1 || tensor.shape.length !== 2) return null;
  if (inputs.some(({ name }) => name === tensor.name)) return null;
  const [length = 0, width = 0] = tensor.shape;
  const text = inputs.find(({ type }) => type === 'string');
  if (text !== undefined)
    throw badTensor(
      `the model has no input "${tensor.name}", and its columns do not fit into one tensor: "${text.name}" is a text`,
    );
  if (width !== inputs.length)
    throw badTensor(
      `input "${tensor.name}" has ${width} columns, and the model has ${inputs.length}: ${nameList(inputs)}`,
    );
  return inputs.map((input, column) => {
    checkDatatype(input, tensor);
    return { input, length, at: (row) => tensor.data[row * width + column] ?? null };
  });
}

function namedColumns({ inputs }: Signature, tensors: readonly WireTensor[]): Column[] {
  const faults: string[] = [];
  const columns: Column[] = [];
  const known = new Map(inputs.map((input) => [input.name, input]));
  const seen = new Set<string>();
  for (const tensor of tensors) {
    const input = known.get(tensor.name);
    const [length = 0, width = 1] = tensor.shape;
    if (input === undefined)
      faults.push(`the model has no input "${tensor.name}"; it has ${nameList(inputs)}`);
    else if (seen.has(tensor.name)) faults.push(`input "${tensor.name}" comes twice`);
    else if (tensor.shape.length === 0 || tensor.shape.length > 2 || width !== 1)
      faults.push(
        `input "${tensor.name}" has the shape [${tensor.shape.join(', ')}], expected [n] or [n, 1]`,
      );
    else columns.push({ input, length, at: (row) => tensor.data[row] ?? null });
    seen.add(tensor.name);
  }
  if (faults.length > 0) throw badTensor(faults.join('; '));
  const absent = inputs.filter(({ name, nullable }) => !nullable && !seen.has(name));
  if (absent.length > 0)
    faults.push(`${absent.length === 1 ? 'an input is' : 'inputs are'} absent: ${nameList(absent)}`);
  for (const tensor of tensors) {
    const input = known.get(tensor.name);
    if (input === undefined) continue;
    const [length] = tensor.shape;
    if (length !== columns[0]?.length)
      faults.push(
        `input "${tensor.name}" has ${length} rows, and "${columns[0]?.input.name}" has ${columns[0]?.length}`,
      );
    if (!acceptedDatatypes(input).includes(tensor.datatype))
      faults.push(wrongDatatype(input, tensor.datatype));
  }
  if (faults.length > 0) throw badTensor(faults.join('; '));
  return columns;
}

function checkDatatype(input: Input, { datatype }: WireTensor): void {
  if (!acceptedDatatypes(input).includes(datatype)) throw badTensor(wrongDatatype(input, datatype));
}

function wrongDatatype(input: Input, datatype: Datatype): string {
  return `input "${input.name}" has the datatype ${datatype}, expected ${acceptedDatatypes(input).join(', ')}`;
}

/** The element as the encoder of a column takes it; integers beyond 2^53 travel there as text. */
function cellOf({ type }: Input, element: Element): Cell {
  if (typeof element === 'number' && Number.isNaN(element)) return null;
  if (type === 'boolean' && (element === 0 || element === 1 || element === 0n || element === 1n))
    return Number(element) === 1;
  if (typeof element !== 'bigint') return element;
  const number = Number(element);
  return type !== 'integer' || Number.isSafeInteger(number) ? number : String(element);
}

function shown(element: Element): string {
  const text = typeof element === 'bigint' ? String(element) : JSON.stringify(element);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function nameList(inputs: readonly Input[]): string {
  const names = inputs.slice(0, 20).map(({ name }) => name);
  return inputs.length > names.length ? `${names.join(', ')} …` : names.join(', ');
}
