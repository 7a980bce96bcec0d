import type { MlpTrainer } from '../../../../local-api/contract/index.ts';
import type { SeededRandom } from '../../../statistics/index.ts';
import type { MatrixColumn } from '../../preprocessing/fitted.ts';

/** A column of codes looked up in a table of `codes` + 1 rows: the last is for missing ones. */
export type Embedding = { column: number; codes: number; size: number };

/** A dense layer; `skips`: what goes in is added to what comes out of its activation. */
export type Layer = { inputs: number; outputs: number; skips: boolean };

export type Architecture = {
  /** Columns of the matrix that go in as they are. */
  numbers: readonly number[];
  embeddings: readonly Embedding[];
  hidden: readonly Layer[];
  output: Layer;
  activation: MlpTrainer['activation'];
  batchNorm: boolean;
};

/** What a network is made of: numbers, tensors, or places in a flat vector. With batch normalisation `gammas` scale each unit. */
export type Parts<T> = {
  tables: T[];
  hidden: { weights: T; biases: T; gammas: T | null }[];
  output: { weights: T; biases: T };
};

/** A place in the flat vector that holds all parameters. */
export type Slot = { from: number; shape: readonly number[]; decays: boolean };

type ShapeSettings = Pick<MlpTrainer, 'hidden' | 'activation' | 'batchNorm' | 'residual' | 'embeddingSize'>;

/** Lays out a network: numbers and embeddings side by side, hidden layers, `outputs` scores. */
export function architectureOf(
  columns: readonly MatrixColumn[],
  outputs: number,
  { hidden, activation, batchNorm, residual, embeddingSize }: ShapeSettings,
): Architecture {
  const embeddings = columns.flatMap(({ kind, codes }, column): Embedding[] =>
    kind === 'code' ? [{ column, codes, size: embeddingSize || sizeByRule(codes) }] : [],
  );
  const numbers = columns.flatMap(({ kind }, column) => (kind === 'code' ? [] : [column]));
  const widths = [numbers.length + embeddings.reduce((sum, { size }) => sum + size, 0), ...hidden];
  const layer = (l: number): Layer => {
    const [inputs, outputs] = [widths[l] as number, widths[l + 1] as number];
    return { inputs, outputs, skips: residual && inputs === outputs };
  };
  return {
    numbers,
    embeddings,
    hidden: hidden.map((_, l) => layer(l)),
    output: { inputs: widths.at(-1) as number, outputs, skips: false },
    activation,
    batchNorm,
  };
}

/** The fourth root of the number of categories: on the flights set better than the larger tables of other rules. */
function sizeByRule(codes: number): number {
  return Math.max(2, Math.ceil(codes ** 0.25));
}

/** Where each parameter lies in the flat vector, and the vector's length. */
export function slotsOf({ embeddings, hidden, output, batchNorm }: Architecture) {
  let size = 0;
  const slot = (shape: readonly number[], decays: boolean): Slot => {
    const from = size;
    size += shape.reduce((product, dimension) => product * dimension, 1);
    return { from, shape, decays };
  };
  const parts: Parts<Slot> = {
    tables: embeddings.map(({ codes, size: width }) => slot([codes + 1, width], true)),
    hidden: hidden.map(({ inputs, outputs }) => ({
      weights: slot([inputs, outputs], true),
      biases: slot([outputs], false),
      gammas: batchNorm ? slot([outputs], false) : null,
    })),
    output: { weights: slot([output.inputs, output.outputs], true), biases: slot([output.outputs], false) },
  };
  return { parts, size };
}

/** The parts in the order of the flat vector. */
export function listParts<T>({ tables, hidden, output }: Parts<T>): T[] {
  const layers = hidden.flatMap(({ weights, biases, gammas }) =>
    gammas === null ? [weights, biases] : [weights, biases, gammas],
  );
  return [...tables, ...layers, output.weights, output.biases];
}

export function mapParts<T, U>({ tables, hidden, output }: Parts<T>, f: (part: T) => U): Parts<U> {
  return {
    tables: tables.map(f),
    hidden: hidden.map(({ weights, biases, gammas }) => ({
      weights: f(weights),
      biases: f(biases),
      gammas: gammas === null ? null : f(gammas),
    })),
    output: { weights: f(output.weights), biases: f(output.biases) },
  };
}

/** The running means and variances of batch normalisation: how many numbers. */
export function runningSize({ hidden, batchNorm }: Architecture): number {
  return batchNorm ? hidden.reduce((sum, { outputs }) => sum + 2 * outputs, 0) : 0;
}

/**
 * Weights drawn from N(0, 2/(inputs + outputs)) (Glorot and Bengio 2010) and biases of hidden layers evenly with the same
 * variance, which sets their bends apart; wider draws fit tables worse. What comes beside a skip is shared out over
 * the skips, so that the sum does not grow with depth. Rows of tables come from N(0, 1/(10·size)); a code that no training row has
 * (`seen`, one list a table) gets zeros and keeps them. Weights of the scores are drawn `outputShare` times as wide.
 */
export function initialParameters(
  architecture: Architecture,
  seen: readonly Uint8Array[],
  outputShare: number,
  random: SeededRandom,
): Float32Array {
  const { parts, size } = slotsOf(architecture);
  const flat = new Float32Array(size);
  const draw = ({ from, shape: [rows, columns] }: Slot, spread: number) => {
    const end = from + (rows as number) * (columns as number);
    for (let i = from; i < end; i++) flat[i] = random.normal() * spread;
  };
  const spreadOf = ({ inputs, outputs }: Layer) => Math.sqrt(2 / (inputs + outputs));
  parts.tables.forEach((slot, t) => {
    const width = slot.shape[1] as number;
    draw(slot, Math.sqrt(0.1 / width));
    seen[t]?.forEach((known, code) => {
      if (known === 0) flat.fill(0, slot.from + code * width, slot.from + (code + 1) * width);
    });
  });
  const skips = architecture.hidden.filter((layer) => layer.skips).length;
  architecture.hidden.forEach((layer, l) => {
    const { weights, biases, gammas } = parts.hidden[l] as Parts<Slot>['hidden'][number];
    const spread = spreadOf(layer) / (layer.skips ? Math.sqrt(skips) : 1);
    draw(weights, spread);
    for (let o = 0; o < layer.outputs; o++) {
      if (gammas !== null) flat[gammas.from + o] = 1;
      else flat[biases.from + o] = (2 * random.next() - 1) * Math.sqrt(3) * spread;
    }
  });
  draw(parts.output.weights, outputShare * spreadOf(architecture.output));
  return flat;
}
