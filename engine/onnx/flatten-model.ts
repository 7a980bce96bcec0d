import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type ElementType, writeNode, writeTensor, writeValueInfo } from './encode.ts';

/** Field numbers of onnx.proto that are rewritten here. */
const modelGraph = 7;
const graphInput = 11;
const graphOutput = 12;

export type FlattenOptions = {
  /** The output of shape `[N, k]` that is replaced. */
  output: string;
  /** Names of the k outputs of shape `[N]` that take its place. */
  columns: readonly string[];
  /** The only input of the model, whose declared shape becomes `[N, 1]`; null when there are several. */
  loneInput: { name: string; type: ElementType } | null;
};

/**
 * A copy of a model that answers in columns of shape `[N]` only, for tools that put each output into one column of a data frame
 * (MLflow's pyfunc does), and that takes its only input as `[N, 1]`, as those tools send it. Everything else stays byte for byte.
 */
export function flattenModel(model: Uint8Array, options: FlattenOptions): Uint8Array {
  const writer = new BinaryWriter();
  copyFields(model, writer, (field, bytes) => {
    if (field !== modelGraph) return false;
    writer.tag(field, WireType.LengthDelimited).bytes(flattenGraph(bytes, options));
    return true;
  });
  return writer.finish();
}

function flattenGraph(graph: Uint8Array, { output, columns, loneInput }: FlattenOptions): Uint8Array {
  const writer = new BinaryWriter();
  copyFields(graph, writer, (field, bytes) => {
    if (field === graphOutput) return nameOf(bytes) === output;
    if (field !== graphInput || loneInput === null || nameOf(bytes) !== loneInput.name) return false;
    writer.tag(field, WireType.LengthDelimited).fork();
    writeValueInfo(writer, { ...loneInput, shape: ['N', 1] });
    writer.join();
    return true;
  });
  for (const [index, name] of columns.entries()) {
    const position = `${name}/index`;
    writer.tag(5, WireType.LengthDelimited).fork();
    writeTensor(writer, { name: position, type: 'int64', dims: [], data: BigInt64Array.of(BigInt(index)) });
    writer.join().tag(1, WireType.LengthDelimited).fork();
    writeNode(writer, {
      opType: 'Gather',
      domain: '',
      inputs: [output, position],
      outputs: [name],
      attributes: new Map([['axis', { kind: 'int', value: 1 }]]),
    });
    writer.join().tag(graphOutput, WireType.LengthDelimited).fork();
    writeValueInfo(writer, { name, type: 'float32', shape: ['N'] });
    writer.join();
  }
  return writer.finish();
}

/** Copies a message field by field; `replace` tells whether it dealt with a length-delimited field itself. */
export function copyFields(
  message: Uint8Array,
  writer: BinaryWriter,
  replace: (field: number, bytes: Uint8Array) => boolean,
): void {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (wireType !== WireType.LengthDelimited) reader.skip(wireType, field);
    else if (replace(field, reader.bytes())) continue;
    writer.raw(message.subarray(start, reader.pos));
  }
}

/** Name of a ValueInfoProto. */
function nameOf(valueInfo: Uint8Array): string {
  const reader = new BinaryReader(valueInfo);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) return reader.string();
    reader.skip(wireType, field);
  }
  return '';
}
