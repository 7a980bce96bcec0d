import { fieldsOf } from './protobuf-fields.ts';

/** What an ONNX file says about itself. */
export type OnnxFacts = {
  irVersion: number | null;
  producer: string;
  opsets: { domain: string; version: number }[];
  inputs: { name: string; type: string }[];
  outputs: { name: string; type: string }[];
  /** Operators by how often they occur, most frequent first; nodes inside subgraphs included. */
  operators: { name: string; count: number }[];
  nodes: number;
  /** Constants stored in the graph. */
  initializers: number;
  metadata: Record<string, string>;
};

const textDecoder = new TextDecoder();

/**
 * Reads the head of an ONNX model without running it: a walk over the protocol buffer that skips what it does not need.
 * Field numbers are those of onnx.proto3 (ONNX 1.19). Cost grows with the number of nodes, not with the weights.
 *
 * @throws RangeError when the bytes are no protocol buffer
 */
export function readOnnxFacts(bytes: Uint8Array): OnnxFacts {
  const facts: OnnxFacts = {
    irVersion: null,
    producer: '',
    opsets: [],
    inputs: [],
    outputs: [],
    operators: [],
    nodes: 0,
    initializers: 0,
    metadata: {},
  };
  const operators = new Map<string, number>();
  const producer: string[] = [];
  for (const field of fieldsOf(bytes)) {
    if ('value' in field) {
      if (field.number === 1) facts.irVersion = Number(field.value);
    } else if (field.number === 2 || field.number === 3) producer.push(textDecoder.decode(field.bytes));
    else if (field.number === 7) readGraph(field.bytes, facts, operators, true);
    else if (field.number === 8) facts.opsets.push(readOpset(field.bytes));
    else if (field.number === 14) Object.assign(facts.metadata, readEntry(field.bytes));
  }
  facts.producer = producer.filter((part) => part !== '').join(' ');
  facts.operators = [...operators]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  return facts;
}

function readGraph(
  bytes: Uint8Array,
  facts: OnnxFacts,
  operators: Map<string, number>,
  isTop: boolean,
): void {
  for (const field of fieldsOf(bytes)) {
    if (!('bytes' in field)) continue;
    if (field.number === 1) readNode(field.bytes, facts, operators);
    else if (field.number === 5) facts.initializers += 1;
    else if (isTop && field.number === 11) facts.inputs.push(readValueInfo(field.bytes));
    else if (isTop && field.number === 12) facts.outputs.push(readValueInfo(field.bytes));
  }
}

function readNode(bytes: Uint8Array, facts: OnnxFacts, operators: Map<string, number>): void {
  facts.nodes += 1;
  let [name, domain] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (!('bytes' in field)) continue;
    if (field.number === 4) name = textDecoder.decode(field.bytes);
    else if (field.number === 7) domain = textDecoder.decode(field.bytes);
    else if (field.number === 5) {
      // An attribute may hold a graph of its own (6: one, 11: several).
      for (const part of fieldsOf(field.bytes)) {
        if ('bytes' in part && (part.number === 6 || part.number === 11)) {
          readGraph(part.bytes, facts, operators, false);
        }
      }
    }
  }
  const full = domain === '' || domain === 'ai.onnx' ? name : `${domain}.${name}`;
  operators.set(full, (operators.get(full) ?? 0) + 1);
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  let [domain, version] = ['', 0];
  for (const field of fieldsOf(bytes)) {
    if ('value' in field) version = Number(field.value);
    else domain = textDecoder.decode(field.bytes);
  }
  return { domain: domain === '' ? 'ai.onnx' : domain, version };
}

function readEntry(bytes: Uint8Array): Record<string, string> {
  let [key, value] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (!('bytes' in field)) continue;
    if (field.number === 1) key = textDecoder.decode(field.bytes);
    else if (field.number === 2) value = textDecoder.decode(field.bytes);
  }
  return { [key]: value };
}

const elementTypes: Record<number, string> = {
  1: 'float',
  2: 'uint8',
  3: 'int8',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'double',
};

/** Reads a ValueInfoProto: a name with the type and shape of its tensor: `float [N, 1]`. */
export function readValueInfo(bytes: Uint8Array): { name: string; type: string } {
  let [name, type] = ['', 'unknown'];
  for (const field of fieldsOf(bytes)) {
    if (!('bytes' in field)) continue;
    if (field.number === 1) name = textDecoder.decode(field.bytes);
    else if (field.number === 2) {
      const tensor = [...fieldsOf(field.bytes)].find((part) => part.number === 1);
      type = tensor && 'bytes' in tensor ? readTensorType(tensor.bytes) : 'not a tensor';
    }
  }
  return { name, type };
}

function readTensorType(bytes: Uint8Array): string {
  let element = 'unknown';
  const sizes: string[] = [];
  for (const field of fieldsOf(bytes)) {
    if ('value' in field) element = elementTypes[Number(field.value)] ?? `type ${field.value}`;
    else if (field.number === 2) {
      for (const dimension of fieldsOf(field.bytes)) {
        if (!('bytes' in dimension)) continue;
        const [size] = fieldsOf(dimension.bytes);
        sizes.push(
          size === undefined ? '?' : 'value' in size ? String(size.value) : textDecoder.decode(size.bytes),
        );
      }
    }
  }
  return `${element} [${sizes.join(', ')}]`;
}
