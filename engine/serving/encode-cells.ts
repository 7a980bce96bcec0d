import type { Cell, Signature } from '../../local-api/contract/index.ts';
import { type Feed, inputElementType, missingDatetime } from '../onnx/index.ts';
import { parseDatetime } from './datetime-text.ts';

type Input = Signature['inputs'][number];

/** What a cell of an input may be, for people. */
export function expectedCell({ type, nullable }: Input): string {
  const kind = {
    integer: 'a whole number',
    float: 'a number',
    boolean: 'true or false',
    string: 'a text',
    datetime: 'an ISO 8601 date and time, or milliseconds since the epoch',
    date: 'an ISO 8601 date, or milliseconds since the epoch',
  }[type];
  return nullable ? `${kind}, or null` : kind;
}

/** A cell as the model takes it, `missing`, or `bad` when it is not what the input expects. Never guesses: "12" is not a number. */
type Encoded<T> = T | 'missing' | 'bad';

const largestInt64 = 2n ** 63n - 1n;

function encodeFloat(cell: Cell): Encoded<number> {
  if (cell === null) return 'missing';
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : 'bad';
}

/** Integers beyond 2^53 travel as text, since JSON numbers lose their last digits. */
function encodeInteger(cell: Cell): Encoded<bigint> {
  if (cell === null) return 'missing';
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BigInt(cell) : 'bad';
  if (typeof cell !== 'string' || !/^-?\d{16,19}$/.test(cell)) return 'bad';
  const value = BigInt(cell);
  return value <= largestInt64 && value >= -largestInt64 ? value : 'bad';
}

function encodeBoolean(cell: Cell): Encoded<number> {
  if (cell === null) return 'missing';
  return typeof cell === 'boolean' ? Number(cell) : 'bad';
}

function encodeDatetime(cell: Cell): Encoded<bigint> {
  if (cell === null || cell === '') return 'missing';
  const ms = typeof cell === 'string' ? parseDatetime(cell) : cell;
  return typeof ms === 'number' && Number.isSafeInteger(ms) ? BigInt(ms) : 'bad';
}

/** The empty text counts as missing, as it does in training. */
function encodeText(cell: Cell): Encoded<string> {
  if (cell === null || cell === '') return 'missing';
  return typeof cell === 'string' ? cell : 'bad';
}

/** A column on its way into a tensor. `set` gives what is wrong with a cell, or null. */
export type ColumnEncoder = {
  feed: Feed;
  set(row: number, cell: Cell): 'missing' | 'bad' | null;
};

/** An encoder for `rows` cells of an input; cells never set are missing. */
export function columnEncoder(input: Input, rows: number): ColumnEncoder {
  const type = inputElementType(input);
  const dims = [rows];
  switch (input.type) {
    case 'string': {
      const data = new Array<string>(rows).fill('');
      return encoder(input, { type, data, dims }, encodeText, (row, value) => {
        data[row] = value;
      });
    }
    case 'datetime':
    case 'date': {
      const data = new BigInt64Array(rows).fill(missingDatetime);
      return encoder(input, { type, data, dims }, encodeDatetime, (row, value) => {
        data[row] = value;
      });
    }
    case 'integer': {
      if (!input.nullable) {
        const data = new BigInt64Array(rows);
        return encoder(input, { type, data, dims }, encodeInteger, (row, value) => {
          data[row] = value;
        });
      }
      const data = new Float64Array(rows).fill(Number.NaN);
      return encoder(input, { type, data, dims }, encodeInteger, (row, value) => {
        data[row] = Number(value);
      });
    }
    case 'boolean': {
      const data = input.nullable ? new Float64Array(rows).fill(Number.NaN) : new Uint8Array(rows);
      return encoder(input, { type, data, dims }, encodeBoolean, (row, value) => {
        data[row] = value;
      });
    }
    case 'float': {
      const data = new Float64Array(rows).fill(Number.NaN);
      return encoder(input, { type, data, dims }, encodeFloat, (row, value) => {
        data[row] = value;
      });
    }
  }
}

function encoder<T>(
  input: Input,
  feed: Feed,
  encode: (cell: Cell) => Encoded<T>,
  store: (row: number, value: T) => void,
): ColumnEncoder {
  return {
    feed,
    set(row, cell) {
      const value = encode(cell);
      if (value === 'bad') return 'bad';
      if (value === 'missing') return input.nullable ? null : 'missing';
      store(row, value);
      return null;
    },
  };
}
