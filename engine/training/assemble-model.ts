import type { Signature } from '../../local-api/contract/index.ts';
import { addInputs, GraphBuilder, outputNames, type Value } from '../onnx/index.ts';
import type { Pipeline } from './pipeline.ts';

export type AssembleOptions = {
  pipeline: Pick<Pipeline, 'inputs' | 'featureNames' | 'addToGraph'>;
  signature: Signature;
  /** Two classes: the answer is the positive one from this probability on. Left out: the most probable class. */
  threshold?: number;
  /** Where the model comes from; written into the file. Nothing that differs between two equal trainings (times, run ids). */
  provenance: { assayVersion: string; trainer: string; recipeDigest: string; datasetDigest: string };
};

/**
 * The finished model as one ONNX file: raw columns in (named like them, `[N]` each), `label` (string `[N]`) and `probabilities`
 * (float32 `[N, classes]`, in the order of the signature's classes) out, or `value` (float32 `[N]`) for regression.
 * Equal arguments give equal bytes. Described in docs/reference/model-format.md.
 */
export function assembleModel(options: AssembleOptions): Uint8Array {
  const { pipeline, signature, provenance } = options;
  const graph = new GraphBuilder('model');
  const names = outputNames(signature.inputs);
  const answer = pipeline.addToGraph(graph, addInputs(graph, pipeline.inputs));
  if (signature.classes === null) {
    const flat = graph.node('Reshape', [answer, graph.constant(BigInt64Array.of(-1n))]);
    graph.output(names.value, flat, 'float32', ['N']);
  } else {
    const label = addLabel(graph, answer, signature, signature.classes, options.threshold);
    graph.output(names.label, label, 'string', ['N']);
    graph.output(names.probabilities, answer, 'float32', ['N', signature.classes.length]);
  }
  return graph.build({
    producerVersion: provenance.assayVersion,
    metadata: {
      'assay.version': provenance.assayVersion,
      'assay.trainer': provenance.trainer,
      'assay.recipe': provenance.recipeDigest,
      'assay.dataset': provenance.datasetDigest,
      'assay.signature': JSON.stringify(signature),
      'assay.features': JSON.stringify(pipeline.featureNames),
    },
  });
}

function addLabel(
  graph: GraphBuilder,
  probabilities: Value,
  { positive }: Signature,
  classes: readonly string[],
  threshold: number | undefined,
): Value {
  const names = graph.constant(classes);
  const integer = (value: number) => graph.constant(BigInt64Array.of(BigInt(value)), []);
  const positiveIndex = positive === null ? -1 : classes.indexOf(positive);
  if (threshold === undefined || positiveIndex < 0 || classes.length !== 2) {
    const best = graph.node('ArgMax', [probabilities], { axis: 1, keepdims: 0 });
    return graph.node('Gather', [names, best]);
  }
  const positiveShare = graph.node('Gather', [probabilities, integer(positiveIndex)], { axis: 1 });
  const reached = graph.node('GreaterOrEqual', [
    positiveShare,
    graph.constant(Float32Array.of(threshold), []),
  ]);
  const index = graph.node('Where', [reached, integer(positiveIndex), integer(1 - positiveIndex)]);
  return graph.node('Gather', [names, index]);
}
