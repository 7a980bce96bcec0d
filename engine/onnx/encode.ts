import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/*
 * The part of the ONNX schema (onnx.proto, IR version 8) that Assay writes. Field numbers are the schema's own.
 * Fields are written in ascending order and numeric tensors as raw little-endian bytes, so equal models have equal bytes.
 */

/** Element types of tensors, by the names that ONNX Runtime uses in JavaScript. */
const elementTypes = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
} as const;
export type ElementType = keyof typeof elementTypes;

/** A dimension: a size, or a name where it is only known at run time (`N` rows). */
export type Dimension = number | string;

export type TensorData =
  | Float32Array
  | Float64Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | readonly string[]
  | readonly boolean[];

export type TensorProto = { name: string; type: ElementType; dims: readonly number[]; data: TensorData };
/** No shape: the rank is not known. */
export type ValueInfoProto = { name: string; type: ElementType; shape?: readonly Dimension[] };

export type AttributeValue =
  | { kind: 'float'; value: number }
  | { kind: 'int'; value: number | bigint }
  | { kind: 'string'; value: string }
  | { kind: 'tensor'; value: TensorProto }
  | { kind: 'graph'; value: GraphProto }
  | { kind: 'floats'; value: Float32Array }
  | { kind: 'ints'; value: readonly (number | bigint)[] | Int32Array }
  | { kind: 'strings'; value: readonly string[] };

export type NodeProto = {
  inputs: readonly string[];
  outputs: readonly string[];
  opType: string;
  domain: string;
  attributes: ReadonlyMap<string, AttributeValue>;
};
export type GraphProto = {
  name: string;
  nodes: readonly NodeProto[];
  initializers: readonly TensorProto[];
  inputs: readonly ValueInfoProto[];
  outputs: readonly ValueInfoProto[];
};
export type ModelProto = {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  graph: GraphProto;
  opsets: readonly { domain: string; version: number }[];
  /** Written in the order given. */
  metadata: readonly (readonly [key: string, value: string])[];
};

const attributeTypes: Record<AttributeValue['kind'], number> = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
};

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number | bigint): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function packedIntegers(writer: BinaryWriter, field: number, values: Iterable<number | bigint>): void {
  message(writer, field, (inner) => {
    for (const value of values) inner.int64(value);
  });
}

/** Little-endian bytes of an array of numbers. Typed arrays of every machine that Node runs on are little-endian. */
function rawBytes(array: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function isStrings(data: TensorData): data is readonly string[] {
  return Array.isArray(data) && typeof data[0] === 'string';
}

export function writeTensor(writer: BinaryWriter, tensor: TensorProto): void {
  if (tensor.dims.length > 0) packedIntegers(writer, 1, tensor.dims);
  integer(writer, 2, elementTypes[tensor.type]);
  const { data } = tensor;
  if (isStrings(data)) for (const value of data) text(writer, 6, value);
  text(writer, 8, tensor.name);
  if (ArrayBuffer.isView(data)) writer.tag(9, WireType.LengthDelimited).bytes(rawBytes(data));
  else if (tensor.type === 'bool')
    writer
      .tag(9, WireType.LengthDelimited)
      .bytes(Uint8Array.from(Array.from<boolean | string>(data), Number));
}

export function writeValueInfo(writer: BinaryWriter, value: ValueInfoProto): void {
  text(writer, 1, value.name);
  message(writer, 2, (type) =>
    message(type, 1, (tensorType) => {
      integer(tensorType, 1, elementTypes[value.type]);
      const { shape: dimensions } = value;
      if (dimensions === undefined) return;
      message(tensorType, 2, (shape) => {
        for (const dimension of dimensions)
          message(shape, 1, (entry) => {
            if (typeof dimension === 'number') integer(entry, 1, dimension);
            else text(entry, 2, dimension);
          });
      });
    }),
  );
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: AttributeValue): void {
  text(writer, 1, name);
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case 'int':
      integer(writer, 3, attribute.value);
      break;
    case 'string':
      text(writer, 4, attribute.value);
      break;
    case 'tensor':
      message(writer, 5, (inner) => writeTensor(inner, attribute.value));
      break;
    case 'graph':
      message(writer, 6, (inner) => writeGraph(inner, attribute.value));
      break;
    case 'floats':
      writer.tag(7, WireType.LengthDelimited).bytes(rawBytes(attribute.value));
      break;
    case 'ints':
      packedIntegers(writer, 8, attribute.value);
      break;
    case 'strings':
      for (const value of attribute.value) text(writer, 9, value);
      break;
  }
  integer(writer, 20, attributeTypes[attribute.kind]);
}

export function writeNode(writer: BinaryWriter, node: NodeProto): void {
  for (const name of node.inputs) text(writer, 1, name);
  for (const name of node.outputs) text(writer, 2, name);
  // The node is named after what it makes, so that messages of ONNX Runtime say which one they mean.
  text(writer, 3, node.outputs[0] ?? node.opType);
  text(writer, 4, node.opType);
  for (const [name, value] of node.attributes)
    message(writer, 5, (inner) => writeAttribute(inner, name, value));
  if (node.domain !== '') text(writer, 7, node.domain);
}

function writeGraph(writer: BinaryWriter, graph: GraphProto): void {
  for (const node of graph.nodes) message(writer, 1, (inner) => writeNode(inner, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) message(writer, 5, (inner) => writeTensor(inner, tensor));
  for (const value of graph.inputs) message(writer, 11, (inner) => writeValueInfo(inner, value));
  for (const value of graph.outputs) message(writer, 12, (inner) => writeValueInfo(inner, value));
}

/** The bytes of an ONNX file. Cost: linear in its size. */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, model.irVersion);
  text(writer, 2, model.producerName);
  text(writer, 3, model.producerVersion);
  message(writer, 7, (inner) => writeGraph(inner, model.graph));
  for (const opset of model.opsets)
    message(writer, 8, (inner) => {
      text(inner, 1, opset.domain);
      integer(inner, 2, opset.version);
    });
  for (const [key, value] of model.metadata)
    message(writer, 14, (inner) => {
      text(inner, 1, key);
      text(inner, 2, value);
    });
  return writer.finish();
}
