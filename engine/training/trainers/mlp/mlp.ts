import { MlpTrainer } from '../../../../local-api/contract/index.ts';
import { AssayError } from '../../../errors.ts';
import { createSession, GraphBuilder, type OnnxSession } from '../../../onnx/index.ts';
import { seededRandom, shuffle } from '../../../statistics/index.ts';
import { breather } from '../breathe.ts';
import { addAnswer } from '../graph-parts.ts';
import {
  classCounts,
  logLossOfScores,
  meanOf,
  probabilitiesOfScores,
  scoreWidth,
  spreadOf,
  squaredErrorOfScores,
} from '../losses.ts';
import { defineTrainer, type FitRequest, type FittedModel, type Rows, type Task } from '../trainer.ts';
import {
  addForward,
  constantLayers,
  forward,
  initialParameters,
  type Network,
  networkOf,
  splitLayers,
} from './network.ts';
import { adamRates, buildTrainingGraph, type Loss, lossOf } from './training-graph.ts';

/** Small data still gets this many steps an epoch, with smaller batches. */
const MIN_STEPS = 16;
/** Steps are run in chunks of about this long, so that a cancel is heard. */
const CHUNK_MS = 100;
const SCORING_ROWS = 8192;

/**
 * A multi-layer perceptron trained with Adam on minibatches; the whole step runs as one ONNX graph (see
 * `training-graph.ts`). Keeps the weights of the epoch with the best validation loss. An epoch costs about
 * 6 · rows · weights floating-point operations.
 */
export const mlpTrainer = defineTrainer<MlpTrainer>({
  kind: 'mlp',
  title: 'Neural network',
  summary:
    'A multi-layer perceptron with ReLU, trained with Adam and early stopping. Learns smooth interactions; wants more rows than trees do.',
  tasks: ['classification', 'regression'],
  view: () => ({ numbers: 'scaled', categories: 'encoded' }),
  settings: MlpTrainer,
  fit: fitMlp,
});

/** The target as the network sees it: 0/1, one-hot rows, or numbers of mean 0 and spread 1. */
type Targets = { k: number; loss: Loss; values: Float32Array; shift: number; scale: number; bias: number[] };

async function fitMlp(request: FitRequest<MlpTrainer>): Promise<FittedModel> {
  const { n, width, settings, seed, validation, task } = request;
  const metric = task === 'classification' ? 'log_loss' : 'rmse';
  const targets = targetsOf(task, request.y, request.classes);
  const network = networkOf([width, ...settings.hidden, targets.k]);
  const batch = Math.min(settings.batchSize, Math.max(8, Math.floor(n / MIN_STEPS)), n);
  const trainer = await createSession(buildTrainingGraph(network, targets.loss, targets.k, batch));
  const scorer = await createSession(buildScoringGraph(network, targets.k));
  try {
    const run = trainingRun(request, network, targets, batch, trainer);
    let best = run.parameters();
    let bestLoss = Number.POSITIVE_INFINITY;
    let bestEpoch = 0;
    let epoch = 0;
    while (epoch < settings.epochs && epoch - bestEpoch < settings.patience) {
      epoch++;
      const order = Uint32Array.from({ length: n }, (_, i) => i);
      shuffle(order, seededRandom(seed, `mlp/epoch/${epoch}`));
      const trainLoss = await run.epoch(order, epoch);
      const scores = await scoresOf(scorer, run.parameters(), validation, width, targets);
      const reached = metricOf(task, scores, validation, targets.k);
      if (!Number.isFinite(reached)) throw diverged();
      request.report({
        step: epoch,
        of: settings.epochs,
        metrics: {
          [`train_${metric}`]: task === 'regression' ? Math.sqrt(2 * trainLoss) * targets.scale : trainLoss,
          [`validation_${metric}`]: reached,
        },
        message: `Epoch ${epoch} of ${settings.epochs}, validation ${metric.replace('_', ' ')} ${reached.toFixed(4)}`,
      });
      if (reached < bestLoss) {
        bestLoss = reached;
        bestEpoch = epoch;
        best = run.parameters();
      }
    }
    const weights = unscaled(best, network, targets);
    const info = { epochs: bestEpoch, epochsRun: epoch, batchSize: batch, parameters: network.parameters };
    return fittedNetwork(task, network, targets.k, weights, info);
  } finally {
    await trainer.release();
    await scorer.release();
  }
}

function targetsOf(task: Task, y: Float64Array, classes: number): Targets {
  if (task === 'regression') {
    const shift = meanOf(y);
    const scale = spreadOf(y, shift);
    const values = Float32Array.from(y, (value) => (value - shift) / scale);
    return { k: 1, loss: 'squared', values, shift, scale, bias: [0] };
  }
  const k = scoreWidth(classes);
  const shares = Array.from(classCounts(y, classes), (count) => Math.max(count, 0.5) / y.length);
  const loss = lossOf(task, k);
  if (k === 1) {
    const share = shares[1] ?? 0.5;
    return {
      k,
      loss,
      values: Float32Array.from(y),
      shift: 0,
      scale: 1,
      bias: [Math.log(share / (1 - share))],
    };
  }
  const values = new Float32Array(y.length * k);
  y.forEach((label, i) => {
    values[i * k + label] = 1;
  });
  return { k, loss, values, shift: 0, scale: 1, bias: shares.map(Math.log) };
}

/** Holds the state of the optimiser between chunks. */
function trainingRun(
  request: FitRequest<MlpTrainer>,
  network: Network,
  targets: Targets,
  batch: number,
  session: OnnxSession,
) {
  const { x, n, width, settings } = request;
  const { pause } = breather(request.signal);
  const size = [network.parameters];
  let parameters = initialParameters(network, seededRandom(request.seed, 'mlp/weights'));
  // Starting at the class shares saves the first steps from learning them.
  parameters.set(targets.bias, network.layers.at(-1)?.biasesAt ?? 0);
  let mean: Float32Array = new Float32Array(network.parameters);
  let square: Float32Array = new Float32Array(network.parameters);
  let done = 0;
  let chunk = 4;
  const stepsAnEpoch = Math.floor(n / batch);

  async function steps(order: Uint32Array, from: number, count: number): Promise<Float32Array> {
    const batches = Int32Array.from(order.subarray(from * batch, (from + count) * batch));
    const outputs = await session.run({
      x: { type: 'float32', data: x, dims: [n, width] },
      targets: { type: 'float32', data: targets.values, dims: [n, targets.k] },
      batches: { type: 'int32', data: batches, dims: [count, batch] },
      rates: { type: 'float32', data: adamRates(settings.learningRate, done, count), dims: [count] },
      decay: {
        type: 'float32',
        data: Float32Array.of(settings.learningRate * settings.weightDecay),
        dims: [],
      },
      parameters: { type: 'float32', data: parameters, dims: size },
      mean: { type: 'float32', data: mean, dims: size },
      square: { type: 'float32', data: square, dims: size },
    });
    parameters = outputs.float32('nextParameters');
    mean = outputs.float32('nextMean');
    square = outputs.float32('nextSquare');
    done += count;
    return outputs.float32('losses');
  }

  return {
    parameters: () => parameters,
    /** One pass over the rows in the given order, the last partial batch left out; gives the mean loss of its steps. */
    async epoch(order: Uint32Array, epoch: number): Promise<number> {
      let sum = 0;
      for (let from = 0; from < stepsAnEpoch; ) {
        const count = Math.min(chunk, stepsAnEpoch - from);
        const start = performance.now();
        for (const loss of await steps(order, from, count)) sum += loss;
        const elapsed = performance.now() - start;
        chunk = Math.max(1, Math.min(chunk * 2, Math.round((count * CHUNK_MS) / Math.max(elapsed, 1))));
        from += count;
        if (!Number.isFinite(sum)) throw diverged();
        if (from < stepsAnEpoch) {
          const share = from / stepsAnEpoch;
          const message = `Epoch ${epoch} of ${settings.epochs}, ${Math.round(100 * share)} %`;
          request.report({ step: epoch - 1 + share, of: settings.epochs, metrics: {}, message });
        }
        await pause();
      }
      return sum / stepsAnEpoch;
    },
  };
}

function diverged(): AssayError {
  return new AssayError(
    'training/did-not-converge',
    'The loss of the neural network is not a finite number.',
  );
}

/** Scores [rows, k] of features and flat parameters, for validation between epochs. */
function buildScoringGraph(network: Network, k: number): Uint8Array {
  const graph = new GraphBuilder('score-mlp');
  const x = graph.input('x', 'float32', ['rows', network.layers[0]?.inputs ?? 0]);
  const parameters = graph.input('parameters', 'float32', [network.parameters]);
  const { scores } = addForward(graph, splitLayers(graph, network, parameters), x);
  graph.output('scores', scores, 'float32', ['rows', k]);
  return graph.build();
}

async function scoresOf(
  session: OnnxSession,
  parameters: Float32Array,
  rows: Rows,
  width: number,
  { k, scale, shift }: Targets,
): Promise<Float64Array> {
  const scores = new Float64Array(rows.n * k);
  for (let from = 0; from < rows.n; from += SCORING_ROWS) {
    const count = Math.min(SCORING_ROWS, rows.n - from);
    const outputs = await session.run({
      x: {
        type: 'float32',
        data: rows.x.subarray(from * width, (from + count) * width),
        dims: [count, width],
      },
      parameters: { type: 'float32', data: parameters, dims: [parameters.length] },
    });
    scores.set(outputs.float32('scores'), from * k);
  }
  return scale === 1 && shift === 0 ? scores : scores.map((z) => z * scale + shift);
}

function metricOf(task: Task, scores: Float64Array, rows: Rows, k: number): number {
  return task === 'classification'
    ? logLossOfScores(scores, rows.y, rows.n, k)
    : Math.sqrt(squaredErrorOfScores(scores, rows.y, rows.n));
}

/** The parameters with the last layer brought back to the units of the target. */
function unscaled(parameters: Float32Array, network: Network, { scale, shift }: Targets): Float32Array {
  const flat = parameters.slice();
  const last = network.layers.at(-1);
  if (last) {
    for (let i = last.weightsAt; i < flat.length; i++) {
      flat[i] = (flat[i] as number) * scale + (i >= last.biasesAt ? shift : 0);
    }
  }
  return flat;
}

function fittedNetwork(
  task: Task,
  network: Network,
  k: number,
  weights: Float32Array,
  info: FittedModel['info'],
): FittedModel {
  return {
    addToGraph(graph, features) {
      const { scores } = addForward(graph, constantLayers(graph, network, weights), features);
      return addAnswer(graph, scores, task, k);
    },
    predict(x, n) {
      const scores = forward(network, weights, x, n);
      return task === 'classification' ? probabilitiesOfScores(scores, n, k) : Float32Array.from(scores);
    },
    info,
    importance: null,
  };
}
