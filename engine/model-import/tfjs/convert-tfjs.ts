import { z } from 'zod';
import type { Problem } from '../../../local-api/contract/index.ts';
import { messageOf } from '../../errors.ts';
import { GraphBuilder } from '../../onnx/index.ts';
import { convertGraph, graphProblems } from './graph/convert-graph.ts';
import { readGraph } from './graph/read-graph.ts';
import { type Flow, UnsupportedLayer } from './layer.ts';
import { layerConverters } from './layers.ts';
import { refused, refusedFor, wayThroughPython } from './refusals.ts';
import { type Layer, readTopology, type Topology } from './topology.ts';
import { readWeights, type Weight, WeightsManifest } from './weights.ts';

export type ConvertedModel = { onnx: Uint8Array; format: 'tfjs-layers' | 'tfjs-graph'; producer: string };

const ModelJson = z.object({
  format: z.string().nullish(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: WeightsManifest,
  signature: z.unknown().optional(),
  userDefinedMetadata: z.object({ signature: z.unknown().optional() }).nullish().catch(null),
});

/**
 * A model of TensorFlow.js as ONNX: the layers of a layers model, or the operations of a graph model, as operators, and weights
 * restored where they were quantised. `read` gives a file beside model.json.
 *
 * Errors: models/not-importable, with every layer or operation that cannot be converted and every file that is missing.
 * Cost: linear in the weights.
 */
export async function convertTfjs(
  json: Uint8Array,
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<ConvertedModel> {
  const parsed = ModelJson.safeParse(parseJson(json));
  if (!parsed.success)
    throw refused(
      'This JSON file is not the model.json of a TensorFlow.js model: it has no modelTopology and weightsManifest.',
    );
  const { format, generatedBy, convertedBy, modelTopology } = parsed.data;
  const producer = [generatedBy, convertedBy].filter((part) => part != null && part !== '').join(', ');
  return format === 'graph-model' || Array.isArray(modelTopology.node)
    ? { onnx: await graphAsOnnx(parsed.data, read), format: 'tfjs-graph', producer }
    : { onnx: await layersAsOnnx(parsed.data, read), format: 'tfjs-layers', producer };
}

type ModelFile = z.infer<typeof ModelJson>;
type Read = (path: string) => Promise<Uint8Array | null>;

async function graphAsOnnx(
  { modelTopology, weightsManifest, signature, userDefinedMetadata }: ModelFile,
  read: Read,
): Promise<Uint8Array> {
  const graph = readGraph(modelTopology, signature ?? userDefinedMetadata?.signature);
  if (graph === null) throw refused('Its graph cannot be read: it is no list of nodes.', wayThroughPython);
  const { weights, problems } = await readWeights(weightsManifest, read);
  const faults = [...graphProblems(graph), ...problems];
  if (faults.length > 0) throw refusedFor(faults);
  return convertGraph(graph, weights);
}

async function layersAsOnnx({ modelTopology, weightsManifest }: ModelFile, read: Read): Promise<Uint8Array> {
  const topology = readTopology(modelTopology);
  if (topology === null)
    throw refused(
      'Its layers cannot be read: they are neither a chain nor a graph in which every layer is used once.',
      wayThroughPython,
    );
  const { weights, problems } = await readWeights(weightsManifest, read);
  if (problems.length > 0) throw refusedFor(problems);
  return build(topology, weights);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (thrown) {
    throw refused(`The JSON file cannot be read: ${messageOf(thrown)}.`);
  }
}

function build({ layers, outputs }: Topology, weights: ReadonlyMap<string, Weight>): Uint8Array {
  const g = new GraphBuilder('tfjs');
  const flows = new Map<string, Flow>();
  const problems: Problem[] = [];
  const fault = ({ kind, name }: Layer, why: string): void => {
    problems.push({ path: '/file', message: `The layer ${name} (${kind}) cannot be converted: ${why}` });
  };
  for (const layer of layers) {
    try {
      flows.set(layer.name, flowOf(g, layer, flows, weights));
    } catch (thrown) {
      if (!(thrown instanceof UnsupportedLayer)) throw thrown;
      // A layer after one that failed fails for no reason of its own.
      if (thrown.message !== '') fault(layer, thrown.message);
    }
  }
  if (problems.length > 0) throw refusedFor(problems);
  for (const name of outputs) {
    const flow = flows.get(name);
    if (flow !== undefined) {
      const shape = ['N', ...Array.from({ length: flow.rank - 1 }, (_, i) => `size ${i + 1}`)];
      g.output(`${name}_output`, flow.value, 'float32', shape);
    }
  }
  return g.build();
}

function flowOf(
  g: GraphBuilder,
  layer: Layer,
  flows: ReadonlyMap<string, Flow>,
  weights: ReadonlyMap<string, Weight>,
): Flow {
  if (layer.kind === 'InputLayer') return inputOf(g, layer);
  const convert = layerConverters[layer.kind];
  if (convert === undefined) throw new UnsupportedLayer('there is no counterpart for it here');
  const [first, ...more] = layer.from.flatMap((name) => flows.get(name) ?? []);
  if (first === undefined || more.length + 1 < layer.from.length) throw new UnsupportedLayer('');
  return convert({
    g,
    layer,
    inputs: [first, ...more],
    weight: (name) => weightOf(weights, layer, name),
    constant: ({ values, dims }) =>
      g.constant(values instanceof Float32Array ? values : Float32Array.from(values), dims),
  });
}

function inputOf(g: GraphBuilder, { name, config }: Layer): Flow {
  const shape = config.batch_input_shape ?? config.batch_shape;
  if (!Array.isArray(shape)) throw new UnsupportedLayer('its shape is not said');
  const dims = shape.slice(1).map((size, i) => (typeof size === 'number' ? size : `${name} ${i + 1}`));
  const value = g.input(name, config.dtype === 'int32' ? 'int32' : 'float32', ['N', ...dims]);
  return { value, rank: dims.length + 1 };
}

/** Weights are called layer/weight, with the names of what the layer is in before it. */
function weightOf(weights: ReadonlyMap<string, Weight>, { name: layer }: Layer, name: string): Weight {
  for (const [path, weight] of weights) {
    const parts = path.replace(/:\d+$/, '').split('/');
    if (parts.at(-1) === name && parts.slice(0, -1).includes(layer)) return weight;
  }
  throw new UnsupportedLayer(`its weights "${name}" are not in the file`);
}
