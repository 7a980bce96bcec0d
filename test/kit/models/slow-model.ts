import { GraphBuilder, outputNames } from '../../../engine/onnx/index.ts';
import type { Signature } from '../../../local-api/contract/index.ts';

const inputs: Signature['inputs'] = [{ name: 'x', type: 'float', nullable: true, examples: [200] }];
const size = 256;

/**
 * A regression model that answers x and multiplies two large matrices x times before it does, about a millisecond each: rows say
 * how long their answer takes, and its example row takes long.
 */
export function slowModel(): { bytes: Uint8Array; signature: Signature } {
  const g = new GraphBuilder('slow');
  const flat = g.node('Reshape', [g.input('x', 'float64', ['N']), g.constant(BigInt64Array.of(-1n))]);
  const x = g.node('Cast', [flat], { to: 1 });
  const times = g.node('Cast', [g.node('ReduceSum', [x], { keepdims: 0 })], { to: 7 });
  const identity = Float32Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
  const matrix = g.constant(identity, [size, size]);
  const body = g.subgraph('turn');
  body.input('step', 'int64', []);
  const go = body.input('go', 'bool', []);
  const state = body.input('state', 'float32');
  body.output('go_on', body.node('Identity', [go]), 'bool', []);
  body.output('product', body.node('MatMul', [state, matrix]), 'float32');
  const [product] = g.nodes('Loop', [times, g.constant([true], []), matrix], 1, { body });
  if (product === undefined) throw new Error('The loop has no output');
  // Its largest element is 1.
  const one = g.node('ReduceMax', [product], { keepdims: 0 });
  const sum = g.node('Sub', [g.node('Add', [x, one]), g.constant(Float32Array.of(1))]);
  g.output(outputNames(inputs).value, sum, 'float32', ['N']);
  return {
    bytes: g.build(),
    signature: { task: 'regression', inputs, target: 'y', classes: null, positive: null },
  };
}
