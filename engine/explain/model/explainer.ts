import type {
  ExplanationMethod,
  ExplanationScale,
  Signature,
  WantedMethod,
} from '../../../local-api/contract/index.ts';
import { decodeGraph } from '../../onnx/index.ts';
import type { Turn } from '../pause.ts';
import { allCoalitions } from '../shapley/all-coalitions.ts';
import type { CoalitionGame, Sampling, ShapleyEstimate } from '../shapley/coalition-game.ts';
import { kernelShap } from '../shapley/kernel.ts';
import { permutationShap } from '../shapley/permutation.ts';
import { type ExactExplainer, openExact } from './exact.ts';
import { mixRows, type RowSet } from './row-set.ts';
import { openScorer, type Scorer } from './scorer.ts';

export type ExplainerOptions = {
  file: Uint8Array;
  signature: Signature;
  /** Rows that stand for inputs that are not known. */
  reference: RowSet;
  turn: Turn;
  /** Keeps what is made of the model: for many calls with few rows. */
  keep: boolean;
  /** Answers of the model that a row may cost where it has to be asked about mixtures; beyond that it is sampled. */
  callsPerRow: number;
};

export type ExplainOptions = {
  method: WantedMethod;
  /** `probability`: of the answers themselves, even where exact values are of something else. */
  scale: 'auto' | 'probability';
  sampling: Omit<Sampling, 'most'>;
  progress?(done: number, of: number): void;
  /** Who asked has gone: the work stops, the model stays open. */
  signal?: AbortSignal;
};

/** Contributions of the inputs of some rows, [n, inputs, outputs] row-major; an output is a class, or the number. */
export type Contributions = {
  method: ExplanationMethod;
  scale: ExplanationScale;
  outputs: number;
  /** [outputs], and the rows on the scale, [n, outputs]. */
  base: Float64Array;
  predictions: Float64Array;
  values: Float64Array;
  /** Of each value; null: exact. */
  standardErrors: Float64Array | null;
  /** A row each. */
  isConverged: boolean[];
  notes: string[];
};

export type Explainer = {
  scorer: Scorer;
  /** Whether this method works out the values of all rows at once, without asking the model. */
  isExact(method: WantedMethod): Promise<boolean>;
  explain(rows: RowSet, options: ExplainOptions): Promise<Contributions>;
  release(): Promise<void>;
};

/**
 * Opens a model file to explain its answers by Shapley values of its raw inputs, those that are not known taken from the reference
 * rows. The file itself is explained: exactly where its last step is trees or linear and works on columns of one input each, else
 * by asking it about mixtures of rows.
 *
 * Errors: `models/invalid-onnx`.
 */
export async function openExplainer(options: ExplainerOptions): Promise<Explainer> {
  const { file, signature, reference, turn, callsPerRow } = options;
  const scorer = await openScorer(file, signature, turn);
  let exact: { opened: ExactExplainer | null } | null = null;
  const openedExact = async (): Promise<ExactExplainer | null> => {
    exact ??= { opened: await openExact({ ...options, graph: decodeGraph(file), scorer }) };
    return exact.opened;
  };
  const sampled = async (rows: RowSet, wanted: ExplainOptions, notes: string[]): Promise<Contributions> => {
    const { inputs } = signature;
    const outputs = scorer.k;
    const answers = await scorer.answers(rows);
    const size = inputs.length * outputs;
    const values = new Float64Array(rows.n * size);
    const errors = new Float64Array(rows.n * size);
    const isConverged: boolean[] = [];
    const mostCoalitions = Math.floor(callsPerRow / reference.n);
    const method = methodFor(wanted.method, inputs.length, mostCoalitions);
    const most = method === 'permutation' ? callsPerRow : mostCoalitions;
    let base = new Float64Array(outputs);
    let hasErrors = false;
    for (let row = 0; row < rows.n; row++) {
      wanted.signal?.throwIfAborted();
      wanted.progress?.(row, rows.n);
      const game = gameOf({ signature, scorer, rows, row, reference, signal: wanted.signal });
      const estimate = await play(method, game, { ...wanted.sampling, most });
      base = Float64Array.from(estimate.base);
      values.set(estimate.values, row * size);
      if (estimate.standardErrors !== null) {
        hasErrors = true;
        errors.set(estimate.standardErrors, row * size);
      }
      isConverged.push(estimate.isConverged);
    }
    return {
      method,
      scale: signature.classes === null ? 'value' : 'probability',
      outputs,
      base,
      predictions: answers,
      values,
      standardErrors: hasErrors ? errors : null,
      isConverged,
      notes,
    };
  };
  const isSampling = (method: WantedMethod) => method === 'kernel' || method === 'permutation';
  return {
    scorer,
    isExact: async (method) => !isSampling(method) && (await openedExact()) !== null,
    async explain(rows, wanted) {
      if (isSampling(wanted.method)) return sampled(rows, wanted, []);
      const opened = await openedExact();
      if (opened === null) {
        const why =
          'The last step of the model is neither trees nor linear, or works on several inputs at once, so the model is asked about mixtures of rows.';
        return sampled(rows, wanted, [why]);
      }
      if (wanted.scale === 'probability' && opened.scale !== 'probability' && opened.scale !== 'value')
        return sampled(rows, wanted, []);
      const made = await opened.explain(rows, wanted);
      if (made !== null) return made;
      return sampled(rows, wanted, [
        'A column inside the model is made of several inputs, so the model is asked about mixtures of rows.',
      ]);
    },
    async release() {
      await scorer.release();
      await exact?.opened?.release();
    },
  };
}

/** The fit of more inputs needs more coalitions than there are, and holds the thread. */
const mostForKernel = 64;

function methodFor(
  wanted: WantedMethod,
  inputs: number,
  mostCoalitions: number,
): 'all-coalitions' | 'kernel' | 'permutation' {
  if (wanted === 'permutation' || (wanted !== 'kernel' && inputs > mostForKernel)) return 'permutation';
  return wanted !== 'kernel' && 2 ** inputs <= mostCoalitions ? 'all-coalitions' : 'kernel';
}

function play(
  method: 'all-coalitions' | 'kernel' | 'permutation',
  game: CoalitionGame,
  sampling: Sampling,
): Promise<ShapleyEstimate> {
  if (method === 'all-coalitions') return allCoalitions(game);
  return method === 'kernel' ? kernelShap(game, sampling) : permutationShap(game, sampling);
}

/** Cells of mixtures made at once: some milliseconds. */
const cellsAtOnce = 100_000;

function gameOf(options: {
  signature: Signature;
  scorer: Scorer;
  rows: RowSet;
  row: number;
  reference: RowSet;
  signal: AbortSignal | undefined;
}): CoalitionGame {
  const { signature, scorer, rows, row, reference, signal } = options;
  const { inputs } = signature;
  const { k } = scorer;
  const { n } = reference;
  const mixed = { inputs, rows, row, reference };
  return {
    players: inputs.length,
    k,
    references: n,
    async worth(coalitions) {
      const worths: Float64Array[] = [];
      const atOnce = Math.max(1, Math.floor(cellsAtOnce / (n * inputs.length)));
      for (let start = 0; start < coalitions.length; start += atOnce) {
        signal?.throwIfAborted();
        const some = coalitions.slice(start, start + atOnce);
        const which = Int32Array.from({ length: some.length * n }, (_, i) => Math.floor(i / n));
        const references = which.map((_, i) => i % n);
        const answers = await scorer.answers(mixRows({ ...mixed, coalitions: some, which, references }));
        some.forEach((_, i) => {
          const mean = new Float64Array(k);
          for (let at = i * n * k; at < (i + 1) * n * k; at++)
            mean[at % k] = (mean[at % k] as number) + (answers[at] as number) / n;
          worths.push(mean);
        });
      }
      return worths;
    },
    async single(coalitions, references) {
      const single: Float64Array[] = [];
      const atOnce = Math.max(1, Math.floor(cellsAtOnce / inputs.length));
      for (let start = 0; start < coalitions.length; start += atOnce) {
        signal?.throwIfAborted();
        const some = coalitions.slice(start, start + atOnce);
        const which = Int32Array.from(some, (_, i) => i);
        const part = { which, references: references.subarray(start, start + atOnce) };
        const answers = await scorer.answers(mixRows({ ...mixed, coalitions: some, ...part }));
        some.forEach((_, i) => {
          single.push(answers.slice(i * k, (i + 1) * k));
        });
      }
      return single;
    },
  };
}
