import type { Problem } from '../../../../local-api/contract/index.ts';
import { GraphBuilder } from '../../../onnx/index.ts';
import { refusedFor } from '../refusals.ts';
import type { Weight } from '../weights.ts';
import { convolutionOps } from './convolutions.ts';
import { elementwiseOps } from './elementwise.ts';
import { matrixOps } from './matrices.ts';
import { elementNumbers, made, Op, type OpConverter, type Tensor, UnsupportedNode } from './op.ts';
import { type GraphModel, type GraphNode, nodeOf } from './read-graph.ts';
import { reductionOps } from './reductions.ts';
import { shapeOps } from './shapes.ts';
import { sliceOps } from './slices.ts';

const converters: ReadonlyMap<string, OpConverter> = new Map(
  [elementwiseOps, matrixOps, convolutionOps, reductionOps, shapeOps, sliceOps].flatMap((ops) =>
    Object.entries(ops),
  ),
);

const problem = (message: string): Problem => ({ path: '/file', message });

/** What keeps a graph from being converted that can be told without its weights: each operation without a counterpart, once. */
export function graphProblems({ nodes, missing }: GraphModel): Problem[] {
  const strangers = new Map<string, string[]>();
  for (const { name, op } of nodes) {
    if (op === 'Const' || op === 'Placeholder' || converters.has(op)) continue;
    strangers.set(op, [...(strangers.get(op) ?? []), name]);
  }
  return [
    ...missing.map((name) => problem(`The node ${name} is not in the graph`)),
    ...[...strangers].map(([op, [first = '', ...more]]) => {
      const others = more.length === 0 ? '' : ` and ${more.length} more`;
      return problem(`The operation ${op} has no counterpart here (the node ${first}${others})`);
    }),
  ];
}

/**
 * A graph of TensorFlow as ONNX, operation by operation. Errors: models/not-importable, with every node that cannot be converted.
 * Cost: linear in nodes and weights.
 */
export function convertGraph(model: GraphModel, weights: ReadonlyMap<string, Weight>): Uint8Array {
  const g = new GraphBuilder('tfjs');
  const tensors = new Map<string, Tensor>();
  const problems: Problem[] = [];
  const attempt = ({ name, op }: GraphNode, convert: () => Tensor | readonly Tensor[]): void => {
    try {
      [convert()].flat().forEach((tensor, i) => {
        tensors.set(`${name}:${i}`, tensor);
      });
    } catch (thrown) {
      if (!(thrown instanceof UnsupportedNode)) throw thrown;
      if (thrown.message !== '')
        problems.push(problem(`The node ${name} (${op}) cannot be converted: ${thrown.message}`));
    }
  };
  const taken = new Set<string>();
  const free = (name: string): string => {
    const found = taken.has(name) || name === '' ? free(`${name}_output`) : name;
    taken.add(found);
    return found;
  };
  const inputs = new Set(model.inputs.map(({ node }) => node.name));
  for (const { name, node } of model.inputs) attempt(node, () => inputOf(g, free(name), node));
  for (const node of model.nodes) {
    if (inputs.has(node.name)) continue;
    attempt(node, () => tensorOf(g, node, tensors, weights));
  }
  if (problems.length === 0) problems.push(...giveOut(g, model, tensors, free));
  if (problems.length > 0) throw refusedFor(problems);
  return g.build();
}

function giveOut(
  g: GraphBuilder,
  { outputs }: GraphModel,
  tensors: ReadonlyMap<string, Tensor>,
  free: (name: string) => string,
): Problem[] {
  if (outputs.length === 0) return [problem('The graph gives nothing out')];
  return outputs.flatMap(({ name, from }) => {
    const tensor = tensors.get(from);
    if (tensor === undefined) return [problem(`The output ${name} cannot be computed: ${from} is not there`)];
    g.output(free(name), tensor.value, tensor.kind);
    return [];
  });
}

function tensorOf(
  g: GraphBuilder,
  node: GraphNode,
  tensors: ReadonlyMap<string, Tensor>,
  weights: ReadonlyMap<string, Weight>,
): Tensor | readonly Tensor[] {
  if (node.op === 'Const') return constantOf(g, node, weights);
  const convert = converters.get(node.op);
  if (convert === undefined) throw new UnsupportedNode('the model gives nothing to it');
  const inputs = node.from.flatMap((ref) => tensors.get(ref) ?? []);
  if (inputs.length < node.from.length) {
    // A node after one that failed fails for no reason of its own.
    const isLate = node.from.some((ref) => !tensors.has(ref) && tensors.has(`${nodeOf(ref)}:0`));
    throw new UnsupportedNode(isLate ? 'it takes an output that is for training only' : '');
  }
  return convert(new Op(g, node, inputs));
}

function constantOf(g: GraphBuilder, { name }: GraphNode, weights: ReadonlyMap<string, Weight>): Tensor {
  const known = weights.get(name);
  if (known === undefined) throw new UnsupportedNode('its weights are not in the file');
  const { dims, values, type } = known;
  if (type === 'float32')
    return {
      value: g.constant(values instanceof Float32Array ? values : Float32Array.from(values), dims),
      kind: type,
      known,
    };
  if (type === 'int32')
    return { value: g.constant(BigInt64Array.from(values, BigInt), dims), kind: 'int64', known };
  return {
    value: g.constant(
      Array.from(values, (v) => v !== 0),
      dims,
    ),
    kind: 'bool',
    known,
  };
}

function inputOf(g: GraphBuilder, name: string, node: GraphNode): Tensor {
  const op = new Op(g, node, []);
  const kind = op.kind('dtype', 'float32');
  const sizes = op.sizes('shape');
  if (sizes === null) throw new UnsupportedNode('its shape is not said');
  const shape = sizes.map((size, i) => (i === 0 ? 'N' : (size ?? `${name} ${i}`)));
  const value = g.input(name, kind === 'int64' ? 'int32' : kind, shape);
  return made(kind === 'int64' ? g.node('Cast', [value], { to: elementNumbers.int64 }) : value, kind);
}
