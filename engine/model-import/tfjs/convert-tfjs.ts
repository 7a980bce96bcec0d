import { z } from 'zod';
import type { Problem } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import { GraphBuilder } from '../../onnx/index.ts';
import { type Flow, UnsupportedLayer } from './layer.ts';
import { layerConverters } from './layers.ts';
import { type Layer, readTopology, type Topology } from './topology.ts';
import { readWeights, type Weight, WeightsManifest } from './weights.ts';

export type ConvertedModel = { onnx: Uint8Array; format: 'tfjs-layers'; producer: string };

const ModelJson = z.object({
  format: z.string().nullish(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: WeightsManifest,
});

const wayOfGraphs =
  'Convert it in Python: python -m tf2onnx.convert --tfjs model.json --output model.onnx; and import that file.';

/**
 * A layers model of TensorFlow.js as ONNX: the same layers as operators, weights restored where they were quantised. `read` gives a
 * file beside model.json.
 *
 * Errors: models/not-importable, with every layer that cannot be converted and every file that is missing.
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
  const { format, generatedBy, convertedBy, modelTopology, weightsManifest } = parsed.data;
  if (format === 'graph-model' || Array.isArray(modelTopology.node))
    throw refused('This is a graph model of TensorFlow.js; layers models are converted here.', wayOfGraphs);
  const topology = readTopology(modelTopology);
  if (topology === null)
    throw refused(
      'Its layers cannot be read: they are neither a chain nor a graph in which every layer is used once.',
      wayOfGraphs,
    );
  const { weights, problems } = await readWeights(weightsManifest, read);
  if (problems.length > 0) throw refusedFor(problems);
  const onnx = build(topology, weights);
  const producer = [generatedBy, convertedBy].filter((part) => part != null && part !== '').join(', ');
  return { onnx, format: 'tfjs-layers', producer };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (thrown) {
    throw refused(`The JSON file cannot be read: ${messageOf(thrown)}.`);
  }
}

function refused(message: string, hint?: string): AssayError {
  return new AssayError('models/not-importable', message, hint === undefined ? {} : { hint });
}

function refusedFor(problems: readonly Problem[]): AssayError {
  const message = `The TensorFlow.js model cannot be converted: ${problems.map((problem) => problem.message).join('. ')}.`;
  return new AssayError('models/not-importable', message, { problems, hint: wayOfGraphs });
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
    constant: ({ values, dims }) => g.constant(values, dims),
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
