import { readValueInfo } from './onnx-facts.ts';
import { fieldsOf } from './protobuf-fields.ts';

/** A node of an ONNX graph. Names of inputs and outputs are those of tensors; an absent optional input is left out. */
export type OnnxNode = {
  name: string;
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes: { name: string; value: string }[];
};

export type OnnxGraph = {
  nodes: OnnxNode[];
  inputs: { name: string; type: string }[];
  outputs: { name: string; type: string }[];
  /** Stored constants by name: element type and shape. */
  constants: Map<string, string>;
  /** Types of tensors, as far as the file tells them. */
  types: Map<string, string>;
};

const text = new TextDecoder();
const LONGEST_ATTRIBUTE = 120;

/**
 * Reads the main graph of an ONNX model: nodes, edges and attributes, without the numbers of its weights. Field numbers
 * are those of onnx.proto3 (ONNX 1.19). Cost grows with the number of nodes.
 *
 * @throws RangeError when the bytes are no protocol buffer
 */
export function readOnnxGraph(model: Uint8Array): OnnxGraph {
  const graph: OnnxGraph = { nodes: [], inputs: [], outputs: [], constants: new Map(), types: new Map() };
  for (const field of fieldsOf(model)) {
    if (field.number === 7 && 'bytes' in field) readGraph(field.bytes, graph);
  }
  const isConstant = (port: { name: string }) => !graph.constants.has(port.name);
  return { ...graph, inputs: graph.inputs.filter(isConstant) };
}

function readGraph(bytes: Uint8Array, graph: OnnxGraph): void {
  for (const field of fieldsOf(bytes)) {
    if (!('bytes' in field)) continue;
    if (field.number === 1) graph.nodes.push(readNode(field.bytes));
    else if (field.number === 5) {
      const { name, shape } = readTensor(field.bytes);
      graph.constants.set(name, shape);
    } else if (field.number === 11 || field.number === 12 || field.number === 13) {
      const port = readValueInfo(field.bytes);
      graph.types.set(port.name, port.type);
      if (field.number === 11) graph.inputs.push(port);
      if (field.number === 12) graph.outputs.push(port);
    }
  }
}

function readNode(bytes: Uint8Array): OnnxNode {
  const node: OnnxNode = { name: '', operator: '', inputs: [], outputs: [], attributes: [] };
  let domain = '';
  for (const field of fieldsOf(bytes)) {
    if (!('bytes' in field)) continue;
    const value = field.number === 5 ? '' : text.decode(field.bytes);
    if (field.number === 1 && value !== '') node.inputs.push(value);
    else if (field.number === 2 && value !== '') node.outputs.push(value);
    else if (field.number === 3) node.name = value;
    else if (field.number === 4) node.operator = value;
    else if (field.number === 5) node.attributes.push(readAttribute(field.bytes));
    else if (field.number === 7) domain = value;
  }
  if (domain !== '' && domain !== 'ai.onnx') node.operator = `${domain}.${node.operator}`;
  return node;
}

/** AttributeProto: floats are 32-bit, integers varints; lists come packed or one by one. */
function readAttribute(bytes: Uint8Array): { name: string; value: string } {
  let name = '';
  const values: string[] = [];
  let more = 0;
  for (const field of fieldsOf(bytes)) {
    if ('value' in field) {
      if (field.number === 3 || field.number === 8) values.push(String(BigInt.asIntN(64, field.value)));
      continue;
    }
    if (field.number === 1) name = text.decode(field.bytes);
    else if (field.number === 4 || field.number === 9) values.push(JSON.stringify(text.decode(field.bytes)));
    else if (field.number === 5) {
      const tensor = readTensor(field.bytes);
      values.push(`tensor ${tensor.shape}`);
    } else if (field.number === 6 || field.number === 11) values.push('graph');
    else if (field.number === 2 || field.number === 7) {
      for (const number of floatsOf(field.bytes)) values.push(String(Number(number.toPrecision(7))));
    } else if (field.number === 8) for (const number of varintsOf(field.bytes)) values.push(number);
    if (values.length > 40) more += values.splice(40).length;
  }
  const list = values.join(', ').slice(0, LONGEST_ATTRIBUTE * 4);
  const all = more > 0 ? `${list}, … ${more} more` : list;
  return { name, value: values.length > 1 ? `[${all}]` : all };
}

function floatsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => view.getFloat32(index * 4, true));
}

function varintsOf(bytes: Uint8Array): string[] {
  const numbers: string[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    numbers.push(String(BigInt.asIntN(64, value)));
    [value, shift] = [0n, 0n];
  }
  return numbers;
}

const elements: Record<number, string> = {
  1: 'float',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'double',
};

/** TensorProto: its name, element type and shape; the data is skipped. */
function readTensor(bytes: Uint8Array): { name: string; shape: string } {
  const sizes: string[] = [];
  let [name, element] = ['', 'unknown'];
  for (const field of fieldsOf(bytes)) {
    if ('value' in field) {
      if (field.number === 1) sizes.push(String(field.value));
      else if (field.number === 2) element = elements[Number(field.value)] ?? `type ${field.value}`;
    } else if (field.number === 1) sizes.push(...varintsOf(field.bytes));
    else if (field.number === 8) name = text.decode(field.bytes);
  }
  return { name, shape: `${element} [${sizes.join(', ')}]` };
}
