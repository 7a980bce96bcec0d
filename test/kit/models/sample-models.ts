import { GraphBuilder, inputElementType, outputNames } from '../../../engine/onnx/index.ts';
import type { ModelVersion, Signature } from '../../../local-api/contract/index.ts';

type Inputs = Signature['inputs'];

export const flightInputs: Inputs = [
  { name: 'distance', type: 'integer', nullable: false, examples: [500] },
  { name: 'delay', type: 'float', nullable: true, examples: [1.5] },
  { name: 'origin', type: 'string', nullable: false, examples: ['ATL'] },
  { name: 'date', type: 'datetime', nullable: true, examples: ['2001-01-01T00:00:00.000Z'] },
  { name: 'cargo', type: 'boolean', nullable: false, examples: [true] },
];

/** A regression model that gives the sum of its numbers: enough to see what reached the tensors. */
export function echoModel(inputs: Inputs): Uint8Array {
  const g = new GraphBuilder('echo');
  const numbers = inputs.map((input) => {
    const value = g.input(input.name, inputElementType(input), ['N']);
    if (input.type !== 'string') return g.node('Cast', [value], { to: 1 });
    return g.node(
      'LabelEncoder',
      [value],
      { keys_strings: ['ATL', ''], values_floats: Float32Array.of(1000, -1) },
      { domain: 'ai.onnx.ml' },
    );
  });
  g.output(outputNames(inputs).value, g.node('Sum', numbers), 'float32', ['N']);
  return g.build();
}

export function regressionSignature(inputs: Inputs): Signature {
  return { task: 'regression', inputs, target: 'y', classes: null, positive: null };
}

/** Probability of "late" is the logistic of x; it is the second class unless `isLateFirst`. */
export function lateModel({ isLateFirst = false } = {}): { bytes: Uint8Array; signature: Signature } {
  const g = new GraphBuilder('late');
  // As in every model of Assay, a lone input may also come as [N, 1].
  const flat = g.node('Reshape', [g.input('x', 'float64', ['N']), g.constant(BigInt64Array.of(-1n))]);
  const x = g.node('Cast', [flat], { to: 1 });
  const p = g.node('Unsqueeze', [g.node('Sigmoid', [x]), g.constant(BigInt64Array.of(1n))]);
  const rest = g.node('Sub', [g.constant(Float32Array.of(1)), p]);
  const both = g.node('Concat', isLateFirst ? [p, rest] : [rest, p], { axis: 1 });
  const classes = isLateFirst ? ['late', 'on time'] : ['on time', 'late'];
  const index = g.node('ArgMax', [both], { axis: 1, keepdims: 0 });
  g.output('label', g.node('Gather', [g.constant(classes), index]), 'string', ['N']);
  g.output('probabilities', both, 'float32', ['N', 2]);
  const input = { name: 'x', type: 'float' as const, nullable: true, examples: [0.5] };
  return {
    bytes: g.build(),
    signature: {
      task: 'classification',
      inputs: [input],
      target: 'late',
      classes,
      positive: 'late',
    },
  };
}

export function versionOf(model: string, digest: string, signature: Signature): ModelVersion {
  return {
    model,
    version: '1.0.0',
    number: 1,
    digest,
    sizeBytes: 1,
    status: 'ready',
    stage: 'none',
    source: '',
    runId: null,
    runLink: '',
    loggedModelId: null,
    datasetVersionId: null,
    trainer: '',
    signature,
    metrics: {},
    card: '',
    description: '',
    tags: {},
    aliases: [],
    deprecation: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}
