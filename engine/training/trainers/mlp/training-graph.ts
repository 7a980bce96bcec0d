import type { MlpTrainer } from '../../../../local-api/contract/index.ts';
import { GraphBuilder, type Value } from '../../../onnx/index.ts';
import {
  add,
  batchNorm,
  concat,
  dense,
  gather,
  gradient,
  matmul,
  mul,
  reshape,
  split,
  sum,
  Tape,
  type Tensor,
} from '../../autodiff/index.ts';
import { activations } from './activations.ts';
import {
  type Architecture,
  listParts,
  mapParts,
  type Parts,
  runningSize,
  type Slot,
  slotsOf,
} from './architecture.ts';
import { batchNormEpsilon } from './folded-network.ts';
import type { Objective } from './objective.ts';
import { addOptimiserStep } from './optimiser.ts';

/** Share of the running statistics that a batch replaces. */
const momentum = 0.1;

/** Places in the noise where a step's masks may begin. */
export const noisePlaces = 2 ** 20;

export type TrainingGraphOptions = {
  architecture: Architecture;
  objective: Objective;
  settings: Pick<MlpTrainer, 'optimizer' | 'clipNorm' | 'weightDecay' | 'dropout'>;
  batch: number;
  /** Each row has a weight. */
  weighted: boolean;
};

/** How much noise a step's masks for dropout take: one number a row of the batch and hidden unit. */
export function maskSize({ architecture: { hidden }, batch }: TrainingGraphOptions): number {
  return batch * hidden.reduce((units, { outputs }) => units + outputs, 0);
}

/**
 * Builds the graph that trains: a Loop whose body gathers a batch, runs forward and backward, and steps. One run does as many steps
 * as `rates` has entries, so an epoch can be cut anywhere.
 *
 * Inputs: `numbers` [rows, numbers], `codes` int32 [rows, embeddings], `targets` [rows], `weights` [rows], `batches` int32
 * [steps, batch] (row numbers), `rates` and `decays` [steps], `noise` (0, or 1 over the share kept) and `places` int64 [steps, 1]
 * (where each step reads it), and the state `parameters`, `mean`, `square`, `running`. Those that the network has no use for are
 * left out. Outputs: the state after the steps under the same names with `next` before, and `losses` [steps].
 */
export function buildTrainingGraph(options: TrainingGraphOptions): Uint8Array {
  const { architecture, objective, settings, batch, weighted } = options;
  const { numbers, embeddings } = architecture;
  const { parts, size } = slotsOf(architecture);
  const graph = new GraphBuilder('train-mlp');
  const when = (needed: boolean, input: () => Value) => (needed ? input() : null);
  const data = {
    numbers: when(numbers.length > 0, () => graph.input('numbers', 'float32', ['rows', numbers.length])),
    codes: when(embeddings.length > 0, () => graph.input('codes', 'int32', ['rows', embeddings.length])),
    weights: when(weighted, () => graph.input('weights', 'float32', ['rows'])),
    targets: graph.input('targets', objective.targets.type, ['rows']),
  };
  const batches = graph.input('batches', 'int32', ['steps', batch]);
  const rates = graph.input('rates', 'float32', ['steps']);
  const decays = graph.input('decays', 'float32', ['steps']);
  const noise = when(settings.dropout > 0, () => graph.input('noise', 'float32', ['noise']));
  const places = when(settings.dropout > 0, () => graph.input('places', 'int64', ['steps', 1]));
  const states = [
    ...['parameters', 'mean', 'square'].map((name) => ({ name, size })),
    ...(architecture.batchNorm ? [{ name: 'running', size: runningSize(architecture) }] : []),
  ];
  const before = states.map(({ name, size: length }) => graph.input(name, 'float32', [length]));

  const body = graph.subgraph('step');
  const step = body.input('step', 'int64', []);
  const condition = body.input('condition', 'bool', []);
  const [parameters, mean, square, running] = states.map(({ name, size: length }) =>
    body.input(name, 'float32', [length]),
  ) as [Value, Value, Value, Value | undefined];
  const atStep = (list: Value) => body.node('Gather', [list, step], { axis: 0 });
  const rows = atStep(batches);
  const ofRows = (all: Value) => body.node('Gather', [all, rows], { axis: 0 });

  const tape = new Tape(body);
  const flat = tape.tensor(parameters, [size]);
  const { scores, statistics } = addForward(tape, architecture, partsOf(flat, parts), batch, {
    numbers: data.numbers === null ? null : tape.tensor(ofRows(data.numbers), [batch, numbers.length]),
    codes: data.codes === null ? null : ofRows(data.codes),
    masks: noise === null || places === null ? null : addMasks(tape, noise, atStep(places), options),
  });
  const losses = reshape(objective.addLoss(scores, ofRows(data.targets)), [batch]);
  const counted = data.weights === null ? losses : mul(losses, tape.tensor(ofRows(data.weights), [batch]));
  const loss = mul(sum(counted), tape.number(1 / batch));
  const [found] = gradient(loss, [flat]);
  const next = addOptimiserStep(
    body,
    { parameters, mean, square },
    (found as Tensor).value,
    atStep(rates),
    atStep(decays),
    { ...settings, decays: graph.constant(decayMask(parts, size)) },
  );
  const after = [next.parameters, next.mean, next.square];
  if (running !== undefined) after.push(addRunning(tape, running, statistics));

  body.output('', body.node('Identity', [condition]), 'bool', []);
  after.forEach((value, i) => {
    body.output('', value, 'float32', [states[i]?.size ?? 0]);
  });
  body.output('', loss.value, 'float32', []);

  const steps = graph.node('Squeeze', [graph.node('Shape', [rates])]);
  const go = graph.constant([true], []);
  const outputs = graph.nodes('Loop', [steps, go, ...before], states.length + 1, { body });
  states.forEach(({ name, size: length }, i) => {
    graph.output(`next-${name}`, outputs[i] as Value, 'float32', [length]);
  });
  graph.output('losses', outputs.at(-1) as Value, 'float32', ['steps']);
  return graph.build();
}

/** The parts of the network cut out of the flat vector. */
function partsOf(flat: Tensor, slots: Parts<Slot>): Parts<Tensor> {
  const list = listParts(slots);
  const lengths = list.map(({ shape }) => shape.reduce((product, dimension) => product * dimension, 1));
  const tensors = new Map<Slot, Tensor>();
  split(flat, 0, lengths).forEach((part, i) => {
    const slot = list[i] as Slot;
    tensors.set(slot, reshape(part, slot.shape));
  });
  return mapParts(slots, (slot) => tensors.get(slot) as Tensor);
}

function decayMask(parts: Parts<Slot>, size: number): Float32Array {
  const mask = new Float32Array(size);
  for (const { from, shape, decays } of listParts(parts)) {
    if (decays) mask.fill(1, from, from + shape.reduce((product, dimension) => product * dimension, 1));
  }
  return mask;
}

type ForwardInputs = { numbers: Tensor | null; codes: Value | null; masks: readonly Tensor[] | null };

/** The forward pass of a batch as training sees it; `statistics` are means and variances of each hidden layer in turn. */
function addForward(
  tape: Tape,
  { embeddings, hidden, activation, batchNorm: normalises }: Architecture,
  parts: Parts<Tensor>,
  batch: number,
  { numbers, codes, masks }: ForwardInputs,
) {
  const { graph } = tape;
  const rowsOf = embeddings.map((_, e) => {
    const column = graph.constant(BigInt64Array.of(BigInt(e)), []);
    const code = graph.node('Gather', [codes, column], { axis: 1 });
    const value = graph.node('Cast', [code], { to: 7 });
    return gather(parts.tables[e] as Tensor, { value, count: batch });
  });
  let x = concat(numbers === null ? rowsOf : [numbers, ...rowsOf], 1);
  const statistics: Value[] = [];
  hidden.forEach(({ skips }, l) => {
    const { weights, biases, gammas } = parts.hidden[l] as Parts<Tensor>['hidden'][number];
    let y: Tensor;
    if (normalises && gammas !== null) {
      const normal = batchNorm(matmul(x, weights), gammas, biases, batchNormEpsilon);
      statistics.push(normal.mean, normal.variance);
      y = normal.output;
    } else y = dense(x, weights, biases);
    y = activations[activation](y);
    if (masks !== null) y = mul(y, masks[l] as Tensor);
    x = skips ? add(x, y) : y;
  });
  return { scores: dense(x, parts.output.weights, parts.output.biases), statistics };
}

/** The step's masks of dropout (Srivastava et al. 2014), one a hidden layer, read from the noise at a place. */
function addMasks(tape: Tape, noise: Value, place: Value, options: TrainingGraphOptions): Tensor[] {
  const { graph } = tape;
  const size = maskSize(options);
  const end = graph.node('Add', [place, graph.constant(BigInt64Array.of(BigInt(size)))]);
  const all = tape.tensor(graph.node('Slice', [noise, place, end]), [size]);
  const { batch, architecture } = options;
  const widths = architecture.hidden.map(({ outputs }) => outputs);
  const masks = split(
    all,
    0,
    widths.map((width) => batch * width),
  );
  return masks.map((mask, l) => reshape(mask, [batch, widths[l] as number]));
}

function addRunning({ graph }: Tape, running: Value, statistics: readonly Value[]): Value {
  const share = (value: Value, factor: number) =>
    graph.node('Mul', [value, graph.constant(Float32Array.of(factor), [])]);
  const fresh = graph.node('Concat', statistics, { axis: 0 });
  return graph.node('Add', [share(running, 1 - momentum), share(fresh, momentum)]);
}
