import { z } from 'zod';

/** A node of a graph of TensorFlow. */
export type GraphNode = {
  name: string;
  op: string;
  /** The outputs that it takes, as `node:index`, in order; what only has to run before it is left out. */
  from: readonly string[];
  attr: Readonly<Record<string, unknown>>;
};

export type GraphModel = {
  /** What the model takes, by the names it has outside. */
  inputs: readonly { name: string; node: GraphNode }[];
  outputs: readonly { name: string; from: string }[];
  /** The nodes that the outputs need, each after those that it takes, as far as they run in no circle. */
  nodes: readonly GraphNode[];
  /** Nodes that are named and are not there. */
  missing: readonly string[];
};

const Topology = z.object({
  node: z.array(
    z.object({
      name: z.string(),
      op: z.string(),
      input: z.array(z.string()).nullish(),
      attr: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});
const Tensors = z
  .record(z.string(), z.object({ name: z.string(), tensorShape: z.unknown().optional() }))
  .nullish();
const Signature = z.object({ inputs: Tensors, outputs: Tensors });

/**
 * Reads `modelTopology` of a graph model. Its inputs and outputs are those of `signature`; without one, the placeholders and the
 * nodes that no other takes. Null when it is no graph. Cost: linear in nodes and edges.
 */
export function readGraph(topology: unknown, signature: unknown): GraphModel | null {
  const parsed = Topology.safeParse(topology);
  if (!parsed.success) return null;
  const nodes = new Map<string, GraphNode>();
  for (const { name, op, input, attr } of parsed.data.node) {
    const from = (input ?? []).filter((ref) => !ref.startsWith('^')).map(outputOf);
    nodes.set(name, { name, op, from, attr: attr ?? {} });
  }
  const face = Signature.safeParse(signature).data;
  const outputs = named(face?.outputs) ?? loose(nodes);
  const found = inOrder(
    nodes,
    outputs.map(({ from }) => from),
  );
  const placeholders: Face[] = [...nodes.values()]
    .filter(({ op }) => op === 'Placeholder')
    .map(({ name }) => ({ name, from: `${name}:0` }));
  const missing = new Set(found.missing);
  const inputs = (named(face?.inputs) ?? placeholders).flatMap(({ name, from, shape }) => {
    const node = nodes.get(nodeOf(from));
    if (node === undefined) missing.add(nodeOf(from));
    if (node === undefined) return [];
    // The signature may know more than the node.
    return [{ name, node: shape == null ? node : { ...node, attr: { ...node.attr, shape: { shape } } } }];
  });
  return { inputs, outputs, nodes: found.nodes, missing: [...missing] };
}

/** `node`, `node:1` and `node:output:1` as `node:index`. */
function outputOf(ref: string): string {
  const [node = '', ...rest] = ref.split(':');
  return `${node}:${Number(rest.at(-1) ?? 0) || 0}`;
}

export function nodeOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf(':'));
}

type Face = { name: string; from: string; shape?: unknown };

function named(tensors: z.infer<typeof Tensors>): Face[] | null {
  const entries = Object.entries(tensors ?? {});
  if (entries.length === 0) return null;
  return entries.map(([name, tensor]) => ({
    name: name.replace(/:\d+$/, ''),
    from: outputOf(tensor.name),
    shape: tensor.tensorShape,
  }));
}

function loose(nodes: ReadonlyMap<string, GraphNode>): Face[] {
  const taken = new Set([...nodes.values()].flatMap(({ from }) => from.map(nodeOf)));
  return [...nodes.values()]
    .filter(({ name, op }) => !taken.has(name) && !['NoOp', 'Const', 'Placeholder'].includes(op))
    .map(({ name }) => ({ name, from: `${name}:0` }));
}

/** Depth first, without recursion: graphs are deep. */
function inOrder(
  nodes: ReadonlyMap<string, GraphNode>,
  outputs: readonly string[],
): { nodes: GraphNode[]; missing: string[] } {
  const seen = new Set<string>();
  const missing: string[] = [];
  const order: GraphNode[] = [];
  const open: { node: GraphNode; next: number }[] = [];
  const visit = (ref: string): void => {
    const name = nodeOf(ref);
    if (seen.has(name)) return;
    seen.add(name);
    const node = nodes.get(name);
    if (node === undefined) missing.push(name);
    else open.push({ node, next: 0 });
  };
  for (const output of outputs) {
    visit(output);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const ref = top.node.from[top.next];
      top.next += 1;
      if (ref !== undefined) visit(ref);
      else {
        order.push(top.node);
        open.pop();
      }
    }
  }
  return { nodes: order, missing };
}
