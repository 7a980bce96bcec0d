import type { IncomingHttpHeaders } from 'node:http';
import { AssayError, messageOf } from '../../../engine/errors.ts';
import { parseLongJson } from '../scoring/long-json.ts';
import { createTurns } from '../scoring/turns.ts';
import { badTensor, type Datatype, decodeBinary, type Element, isDatatype } from './datatypes.ts';

export type WireTensor = {
  name: string;
  datatype: Datatype;
  shape: number[];
  /** Row-major. */
  data: ArrayLike<Element>;
};

export type InferRequest = {
  id: string | undefined;
  inputs: WireTensor[];
  /** Names and codings of the outputs asked for; null for all. */
  outputs: { name: string; isBinary: boolean }[] | null;
  /** How outputs travel that do not say it themselves. */
  isBinaryOutput: boolean;
};

/**
 * Reads the body of an inference request: JSON alone, or JSON with the bytes of tensors behind it.
 * Errors: `request/malformed`, `request/invalid`, `predictions/bad-rows`.
 */
export async function readInfer(headers: IncomingHttpHeaders, body: Buffer): Promise<InferRequest> {
  const jsonLength = headerLength(headers, body.length);
  const message = objectOf(await readJson(body.subarray(0, jsonLength)), 'the request');
  const binary = binaryReader(body.subarray(jsonLength));
  const { id, parameters, inputs, outputs } = message;
  if (id !== undefined && typeof id !== 'string') throw invalid('"id" has to be a text');
  if (!Array.isArray(inputs) || inputs.length === 0) throw invalid('"inputs" has to be a list of tensors');
  const isBinaryOutput = parametersOf(parameters, 'the request').binary_data_output === true;
  const tensors: WireTensor[] = [];
  for (const [index, input] of inputs.entries())
    tensors.push(await readTensor(objectOf(input, `inputs[${index}]`), index, binary));
  binary.end();
  return { id, inputs: tensors, outputs: readOutputs(outputs, isBinaryOutput), isBinaryOutput };
}

function headerLength(headers: IncomingHttpHeaders, bodyLength: number): number {
  const text = headers['inference-header-content-length'];
  if (text === undefined) return bodyLength;
  const length = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (length <= bodyLength) return length;
  throw invalid(
    `Inference-Header-Content-Length is "${String(text).slice(0, 40)}", and the body has ${bodyLength} bytes`,
  );
}

/** Elements between two chances for others to run: about 2 ms. */
const elementsPerTurn = 20_000;

/** More digits than a double holds for certain, not behind a decimal point. */
const longInteger = /(?<![\d.])\d{16}/;

/** JSON whose whole numbers beyond 2^53 come as bigint, so that INT64 and UINT64 keep their last digits. */
function parseJson(text: string): unknown {
  if (!longInteger.test(text)) return JSON.parse(text);
  return JSON.parse(text, (...[, value, context]: unknown[]) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source =
      typeof context === 'object' && context !== null && 'source' in context ? context.source : null;
    return typeof source === 'string' && /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}

async function readJson(body: Buffer): Promise<unknown> {
  try {
    return await parseLongJson(body, parseJson);
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw new AssayError('request/malformed', `The body is not JSON: ${messageOf(thrown)}`);
  }
}

type BinaryReader = { take(name: string, size: number): Buffer; end(): void };

function binaryReader(bytes: Buffer): BinaryReader {
  let at = 0;
  return {
    take(name, size) {
      if (at + size > bytes.length)
        throw badTensor(`input "${name}" needs ${size} bytes, and ${bytes.length - at} are left in the body`);
      at += size;
      return bytes.subarray(at - size, at);
    },
    end() {
      if (at < bytes.length) throw badTensor(`${bytes.length - at} bytes of the body belong to no input`);
    },
  };
}

async function readTensor(
  input: Record<string, unknown>,
  index: number,
  binary: BinaryReader,
): Promise<WireTensor> {
  const { name, datatype, shape, data } = input;
  if (typeof name !== 'string') throw invalid(`inputs[${index}] has no name`);
  if (!isDatatype(datatype)) throw invalid(`input "${name}" has the unknown datatype ${shown(datatype)}`);
  if (!isShape(shape))
    throw invalid(`the shape of input "${name}" has to be a list of whole numbers, not ${shown(shape)}`);
  const count = shape.reduce((product, size) => product * size, 1);
  const size = parametersOf(input.parameters, `input "${name}"`).binary_data_size;
  if (size !== undefined) {
    if (data !== undefined) throw invalid(`input "${name}" has both data and binary_data_size`);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw invalid(`binary_data_size of input "${name}" has to be a whole number`);
    return { name, datatype, shape, data: decodeBinary(name, datatype, binary.take(name, size), count) };
  }
  if (data === undefined) throw invalid(`input "${name}" has no data`);
  if (datatype === 'FP16') throw invalid(`input "${name}": FP16 travels as binary data only`);
  const flat = await flatten(data);
  if (flat.length !== count)
    throw badTensor(
      `input "${name}" has ${flat.length} elements, and its shape [${shape.join(', ')}] has ${count}`,
    );
  const turns = createTurns(elementsPerTurn);
  for (const element of flat) {
    checkElement(name, datatype, element);
    const turn = turns(1);
    if (turn !== null) await turn;
  }
  return { name, datatype, shape, data: flat as Element[] };
}

function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Nested and flat lists mean the same. Without recursion: nesting is up to whoever sent it. */
async function flatten(data: unknown): Promise<unknown[]> {
  if (!Array.isArray(data)) return [data];
  if (!data.some(Array.isArray)) return data;
  const flat: unknown[] = [];
  const turns = createTurns(elementsPerTurn);
  const open: { list: unknown[]; at: number }[] = [{ list: data, at: 0 }];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const { list } = last;
    let inner: unknown[] | null = null;
    while (last.at < list.length && inner === null) {
      const element = list[last.at];
      last.at += 1;
      if (Array.isArray(element)) inner = element;
      else flat.push(element);
      const turn = turns(1);
      if (turn !== null) await turn;
    }
    if (inner === null) open.pop();
    else open.push({ list: inner, at: 0 });
  }
  return flat;
}

/** null stands for a missing value, which the protocol has no word for. */
function checkElement(name: string, datatype: Datatype, element: unknown): void {
  if (element === null) return;
  const isFitting =
    datatype === 'BYTES'
      ? typeof element === 'string'
      : datatype === 'BOOL'
        ? typeof element === 'boolean' || element === 0 || element === 1
        : typeof element === 'number' || typeof element === 'bigint';
  if (!isFitting)
    throw badTensor(`input "${name}" has the element ${shown(element)}, which is no ${datatype}`);
  if (!isInRange(datatype, element))
    throw badTensor(
      `input "${name}" has the element ${shown(element)}, which is out of the range of ${datatype}`,
    );
}

const ranges: Partial<Record<Datatype, readonly [bigint, bigint]>> = {
  UINT8: [0n, 2n ** 8n - 1n],
  UINT16: [0n, 2n ** 16n - 1n],
  UINT32: [0n, 2n ** 32n - 1n],
  UINT64: [0n, 2n ** 64n - 1n],
  INT8: [-(2n ** 7n), 2n ** 7n - 1n],
  INT16: [-(2n ** 15n), 2n ** 15n - 1n],
  INT32: [-(2n ** 31n), 2n ** 31n - 1n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
};

function isInRange(datatype: Datatype, element: unknown): boolean {
  const range = ranges[datatype];
  if (range === undefined) return true;
  if (typeof element === 'number')
    return Number.isInteger(element) && element >= range[0] && element <= range[1];
  return typeof element === 'bigint' && element >= range[0] && element <= range[1];
}

function readOutputs(outputs: unknown, isBinaryOutput: boolean): InferRequest['outputs'] {
  if (outputs === undefined) return null;
  if (!Array.isArray(outputs)) throw invalid('"outputs" has to be a list');
  return outputs.map((output, index) => {
    const { name, parameters } = objectOf(output, `outputs[${index}]`);
    if (typeof name !== 'string') throw invalid(`outputs[${index}] has no name`);
    const { binary_data: asked } = parametersOf(parameters, `output "${name}"`);
    return { name, isBinary: typeof asked === 'boolean' ? asked : isBinaryOutput };
  });
}

function parametersOf(parameters: unknown, what: string): Record<string, unknown> {
  return parameters === undefined || parameters === null ? {} : objectOf(parameters, `parameters of ${what}`);
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalid(`${what} has to be a JSON object`);
}

function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'undefined');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function invalid(message: string): AssayError {
  return new AssayError('request/invalid', message);
}
