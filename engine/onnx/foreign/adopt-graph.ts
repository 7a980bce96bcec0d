import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  writeNode,
  writeTensor,
  writeValueInfo,
} from '../encode.ts';
import { copyFields } from '../flatten-model.ts';

/** What is put around a graph. Its own inputs and outputs are dropped: nodes `before` make the values it used to be given. */
export type Surroundings = {
  /** New names for values and nodes that are in the way of ours. */
  rename: ReadonlyMap<string, string>;
  /** Nodes of the main graph to leave out, by their place. */
  drop: ReadonlySet<number>;
  before: readonly NodeProto[];
  after: readonly NodeProto[];
  constants: readonly TensorProto[];
  inputs: readonly ValueInfoProto[];
  /** A name alone has its type inferred. */
  outputs: readonly (ValueInfoProto | { name: string })[];
  metadata: Readonly<Record<string, string>>;
};

const delimited = WireType.LengthDelimited;

/**
 * A copy of a model with other inputs and outputs. Nodes, weights and functions stay as they are but for the names of values; what
 * a file says of its shapes goes, since ONNX Runtime infers them and some exporters state them wrongly.
 */
export function adoptGraph(model: Uint8Array, around: Surroundings): Uint8Array {
  const writer = new BinaryWriter();
  const domains = new Set<string>();
  const seen = new Set<string>();
  copyFields(model, writer, (field, bytes) => {
    if (field === 7) {
      writer.tag(7, delimited).bytes(adopted(bytes, around));
      return true;
    }
    if (field === 8) {
      domains.add(domainOf(bytes));
      // Some exporters write the same line twice.
      const key = Buffer.from(bytes).toString('latin1');
      if (seen.has(key)) return true;
      seen.add(key);
      return false;
    }
    // Documentation, and what training would need.
    return field === 6 || field === 20;
  });
  for (const { domain } of [...around.before, ...around.after]) {
    if (domains.has(domain)) continue;
    domains.add(domain);
    const version = domain === '' ? 17 : 3;
    writer
      .tag(8, delimited)
      .fork()
      .tag(1, delimited)
      .string(domain)
      .tag(2, WireType.Varint)
      .int64(version)
      .join();
  }
  for (const [key, value] of Object.entries(around.metadata).sort(([a], [b]) => (a < b ? -1 : 1)))
    writer.tag(14, delimited).fork().tag(1, delimited).string(key).tag(2, delimited).string(value).join();
  return writer.finish();
}

function domainOf(opset: Uint8Array): string {
  let domain = '';
  copyFields(opset, new BinaryWriter(), (field, bytes) => {
    if (field === 1) domain = Buffer.from(bytes).toString('utf8');
    return false;
  });
  return domain === 'ai.onnx' ? '' : domain;
}

function adopted(graph: Uint8Array, around: Surroundings): Uint8Array {
  const { rename } = around;
  const writer = new BinaryWriter();
  const message = (field: number, write: (writer: BinaryWriter) => void): void => {
    writer.tag(field, delimited).fork();
    write(writer);
    writer.join();
  };
  for (const node of around.before) message(1, (inner) => writeNode(inner, node));
  let place = -1;
  copyFields(graph, writer, (field, bytes) => {
    if (field === 1) {
      place += 1;
      if (!around.drop.has(place)) writer.tag(1, delimited).bytes(renamedNode(bytes, rename));
      return true;
    }
    if (field === 5) writer.tag(5, delimited).bytes(renamedTensor(bytes, rename));
    else if (field === 15) writer.tag(15, delimited).bytes(renamedSparse(bytes, rename));
    // Inputs, outputs, documentation, shapes of values, notes on quantisation.
    return field === 5 || (field >= 10 && field <= 15);
  });
  for (const node of around.after) message(1, (inner) => writeNode(inner, node));
  for (const tensor of around.constants) message(5, (inner) => writeTensor(inner, tensor));
  for (const input of around.inputs) message(11, (inner) => writeValueInfo(inner, input));
  for (const output of around.outputs)
    message(12, (inner) => {
      if ('type' in output) writeValueInfo(inner, output);
      else inner.tag(1, delimited).string(output.name);
    });
  return writer.finish();
}

type Renames = ReadonlyMap<string, string>;
type Rewrite = (bytes: Uint8Array, rename: Renames) => Uint8Array;

/** Copies a message; the fields listed are rewritten, and those under `names` are names of values. */
function rewritten(
  message: Uint8Array,
  rename: Renames,
  names: readonly number[],
  inner: Readonly<Record<number, Rewrite>> = {},
): Uint8Array {
  if (rename.size === 0) return message;
  const writer = new BinaryWriter();
  copyFields(message, writer, (field, bytes) => {
    if (names.includes(field)) {
      const name = Buffer.from(bytes).toString('utf8');
      writer.tag(field, delimited).string(rename.get(name) ?? name);
      return true;
    }
    const rewrite = inner[field];
    if (rewrite === undefined) return false;
    writer.tag(field, delimited).bytes(rewrite(bytes, rename));
    return true;
  });
  return writer.finish();
}

const renamedTensor: Rewrite = (bytes, rename) => rewritten(bytes, rename, [8]);
const renamedSparse: Rewrite = (bytes, rename) => rewritten(bytes, rename, [], { 1: renamedTensor });
const renamedValue: Rewrite = (bytes, rename) => rewritten(bytes, rename, [1]);
const renamedNode: Rewrite = (bytes, rename) => rewritten(bytes, rename, [1, 2, 3], { 5: renamedAttribute });
const renamedAttribute: Rewrite = (bytes, rename) =>
  rewritten(bytes, rename, [], { 6: renamedInnerGraph, 11: renamedInnerGraph });
/** Graphs inside nodes see the values around them by name. */
const renamedInnerGraph: Rewrite = (bytes, rename) =>
  rewritten(bytes, rename, [], {
    1: renamedNode,
    5: renamedTensor,
    11: renamedValue,
    12: renamedValue,
    13: renamedValue,
    15: renamedSparse,
  });
