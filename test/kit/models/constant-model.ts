import { GraphBuilder, outputNames } from '../../../engine/onnx/index.ts';
import type { Signature } from '../../../local-api/contract/index.ts';

const inputs: Signature['inputs'] = [{ name: 'x', type: 'float', nullable: true, examples: [0.5] }];

/** A regression model that answers x + offset; tell versions apart by their offsets. */
export function offsetModel(offset: number): { bytes: Uint8Array; signature: Signature } {
  const g = new GraphBuilder(`offset ${offset}`);
  const flat = g.node('Reshape', [g.input('x', 'float64', ['N']), g.constant(BigInt64Array.of(-1n))]);
  const sum = g.node('Add', [g.node('Cast', [flat], { to: 1 }), g.constant(Float32Array.of(offset))]);
  g.output(outputNames(inputs).value, sum, 'float32', ['N']);
  return {
    bytes: g.build(),
    signature: { task: 'regression', inputs, target: 'y', classes: null, positive: null },
  };
}

/**
 * A model that answers its example row and fails on every other: x is looked up as a position among two values, so that
 * anything from 2 on is out of bounds. A bad version that passes registration and warm-up.
 */
export function brittleModel(): { bytes: Uint8Array; signature: Signature } {
  const g = new GraphBuilder('brittle');
  const flat = g.node('Reshape', [g.input('x', 'float64', ['N']), g.constant(BigInt64Array.of(-1n))]);
  const place = g.node('Cast', [flat], { to: 7 });
  const value = g.node('Gather', [g.constant(Float32Array.of(0, 1)), place]);
  g.output(outputNames(inputs).value, value, 'float32', ['N']);
  return {
    bytes: g.build(),
    signature: { task: 'regression', inputs, target: 'y', classes: null, positive: null },
  };
}
