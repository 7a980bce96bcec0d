import type { Signature } from '../../../local-api/contract/index.ts';
import type { OnnxGraph } from '../../onnx/index.ts';
import { type Pause, pauseOf, type Turn } from '../pause.ts';
import { createTreeShap, type TreeShap } from '../trees/tree-shap.ts';
import { type ColumnOwners, createColumnOwners } from './column-owners.ts';
import type { Contributions, ExplainOptions } from './explainer.ts';
import { type LastStep, lastSteps } from './last-step.ts';
import type { RowSet } from './row-set.ts';
import { type ScoreScale, scoreScale } from './score-scale.ts';
import { type MatrixReader, openMatrix, type Scorer } from './scorer.ts';

export type ExactExplainer = {
  scale: ScoreScale['scale'];
  /** Null when a column of the matrix is made of several inputs. */
  explain(rows: RowSet, options: ExplainOptions): Promise<Contributions | null>;
  release(): Promise<void>;
};

type ExactOptions = {
  file: Uint8Array;
  graph: OnnxGraph;
  signature: Signature;
  reference: RowSet;
  scorer: Scorer;
  turn: Turn;
  keep: boolean;
};

/** Exact values of a model whose last step allows them; null for others. Tries each candidate against the model's own answers. */
export async function openExact(options: ExactOptions): Promise<ExactExplainer | null> {
  const { file, graph, signature, reference, scorer, turn } = options;
  const pause = pauseOf(turn);
  const steps = await lastSteps(graph, pause);
  if (steps.length === 0) return null;
  const answers = await scorer.answers(reference);
  for (const step of steps) {
    await pause(0, 1);
    const reader = await openMatrix(file, step.matrix, turn);
    await pause(1, 1);
    const matrix = await reader.matrix(reference);
    const width = matrix.length / reference.n;
    const scaled = fits(step, width)
      ? scoreScale({
          scores: step.scores(matrix, reference.n, width),
          k: step.k,
          answers,
          outputs: scorer.k,
          isClassification: signature.classes !== null,
        })
      : null;
    if (scaled !== null) {
      const opened = exactExplainer(options, { step, reader, matrix, width, scaled });
      // Rows of the reference are looked at now: a hidden layer of a network is not taken for a linear model.
      if (await opened.learns(reference, matrix)) return opened.explainer;
    }
    await reader.release();
  }
  return null;
}

function fits(step: LastStep, width: number): boolean {
  if (!Number.isInteger(width)) return false;
  return step.kind === 'linear'
    ? step.weights.length === width * step.k
    : step.ensemble.trees.every((tree) => tree.column.every((column) => column < width));
}

type Opened = {
  step: LastStep;
  reader: MatrixReader;
  matrix: Float64Array;
  width: number;
  scaled: ScoreScale;
};

function exactExplainer(options: ExactOptions, { step, reader, matrix, width, scaled }: Opened) {
  const { signature, reference, scorer, turn, keep } = options;
  const { inputs } = signature;
  // Columns that nothing changes are a player of their own, which gains nothing.
  const players = inputs.length + 1;
  const owners: ColumnOwners = createColumnOwners({
    inputs,
    reference,
    referenceMatrix: matrix,
    matrixOf: (set) => reader.matrix(set),
  });
  const known = new Map<string, { shap: TreeShap; base: Float64Array }>();
  const playerOf = () => owners.ownerOf().map((owner) => (owner < 0 ? inputs.length : owner));

  const treeShap = async (isPathDependent: boolean, pause: Pause) => {
    if (step.kind !== 'trees') return null;
    const method = isPathDependent ? 'path-dependent' : 'interventional';
    const columns = playerOf();
    const key = `${method} ${columns.join()}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const shap = createTreeShap({
      ensemble: step.ensemble,
      playerOf: columns,
      players,
      method,
      reference: { x: matrix, n: reference.n },
      keep,
    });
    if (shap === null) return null;
    const made = { shap, base: await shap.base(pause) };
    if (keep) known.set(key, made);
    return made;
  };
  const explain = async (rows: RowSet, wanted: ExplainOptions): Promise<Contributions | null> => {
    const x = await reader.matrix(rows);
    if (!(await owners.learn(rows, x))) return null;
    const pause = pauseOf(turn, (done, of) => {
      wanted.signal?.throwIfAborted();
      wanted.progress?.(done, of);
    });
    const isPathDependent = wanted.method === 'tree-path-dependent';
    const made =
      step.kind === 'trees'
        ? await treeShap(isPathDependent, pause)
        : linearShap(step, matrix, width, playerOf(), players);
    if (made === null) return null;
    const values = await made.shap.explain(x, rows.n, pause);
    const raw = { base: made.base, values, scores: step.scores(x, rows.n, width) };
    return {
      method:
        step.kind === 'linear' ? 'linear' : isPathDependent ? 'tree-path-dependent' : 'tree-interventional',
      scale: scaled.scale,
      outputs: scorer.k,
      standardErrors: null,
      isConverged: new Array<boolean>(rows.n).fill(true),
      notes: [],
      ...byOutput(raw, { n: rows.n, players, inputs: inputs.length, k: step.k, outputs: scorer.k, scaled }),
    };
  };
  return {
    learns: (set: RowSet, x: Float64Array) => owners.learn(set, x),
    explainer: { scale: scaled.scale, explain, release: () => reader.release() } satisfies ExactExplainer,
  };
}

/** Exact for a linear step: the weight times the distance from the mean of the reference rows (Štrumbelj and Kononenko 2014). */
function linearShap(
  { weights, bias, k }: LastStep & { kind: 'linear' },
  reference: Float64Array,
  width: number,
  playerOf: Int32Array,
  players: number,
) {
  const means = new Float64Array(width);
  const n = reference.length / width;
  reference.forEach((value, i) => {
    means[i % width] = (means[i % width] as number) + value / n;
  });
  const base = Float64Array.from(bias, (offset, c) =>
    means.reduce((sum, mean, j) => sum + mean * (weights[c * width + j] as number), offset),
  );
  const explain: TreeShap['explain'] = async (x, rows) => {
    const values = new Float64Array(rows * players * k);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < width; j++) {
        const distance = (x[row * width + j] as number) - (means[j] as number);
        for (let c = 0; c < k; c++) {
          const at = (row * players + (playerOf[j] as number)) * k + c;
          values[at] = (values[at] as number) + distance * (weights[c * width + j] as number);
        }
      }
    }
    return values;
  };
  return { base, shap: { explain } };
}

type Shape = { n: number; players: number; inputs: number; k: number; outputs: number; scaled: ScoreScale };

/** Values of scores as those of the classes, or of the number; what two classes share speaks for one and against the other. */
function byOutput(
  { base, values, scores }: { base: Float64Array; values: Float64Array; scores: Float64Array },
  { n, players, inputs, k, outputs, scaled }: Shape,
): Pick<Contributions, 'base' | 'predictions' | 'values'> {
  const made = {
    base: new Float64Array(outputs),
    predictions: new Float64Array(n * outputs),
    values: new Float64Array(n * inputs * outputs),
  };
  for (let output = 0; output < outputs; output++) {
    const { score, sign } = scaled.column(output);
    // The other of two probabilities is what is left of 1; log-odds and scores only change their sign.
    const offset = sign === -1 && scaled.scale === 'probability' ? 1 : 0;
    made.base[output] = offset + sign * (base[score] as number);
    for (let row = 0; row < n; row++) {
      made.predictions[row * outputs + output] = offset + sign * (scores[row * k + score] as number);
      for (let p = 0; p < inputs; p++)
        made.values[(row * inputs + p) * outputs + output] =
          sign * (values[(row * players + p) * k + score] as number);
    }
  }
  return made;
}
