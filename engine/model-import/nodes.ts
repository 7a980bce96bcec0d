import type { AttributeValue, NodeProto, TensorProto } from '../onnx/index.ts';

export const int = (value: number): AttributeValue => ({ kind: 'int', value });

/** A node of the standard domain with one output. */
export function node(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeProto {
  return { opType, domain: '', inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) };
}

/** `element` is the number of an element type in onnx.proto. */
export const castTo = (input: string, output: string, element: number): NodeProto =>
  node('Cast', [input], output, { to: int(element) });

/** What Reshape is told. */
export function shapeConstant(name: string, dims: readonly number[]): TensorProto {
  return { name, type: 'int64', dims: [dims.length], data: BigInt64Array.from(dims, BigInt) };
}
