import { MlpTrainer, type Task } from '../../../../local-api/contract/index.ts';
import {
  createAcceleratedSession,
  createSession,
  GraphBuilder,
  type OnnxSession,
} from '../../../onnx/index.ts';
import { addAnswer, addExponential, exponentialOf } from '../graph-parts.ts';
import { probabilitiesOfScores } from '../losses.ts';
import { defineTrainer, type FitRequest, type FittedModel, type Rows } from '../trainer.ts';
import { type Architecture, architectureOf, slotsOf } from './architecture.ts';
import { addFolded, answerFolded, type FoldedNetwork, foldedTensors, foldNetwork } from './folded-network.ts';
import { type Objective, objectiveOf } from './objective.ts';
import { buildTrainingGraph } from './training-graph.ts';
import { diverged, type TrainingRun, trainingRun } from './training-run.ts';

/** Small data still gets this many steps an epoch, with smaller batches. */
const minSteps = 16;
const scoringRows = 8192;

/**
 * A multi-layer perceptron trained on minibatches; the whole step runs as one ONNX graph (see `training-graph.ts`). Keeps the weights
 * of the epoch with the best validation metric. An epoch costs about 6 · rows · weights floating-point operations.
 *
 * Errors: `training/did-not-converge` when the loss is no number any more, `training/bad-target` when the loss does not allow the
 * target, `jobs/cancelled`.
 */
export const mlpTrainer = defineTrainer<MlpTrainer>({
  kind: 'mlp',
  title: 'Neural network',
  summary:
    'A multi-layer perceptron trained with Adam and early stopping. Learns smooth interactions; wants more rows than trees do.',
  tasks: ['classification', 'regression'],
  view: ({ categories }) => ({
    numbers: 'scaled',
    categories: categories === 'embedding' ? 'codes' : 'encoded',
  }),
  settings: MlpTrainer,
  rounds: {
    most: ({ epochs }) => epochs,
    stopsEarly: ({ patience }) => patience > 0,
    kept: ({ epochs }) => Number(epochs),
    limited: (settings, most) => ({ ...settings, epochs: Math.min(settings.epochs, most) }),
    fixed: (settings, rounds) => ({ ...settings, epochs: Math.max(1, rounds), patience: 0 }),
  },
  fit: fitMlp,
});

async function fitMlp(request: FitRequest<MlpTrainer>): Promise<FittedModel> {
  const { n, settings, task } = request;
  const objective = objectiveOf(request);
  const architecture = architectureOf(request.columns, objective.outputs, settings);
  const batch = Math.min(settings.batchSize, Math.max(8, Math.floor(n / minSteps)), n);
  const options = { architecture, objective, settings, batch, weighted: request.weights !== null };
  const { session, ...place } = await openTraining(buildTrainingGraph(options), settings.device);
  try {
    const run = trainingRun(request, options, session);
    const { network, ...epochs } = await trainedNetwork(request, architecture, objective, run);
    const parameters = slotsOf(architecture).size;
    const info = { ...epochs, batchSize: batch, parameters, ...place };
    return fittedNetwork(task, network, objective, info);
  } finally {
    await session.release();
  }
}

/** The session to train in, and for a graphics processor what became of the wish. */
async function openTraining(
  graph: Uint8Array,
  wanted: MlpTrainer['device'],
): Promise<{ session: OnnxSession; device?: string; deviceReason?: string }> {
  if (wanted === 'cpu') return { session: await createSession(graph) };
  const { session, device, reason } = await createAcceleratedSession(graph);
  return { session, device, ...(reason === null ? {} : { deviceReason: reason }) };
}

type Trained = { network: FoldedNetwork; epochs: number; epochsRun: number };

/** Runs epochs until the validation metric gains no more, or to the last; gives the best network, or without patience the last. */
async function trainedNetwork(
  request: FitRequest<MlpTrainer>,
  architecture: Architecture,
  objective: Objective,
  run: TrainingRun,
): Promise<Trained> {
  const { settings, validation, width } = request;
  const { metric } = objective;
  const patience = validation.n > 0 ? settings.patience : 0;
  const folded = () => foldNetwork(architecture, width, run.state(), objective.units);
  const first = folded();
  const scorer = await createSession(buildScoringGraph(first));
  try {
    let best: Trained = { network: first, epochs: 0, epochsRun: 0 };
    let least = Number.POSITIVE_INFINITY;
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const loss = await run.epoch(epoch);
      const network = folded();
      const reached = objective.measure(await scoresOf(scorer, network, validation), validation);
      if (validation.n > 0 && !Number.isFinite(reached)) throw diverged(epoch);
      const shown =
        validation.n > 0 ? `, validation ${metric.replaceAll('_', ' ')} ${reached.toFixed(4)}` : '';
      request.report({
        step: epoch,
        of: settings.epochs,
        metrics: {
          [`train_${metric}`]: objective.fromLoss(loss),
          ...(validation.n > 0 ? { [`validation_${metric}`]: reached } : {}),
        },
        message: `Epoch ${epoch} of ${settings.epochs}${shown}`,
      });
      if (patience === 0 || reached < least) {
        least = reached;
        best = { network, epochs: epoch, epochsRun: epoch };
      }
      best = { ...best, epochsRun: epoch };
      if (patience > 0 && epoch - best.epochs >= patience) break;
    }
    if (!hasNumbersOnly(best.network)) throw diverged(best.epochsRun);
    return best;
  } finally {
    await scorer.release();
  }
}

function hasNumbersOnly({ tables, layers }: FoldedNetwork): boolean {
  const all = [...tables, ...layers.flatMap(({ weights, biases }) => [weights, biases])];
  return all.every((values) => values.every(Number.isFinite));
}

/** Scores of rows by a network whose numbers are inputs, for validation between epochs. */
function buildScoringGraph(network: FoldedNetwork): Uint8Array {
  const graph = new GraphBuilder('score-mlp');
  const x = graph.input('x', 'float32', ['rows', network.width]);
  const tensors = foldedTensors(network).map(({ dims }, i) => graph.input(`p${i}`, 'float32', dims));
  graph.output('scores', addFolded(graph, network, tensors, x), 'float32');
  return graph.build();
}

async function scoresOf(session: OnnxSession, network: FoldedNetwork, { x, n }: Rows): Promise<Float64Array> {
  const { width } = network;
  const outputs = network.layers.at(-1)?.outputs ?? 0;
  const tensors = Object.fromEntries(
    foldedTensors(network).map(({ data, dims }, i) => [`p${i}`, { type: 'float32', data, dims } as const]),
  );
  const scores = new Float64Array(n * outputs);
  for (let from = 0; from < n; from += scoringRows) {
    const count = Math.min(scoringRows, n - from);
    const data = x.subarray(from * width, (from + count) * width);
    const answers = await session.run({ ...tensors, x: { type: 'float32', data, dims: [count, width] } });
    scores.set(answers.float32('scores'), from * outputs);
  }
  return scores;
}

function fittedNetwork(
  task: Task,
  network: FoldedNetwork,
  { outputs, isLogarithm }: Objective,
  info: FittedModel['info'],
): FittedModel {
  return {
    addToGraph(graph, features) {
      const tensors = foldedTensors(network).map(({ data, dims }) => graph.constant(data, dims));
      const scores = addFolded(graph, network, tensors, features);
      return isLogarithm ? addExponential(graph, scores) : addAnswer(graph, scores, task, outputs);
    },
    predict(x, n) {
      const scores = answerFolded(network, x, n);
      if (task === 'classification') return probabilitiesOfScores(scores, n, outputs);
      return Float32Array.from(scores, isLogarithm ? exponentialOf : (score) => score);
    },
    info,
    importance: null,
  };
}
