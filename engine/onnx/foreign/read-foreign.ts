import { WireType } from '@bufbuild/protobuf/wire';
import { fieldsOf, nodeOf, type OnnxNode, tensorOf } from '../decode.ts';
import { type GraphFacts, gatherFacts } from './graph-facts.ts';

/** What flows: a tensor of an element type (its number in onnx.proto), or something else. Sizes are null where any goes. */
export type ForeignType =
  | { kind: 'tensor'; element: number; dims: readonly (number | null)[] | null; names: readonly string[] }
  | { kind: 'other'; what: string };
export type ForeignValue = { name: string; type: ForeignType };

/** A model that some other program wrote, as far as taking it over needs it. */
export type ForeignModel = {
  producer: string;
  /** By domain; the standard one is ''. */
  opsets: ReadonlyMap<string, number>;
  /** Nodes of the main graph, in its order. */
  nodes: readonly OnnxNode[];
  inputs: readonly ForeignValue[];
  outputs: readonly ForeignValue[];
  /** Texts or whole numbers (as text) of constants with one dimension, at most some thousands: names of classes, for instance. */
  labels: ReadonlyMap<string, readonly string[]>;
  facts: GraphFacts;
};

/**
 * Reads an ONNX file of any producer; weights are passed over. Throws an Error with the reason when the bytes are no such file.
 * Cost: linear in its size, without copying it.
 */
export function readForeign(model: Uint8Array): ForeignModel {
  const opsets = new Map<string, number>();
  const functions: Uint8Array[] = [];
  const made = ['', ''];
  let graph: Uint8Array | null = null;
  for (const { field, reader } of fieldsOf(model)) {
    if (field === 2) made[0] = reader.string();
    else if (field === 3) made[1] = reader.string();
    else if (field === 7) graph = reader.bytes();
    else if (field === 8) {
      const { domain, version } = opsetOf(reader.bytes());
      opsets.set(domain, Math.max(version, opsets.get(domain) ?? 0));
    } else if (field === 25) functions.push(reader.bytes());
  }
  if (graph === null) throw new Error('it holds no graph');
  const read = readGraph(graph);
  return {
    producer: made.filter((part) => part !== '').join(' '),
    opsets,
    ...read,
    facts: gatherFacts(graph, functions),
  };
}

function opsetOf(bytes: Uint8Array): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) domain = reader.string();
    else if (field === 2) version = Number(reader.int64());
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version };
}

const mostLabels = 20_000;

function readGraph(graph: Uint8Array): Pick<ForeignModel, 'nodes' | 'inputs' | 'outputs' | 'labels'> {
  const nodes: OnnxNode[] = [];
  const inputs: ForeignValue[] = [];
  const outputs: ForeignValue[] = [];
  const constants = new Set<string>();
  const labels = new Map<string, readonly string[]>();
  for (const { field, reader } of fieldsOf(graph)) {
    if (field === 1) nodes.push(nodeOf(reader.bytes()));
    else if (field === 5) {
      const { name, labels: found } = constantOf(reader.bytes());
      constants.add(name);
      if (found !== null) labels.set(name, found);
    } else if (field === 11) inputs.push(valueInfoOf(reader.bytes()));
    else if (field === 12) outputs.push(valueInfoOf(reader.bytes()));
  }
  // Files of before 2019 list their constants among the inputs.
  return { nodes, inputs: inputs.filter(({ name }) => !constants.has(name)), outputs, labels };
}

function constantOf(bytes: Uint8Array): { name: string; labels: readonly string[] | null } {
  let name = '';
  let type = 0;
  const dims: number[] = [];
  const texts: string[] = [];
  for (const { field, wireType, reader } of fieldsOf(bytes)) {
    if (field === 1) {
      if (wireType !== WireType.LengthDelimited) dims.push(Number(reader.int64()));
      else
        for (const packed = reader.uint32() + reader.pos; reader.pos < packed; )
          dims.push(Number(reader.int64()));
    } else if (field === 2) type = reader.int32();
    else if (field === 6 && texts.length < mostLabels) texts.push(reader.string());
    else if (field === 8) name = reader.string();
  }
  if (dims.length !== 1 || (dims[0] ?? 0) > mostLabels) return { name, labels: null };
  if (type === 8) return { name, labels: texts };
  if (type !== 6 && type !== 7) return { name, labels: null };
  const { numbers } = tensorOf(bytes);
  return { name, labels: numbers === null ? null : Array.from(numbers, String) };
}

/** A ValueInfoProto. */
function valueInfoOf(bytes: Uint8Array): ForeignValue {
  let name = '';
  let type: ForeignType = { kind: 'other', what: 'value of unknown type' };
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) name = reader.string();
    else if (field === 2) type = typeOf(reader.bytes());
  }
  return { name, type };
}

const otherTypes: Readonly<Record<number, string>> = {
  4: 'sequence',
  5: 'map',
  7: 'opaque value',
  8: 'sparse tensor',
  9: 'optional value',
};

function typeOf(bytes: Uint8Array): ForeignType {
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) return tensorTypeOf(reader.bytes());
    const what = otherTypes[field];
    if (what !== undefined) return { kind: 'other', what };
  }
  return { kind: 'other', what: 'value of unknown type' };
}

function tensorTypeOf(bytes: Uint8Array): ForeignType {
  let element = 0;
  let dims: (number | null)[] | null = null;
  const names: string[] = [];
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) element = reader.int32();
    else if (field === 2) {
      dims = [];
      for (const { field: inner, reader: shape } of fieldsOf(reader.bytes())) {
        if (inner !== 1) continue;
        const { size, name } = dimensionOf(shape.bytes());
        dims.push(size);
        names.push(name);
      }
    }
  }
  return { kind: 'tensor', element, dims, names };
}

/** A size of zero or less means "any" in files of some exporters. */
function dimensionOf(bytes: Uint8Array): { size: number | null; name: string } {
  let size: number | null = null;
  let name = '';
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) size = Number(reader.int64());
    else if (field === 2) name = reader.string();
  }
  return { size: size !== null && size > 0 ? size : null, name };
}
