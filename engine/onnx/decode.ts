import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/*
 * Reads the part of the ONNX schema (onnx.proto) that tells how a model computes: nodes with their attributes, and constants.
 * Any producer's file is read, not only ours; what is not listed here is skipped.
 */

/** A constant. `type` is the number that onnx.proto gives the element type; numbers of other types than these are not read. */
export type OnnxTensor = {
  name: string;
  type: number;
  dims: readonly number[];
  /** Elements of float, double, int32, int64, uint8 and bool tensors (exact up to 2^53); null for others and for data kept in other files. */
  numbers: Float64Array | null;
};

/** Numbers are exact up to 2^53. */
export type OnnxAttribute =
  | { kind: 'number'; value: number }
  | { kind: 'numbers'; values: Float64Array }
  | { kind: 'string'; value: string }
  | { kind: 'strings'; values: readonly string[] }
  | { kind: 'tensor'; value: OnnxTensor }
  | { kind: 'graph'; value: OnnxGraph }
  | { kind: 'other' };

export type OnnxNode = {
  opType: string;
  domain: string;
  /** An input that is left out is ''. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: ReadonlyMap<string, OnnxAttribute>;
};

export type OnnxGraph = {
  nodes: readonly OnnxNode[];
  initializers: ReadonlyMap<string, OnnxTensor>;
  /** Names; constants among them are left out. */
  inputs: readonly string[];
  outputs: readonly string[];
};

/** The graph of an ONNX file. Throws an Error when the bytes are no such file. Cost: linear in its size. */
export function decodeGraph(model: Uint8Array): OnnxGraph {
  for (const { field, reader } of fieldsOf(model)) if (field === 7) return graphOf(reader.bytes());
  throw new Error('the file holds no ONNX graph');
}

type Field = { field: number; wireType: WireType; reader: BinaryReader };

/** The fields of a message in turn; a caller that does not read one has it skipped. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const start = reader.pos;
    yield { field, wireType, reader };
    if (reader.pos === start) reader.skip(wireType, field);
  }
}

function graphOf(bytes: Uint8Array): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: string[] = [];
  const outputs: string[] = [];
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) nodes.push(nodeOf(reader.bytes()));
    else if (field === 5) {
      const tensor = tensorOf(reader.bytes());
      initializers.set(tensor.name, tensor);
    } else if (field === 11) inputs.push(nameOf(reader.bytes()));
    else if (field === 12) outputs.push(nameOf(reader.bytes()));
  }
  return { nodes, initializers, outputs, inputs: inputs.filter((name) => !initializers.has(name)) };
}

/** Name of a ValueInfoProto. */
function nameOf(bytes: Uint8Array): string {
  for (const { field, reader } of fieldsOf(bytes)) if (field === 1) return reader.string();
  return '';
}

/** A NodeProto. */
export function nodeOf(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let opType = '';
  let domain = '';
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) inputs.push(reader.string());
    else if (field === 2) outputs.push(reader.string());
    else if (field === 4) opType = reader.string();
    else if (field === 5) {
      const [name, attribute] = attributeOf(reader.bytes());
      attributes.set(name, attribute);
    } else if (field === 7) domain = reader.string();
  }
  // Two names of the standard domain.
  return { opType, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes };
}

function attributeOf(bytes: Uint8Array): [name: string, attribute: OnnxAttribute] {
  let name = '';
  let type = 0;
  let number = 0;
  let text = '';
  let tensor: OnnxTensor | null = null;
  let graph: OnnxGraph | null = null;
  const numbers: number[][] = [];
  const packed: Float64Array[] = [];
  const strings: string[] = [];
  for (const { field, wireType, reader } of fieldsOf(bytes)) {
    if (field === 1) name = reader.string();
    else if (field === 2) number = reader.float();
    else if (field === 3) number = Number(reader.int64());
    else if (field === 4) text = reader.string();
    else if (field === 5) tensor = tensorOf(reader.bytes());
    else if (field === 6) graph = graphOf(reader.bytes());
    else if (field === 7 || field === 8) {
      const read = field === 7 ? floats : varints;
      if (wireType === WireType.LengthDelimited) packed.push(read(reader.bytes()));
      else numbers.push([field === 7 ? reader.float() : Number(reader.int64())]);
    } else if (field === 9) strings.push(reader.string());
    else if (field === 20) type = reader.int32();
  }
  switch (type) {
    case 1:
    case 2:
      return [name, { kind: 'number', value: number }];
    case 3:
      return [name, { kind: 'string', value: text }];
    case 4:
      return [name, tensor === null ? { kind: 'other' } : { kind: 'tensor', value: tensor }];
    case 5:
      return [name, graph === null ? { kind: 'other' } : { kind: 'graph', value: graph }];
    case 6:
    case 7:
      return [name, { kind: 'numbers', values: joined([...packed, ...numbers]) }];
    case 8:
      return [name, { kind: 'strings', values: strings }];
    default:
      return [name, { kind: 'other' }];
  }
}

/** Element types of onnx.proto, and what their raw bytes are. */
const rawReaders: Readonly<Record<number, (bytes: Uint8Array) => Float64Array>> = {
  1: floats,
  2: (bytes) => Float64Array.from(bytes),
  6: (bytes) => Float64Array.from(new Int32Array(aligned(bytes, 4))),
  7: (bytes) => Float64Array.from(new BigInt64Array(aligned(bytes, 8)), Number),
  9: (bytes) => Float64Array.from(bytes),
  11: (bytes) => new Float64Array(aligned(bytes, 8)),
};

/** A TensorProto. */
export function tensorOf(bytes: Uint8Array): OnnxTensor {
  const dims: number[] = [];
  const parts: Float64Array[] = [];
  let type = 0;
  let name = '';
  let raw: Uint8Array | null = null;
  let isElsewhere = false;
  for (const { field, wireType, reader } of fieldsOf(bytes)) {
    const isPacked = wireType === WireType.LengthDelimited;
    if (field === 1) dims.push(...(isPacked ? varints(reader.bytes()) : [Number(reader.int64())]));
    else if (field === 2) type = reader.int32();
    else if (field === 4 && isPacked) parts.push(floats(reader.bytes()));
    else if ((field === 5 || field === 7) && isPacked) parts.push(varints(reader.bytes()));
    else if (field === 8) name = reader.string();
    else if (field === 9) raw = reader.bytes();
    else if (field === 10 && isPacked) parts.push(new Float64Array(aligned(reader.bytes(), 8)));
    else if (field === 14) isElsewhere = reader.int32() === 1;
  }
  const read = rawReaders[type];
  if (read === undefined || isElsewhere) return { name, type, dims, numbers: null };
  return { name, type, dims, numbers: raw === null ? joined(parts) : read(raw) };
}

function joined(parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A copy that typed arrays of wider elements can be laid over. */
function aligned(bytes: Uint8Array, elementBytes: number): ArrayBuffer {
  const whole = bytes.length - (bytes.length % elementBytes);
  return new Uint8Array(bytes.subarray(0, whole)).buffer;
}

function floats(bytes: Uint8Array): Float64Array {
  return Float64Array.from(new Float32Array(aligned(bytes, 4)));
}

/** Packed int64; far quicker than a BigInt a number, which matters for trees of a million nodes. */
function varints(bytes: Uint8Array): Float64Array {
  let count = 0;
  for (const byte of bytes) if (byte < 0x80) count += 1;
  const values = new Float64Array(count);
  let at = 0;
  let low = 0;
  let high = 0;
  let shift = 0;
  for (const byte of bytes) {
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (shift - 32);
    shift += 7;
    if (byte >= 0x80) continue;
    values[at] = (high | 0) * 2 ** 32 + (low >>> 0);
    at += 1;
    low = 0;
    high = 0;
    shift = 0;
  }
  return values;
}
