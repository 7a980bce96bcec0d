import type { MlpTrainer } from '../../../../local-api/contract/index.ts';
import { AssayError } from '../../../errors.ts';
import type { Feed, OnnxSession } from '../../../onnx/index.ts';
import { seededRandom, shuffle } from '../../../statistics/index.ts';
import { breather } from '../breathe.ts';
import type { FitRequest } from '../trainer.ts';
import { type Architecture, initialParameters, slotsOf } from './architecture.ts';
import { initialRunning, type TrainedState } from './folded-network.ts';
import type { Objective } from './objective.ts';
import { adamRates, learningRates } from './optimiser.ts';
import { maskSize, noisePlaces, type TrainingGraphOptions } from './training-graph.ts';

/** Steps are run in chunks of about this long, so that a cancel is heard. */
const chunkMs = 100;

/** What a run of the graph takes besides the data: rows and rates of its steps, and the state. */
type State = TrainedState & { mean: Float32Array; square: Float32Array };

export type TrainingRun = {
  state(): TrainedState;
  /** One pass over the rows in an order of its own, the last partial batch left out. Gives the mean loss of its steps. */
  epoch(epoch: number): Promise<number>;
};

/**
 * Holds the state of the optimiser between chunks. Where an epoch is cut depends on how fast the machine is; what comes out does not.
 *
 * Errors of an epoch: `training/did-not-converge` when the loss is no number any more, `jobs/cancelled`.
 */
export function trainingRun(
  request: FitRequest<MlpTrainer>,
  options: TrainingGraphOptions,
  session: OnnxSession,
): TrainingRun {
  const { n, settings, seed, signal } = request;
  const { architecture, batch, objective } = options;
  const { pause } = breather(signal);
  const { feeds, seen } = dataFeeds(request, architecture, objective);
  const noise = noiseFeeds(options, seed);
  let state = initialState(architecture, objective, seen, seed);
  let done = 0;
  let chunk = 4;
  const stepsAnEpoch = Math.floor(n / batch);
  const inOrder = Int32Array.from({ length: n }, (_, i) => i);

  async function steps(order: Int32Array, from: number, count: number): Promise<Float32Array> {
    const rates = learningRates(settings, settings.epochs * stepsAnEpoch, done, count);
    const outputs = await session.run({
      ...feeds,
      ...noise(done, count),
      batches: {
        type: 'int32',
        data: order.subarray(from * batch, (from + count) * batch),
        dims: [count, batch],
      },
      rates: vector(adamRates(rates, done)),
      decays: vector(Float32Array.from(rates, (rate) => rate * settings.weightDecay)),
      ...stateFeeds(architecture, state),
    });
    state = {
      parameters: outputs.float32('next-parameters'),
      mean: outputs.float32('next-mean'),
      square: outputs.float32('next-square'),
      running: architecture.batchNorm ? outputs.float32('next-running') : state.running,
    };
    done += count;
    return outputs.float32('losses');
  }

  return {
    state: () => state,
    async epoch(epoch) {
      const order = inOrder.slice();
      shuffle(order, seededRandom(seed, `mlp/epoch/${epoch}`));
      let sum = 0;
      for (let from = 0; from < stepsAnEpoch; ) {
        const count = Math.min(chunk, stepsAnEpoch - from);
        const start = performance.now();
        for (const loss of await steps(order, from, count)) sum += loss;
        const elapsed = performance.now() - start;
        chunk = Math.max(1, Math.min(chunk * 2, Math.round((count * chunkMs) / Math.max(elapsed, 1))));
        from += count;
        if (!Number.isFinite(sum)) throw diverged(epoch);
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

export function diverged(epoch: number): AssayError {
  return new AssayError(
    'training/did-not-converge',
    `The loss of the neural network was no finite number any more in epoch ${epoch}: lower learningRate, set clipNorm, or look for extreme values in the data.`,
  );
}

const vector = (data: Float32Array): Feed => ({ type: 'float32', data, dims: [data.length] });

function initialState(
  architecture: Architecture,
  objective: Objective,
  seen: readonly Uint8Array[],
  seed: number,
): State {
  const { parts, size } = slotsOf(architecture);
  const random = seededRandom(seed, 'mlp/weights');
  const parameters = initialParameters(architecture, seen, objective.outputShare, random);
  // Starting at the class shares saves the first steps from learning them.
  parameters.set(objective.start, parts.output.biases.from);
  const zeros = () => new Float32Array(size);
  return { parameters, running: initialRunning(architecture), mean: zeros(), square: zeros() };
}

function stateFeeds({ batchNorm }: Architecture, state: State): Record<string, Feed> {
  return {
    parameters: vector(state.parameters),
    mean: vector(state.mean),
    square: vector(state.square),
    ...(batchNorm ? { running: vector(state.running) } : {}),
  };
}

/** The rows as the graph takes them, and which codes they hold. */
function dataFeeds(
  { x, n, width, weights }: FitRequest<MlpTrainer>,
  { numbers, embeddings }: Architecture,
  { targets }: Objective,
): { feeds: Record<string, Feed>; seen: Uint8Array[] } {
  const feeds: Record<string, Feed> = { targets: { ...targets, dims: [n] } };
  if (weights !== null) feeds.weights = vector(Float32Array.from(weights));
  if (numbers.length > 0) {
    const data = numbers.length === width ? x : columnsOf(x, n, width, numbers);
    feeds.numbers = { type: 'float32', data, dims: [n, numbers.length] };
  }
  const seen = embeddings.map(({ codes }) => new Uint8Array(codes + 1));
  if (embeddings.length > 0) {
    const data = new Int32Array(n * embeddings.length);
    for (let i = 0; i < n; i++) {
      embeddings.forEach(({ column, codes }, e) => {
        const value = x[i * width + column] as number;
        const code = Number.isNaN(value) ? codes : value;
        data[i * embeddings.length + e] = code;
        (seen[e] as Uint8Array)[code] = 1;
      });
    }
    feeds.codes = { type: 'int32', data, dims: [n, embeddings.length] };
  }
  return { feeds, seen };
}

function columnsOf(x: Float32Array, n: number, width: number, columns: readonly number[]): Float32Array {
  const picked = new Float32Array(n * columns.length);
  for (let i = 0, at = 0; i < n; i++) {
    for (const column of columns) picked[at++] = x[i * width + column] as number;
  }
  return picked;
}

/**
 * Masks for dropout: one long row of noise, drawn once, that each step reads from a place of its own. Drawing fresh noise would
 * cost more than the step itself.
 */
function noiseFeeds(options: TrainingGraphOptions, seed: number) {
  const { dropout } = options.settings;
  if (dropout === 0) return () => ({});
  const random = seededRandom(seed, 'mlp/noise');
  const length = noisePlaces + maskSize(options);
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = random.next() < dropout ? 0 : 1 / (1 - dropout);
  return (done: number, count: number): Record<string, Feed> => {
    const places = BigInt64Array.from({ length: count }, (_, i) =>
      BigInt(seededRandom(seed, `mlp/mask/${done + i}`).integer(noisePlaces)),
    );
    return {
      noise: vector(data),
      places: { type: 'int64', data: places, dims: [count, 1] },
    };
  };
}
