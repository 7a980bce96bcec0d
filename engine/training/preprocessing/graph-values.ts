import type { GraphBuilder, Value } from '../../onnx/index.ts';

const elementTypes = { float32: 1, int64: 7, float64: 11 } as const;

export const cast = (graph: GraphBuilder, value: Value, to: keyof typeof elementTypes): Value =>
  graph.node('Cast', [value], { to: elementTypes[to] });

/** A float64 scalar. */
export const number = (graph: GraphBuilder, value: number): Value =>
  graph.constant(Float64Array.of(value), []);

/** An int64 scalar. */
export const integer = (graph: GraphBuilder, value: number | bigint): Value =>
  graph.constant(BigInt64Array.of(BigInt(value)), []);
