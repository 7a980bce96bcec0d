import { AssayError } from '../../../engine/errors.ts';
import type { Cell, Signature } from '../../contract/index.ts';
import { createTurns } from '../scoring/turns.ts';

type Input = Signature['inputs'][number];
type Columns = Record<string, Cell[]>;

/** Cells between two chances for others to run: about 2 ms. */
const cellsPerTurn = 20_000;

const formats = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

/** The request is not one of the four forms at all: MLflow calls it BAD_REQUEST. */
function noForm(found: string): AssayError {
  return new AssayError(
    'request/malformed',
    `The input must be a JSON object with exactly one of the fields ${formats.join(', ')}; ${found}.`,
  );
}

function invalid(message: string): AssayError {
  return new AssayError('request/invalid', message);
}

/**
 * The columns of one of MLflow's four JSON forms, read for a model. Others may run while many rows are read.
 * Errors: `request/malformed` when it is none or more than one of them, `request/invalid` for a wrong shape.
 */
export async function readRows(signature: Signature, message: Record<string, unknown>): Promise<Columns> {
  const given = formats.filter((format) => Object.hasOwn(message, format));
  const [format] = given;
  if (format === undefined)
    throw noForm(`its fields are ${Object.keys(message).slice(0, 20).join(', ') || 'none'}`);
  if (given.length > 1) throw noForm(`it has ${given.join(' and ')}`);
  if (Object.hasOwn(message, 'signature_name')) throw invalid('"signature_name" is not supported');
  const names = signature.inputs.map(({ name }) => name);
  return castColumns(signature.inputs, await columnsOf(format, message[format], names));
}

async function columnsOf(
  format: (typeof formats)[number],
  data: unknown,
  names: readonly string[],
): Promise<Columns> {
  switch (format) {
    case 'dataframe_split':
      return fromSplit(data);
    case 'dataframe_records':
      return fromRecords(data);
    case 'instances':
      return fromInstances(data, names);
    case 'inputs':
      return isObject(data) ? fromNamedLists(data) : fromLists('inputs', data, names);
  }
}

const splitFields = new Set(['columns', 'index', 'data']);

function fromSplit(data: unknown): Promise<Columns> {
  if (!isObject(data)) throw invalid('dataframe_split must be an object');
  const others = Object.keys(data).filter((key) => !splitFields.has(key));
  if (data.data === undefined || others.length > 0)
    throw invalid(
      `dataframe_split must have "data" and may have "columns" and "index"; it has ${Object.keys(data).join(', ') || 'none of them'}`,
    );
  if (!isNameList(data.columns))
    throw invalid('dataframe_split needs "columns": the columns of this model have names');
  return fromLists('dataframe_split', data.data, data.columns);
}

async function fromRecords(data: unknown): Promise<Columns> {
  if (!Array.isArray(data)) throw invalid('dataframe_records must be a list of objects');
  if (!data.every(isObject)) throw invalid('dataframe_records must be a list of objects');
  const names = new Set<string>();
  const turns = createTurns(cellsPerTurn);
  for (const row of data) {
    const keys = Object.keys(row);
    for (const key of keys) names.add(key);
    const turn = turns(keys.length);
    if (turn !== null) await turn;
  }
  return columnsBy([...names], data.length, (row, name) => {
    const record = data[row];
    return record !== undefined && Object.hasOwn(record, name) ? record[name] : null;
  });
}

async function fromInstances(data: unknown, names: readonly string[]): Promise<Columns> {
  if (!Array.isArray(data)) throw invalid('"instances" must be a list');
  if (!isObject(data[0])) return fromLists('instances', data, names);
  const lengths = new Map<string, number>();
  const turns = createTurns(cellsPerTurn);
  for (const row of data) {
    if (!isObject(row)) throw invalid('"instances" mixes objects with other values');
    const keys = Object.keys(row);
    for (const name of keys) lengths.set(name, (lengths.get(name) ?? 0) + 1);
    const turn = turns(keys.length);
    if (turn !== null) await turn;
  }
  const short = names.filter((name) => lengths.has(name) && lengths.get(name) !== data.length);
  if (short.length > 0)
    throw invalid(`The columns of "instances" differ in length: ${short.join(', ')} is not in every object`);
  return fromRecords(data);
}

/** Rows without names of their own: the n-th cell belongs to the n-th name. One column may come as plain values. */
function fromLists(format: string, data: unknown, names: readonly string[]): Promise<Columns> {
  if (!Array.isArray(data)) throw invalid(`"${format}" must hold a list of rows`);
  const isPlain = names.length === 1 && !data.some(Array.isArray);
  if (!isPlain)
    for (const [row, cells] of data.entries()) {
      const found = Array.isArray(cells) ? `${cells.length} values` : 'no list';
      if (!Array.isArray(cells) || cells.length !== names.length)
        throw invalid(
          `row ${row} of "${format}" has ${found}, and there are ${names.length} columns: ${names.join(', ')}`,
        );
    }
  return columnsBy(names, data.length, (row, _name, column) => (isPlain ? data[row] : data[row][column]));
}

/** A list a column; a list of one-element lists is a column too. */
function fromNamedLists(data: Record<string, unknown>): Columns {
  const columns: Columns = Object.create(null);
  for (const [name, given] of Object.entries(data)) {
    const list: unknown[] = Array.isArray(given) ? given : [given];
    columns[name] = list.map((cell) => asCell(Array.isArray(cell) && cell.length === 1 ? cell[0] : cell));
  }
  return columns;
}

async function columnsBy(
  names: readonly string[],
  rows: number,
  at: (row: number, name: string, column: number) => unknown,
): Promise<Columns> {
  const turns = createTurns(cellsPerTurn);
  // Without a prototype, a column may have any name.
  const columns: Columns = Object.create(null);
  for (const [column, name] of names.entries()) {
    const cells: Cell[] = [];
    for (let row = 0; row < rows; row += 1) {
      cells.push(asCell(at(row, name, column)));
      const turn = turns(1);
      if (turn !== null) await turn;
    }
    columns[name] = cells;
  }
  return columns;
}

function asCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object')
    throw invalid(`a cell is ${Array.isArray(value) ? 'a list' : 'an object'}, not a value`);
  return value as string | number | boolean;
}

/** In MLflow's words a boolean column is one of 0 and 1 when it may be missing, so both codings are taken. */
function castColumns(inputs: readonly Input[], columns: Columns): Columns {
  for (const { name, type } of inputs) {
    const column = columns[name];
    if (column === undefined || type !== 'boolean') continue;
    columns[name] = column.map((cell) => (cell === 0 || cell === 1 ? cell === 1 : cell));
  }
  return columns;
}

function isNameList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
