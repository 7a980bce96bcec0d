import { z } from 'zod';

/** A layer with the layers whose outputs it takes, in order. */
export type Layer = { name: string; kind: string; config: Readonly<Record<string, unknown>>; from: string[] };
/** Layers in the order of computation. */
export type Topology = { layers: Layer[]; outputs: string[] };

const Config = z.record(z.string(), z.unknown());
const SequentialLayer = z.object({ class_name: z.string(), config: Config });
const Reference = z.tuple([z.string(), z.number(), z.number()]).rest(z.unknown());
const GraphLayer = SequentialLayer.extend({
  name: z.string(),
  inbound_nodes: z.array(z.array(Reference)),
});
const ModelConfig = z.union([
  z.object({
    class_name: z.literal('Sequential'),
    config: z.union([
      z.array(SequentialLayer),
      z.object({ layers: z.array(SequentialLayer) }).transform((c) => c.layers),
    ]),
  }),
  z.object({
    class_name: z.enum(['Model', 'Functional']),
    config: z.object({
      layers: z.array(GraphLayer),
      input_layers: z.array(Reference),
      output_layers: z.array(Reference),
    }),
  }),
]);
const ModelTopology = z.union([
  z.object({ model_config: ModelConfig }).transform((t) => t.model_config),
  ModelConfig,
]);

/**
 * Reads `modelTopology` of a layers model: a chain of layers, or a graph of them. Null for one that is neither, or that uses a
 * layer more than once.
 */
export function readTopology(raw: unknown): Topology | null {
  const parsed = ModelTopology.safeParse(raw);
  if (!parsed.success) return null;
  return parsed.data.class_name === 'Sequential' ? chain(parsed.data.config) : graph(parsed.data.config);
}

function chain(layers: readonly z.infer<typeof SequentialLayer>[]): Topology {
  const made: Layer[] = [];
  const [first] = layers;
  let before: string[] = [];
  if (first !== undefined && first.class_name !== 'InputLayer') {
    // The input is told by the first layer.
    made.push({ name: 'input', kind: 'InputLayer', config: first.config, from: [] });
    before = ['input'];
  }
  for (const [i, { class_name, config }] of layers.entries()) {
    const name = typeof config.name === 'string' ? config.name : `layer_${i}`;
    made.push({ name, kind: class_name, config, from: before });
    before = [name];
  }
  return { layers: made, outputs: before };
}

type GraphConfig = {
  layers: z.infer<typeof GraphLayer>[];
  input_layers: z.infer<typeof Reference>[];
  output_layers: z.infer<typeof Reference>[];
};

function graph({ layers, input_layers, output_layers }: GraphConfig): Topology | null {
  const made: Layer[] = [];
  // Inputs come first, in the order in which the model takes them.
  const places = new Map(input_layers.map(([name], i) => [name, i]));
  const placeOf = (name: string): number => places.get(name) ?? input_layers.length;
  const sorted = [...layers].sort((a, b) => placeOf(a.name) - placeOf(b.name));
  const open = new Map(sorted.map((layer) => [layer.name, layer]));
  if (layers.some(({ inbound_nodes }) => inbound_nodes.length > 1)) return null;
  while (open.size > 0) {
    const ready = [...open.values()].filter(({ inbound_nodes }) =>
      (inbound_nodes[0] ?? []).every(([from]) => !open.has(from)),
    );
    if (ready.length === 0) return null;
    for (const { name, class_name, config, inbound_nodes } of ready) {
      open.delete(name);
      made.push({ name, kind: class_name, config, from: (inbound_nodes[0] ?? []).map(([from]) => from) });
    }
  }
  return { layers: made, outputs: output_layers.map(([name]) => name) };
}
