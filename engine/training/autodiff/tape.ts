import type { GraphBuilder, Value } from '../../onnx/index.ts';

export type Shape = readonly number[];

/** A tensor of real numbers in a graph, with the tape that knows how it came about. */
export type Tensor = {
  readonly tape: Tape;
  readonly value: Value;
  readonly shape: Shape;
  /** The number itself, where it is a scalar known while the graph is written. */
  readonly known?: number;
};

/** Whole numbers that pick rows; nothing is differentiated by them. */
export type Indices = { readonly value: Value; readonly count: number };

/** The gradient in each input, made when asked for; null where the operator has none. */
type Pullbacks = readonly ((() => Tensor) | null)[];

export type TapeEntry = {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** From the gradients in the outputs to those in the inputs. */
  readonly pull: (gradients: readonly Tensor[]) => Pullbacks;
};

/**
 * Writes operators into a graph and remembers them, so that `gradient` can write the way back: reverse-mode differentiation
 * of a program that is itself data (Griewank and Walther 2008, chapter 3). Shapes are known while writing. Gradients are made
 * of the same operators, so they can be differentiated again.
 *
 * An operator is a function that adds its nodes to `graph` and calls `record` with how gradients pass through it.
 */
export class Tape {
  readonly graph: GraphBuilder;
  readonly type: 'float32' | 'float64';
  readonly entries: TapeEntry[] = [];

  constructor(graph: GraphBuilder, type: 'float32' | 'float64' = 'float32') {
    this.graph = graph;
    this.type = type;
  }

  /** Takes in a value from elsewhere: data, parameters, or what other nodes made. */
  tensor(value: Value, shape: Shape): Tensor {
    return { tape: this, value, shape };
  }

  /** A scalar known now. */
  number(known: number): Tensor {
    return { tape: this, value: this.#constant([known], []), shape: [], known };
  }

  /** The same number everywhere. */
  filled(shape: Shape, element: number): Tensor {
    if (shape.length === 0) return this.number(element);
    const size = sizeOf(shape);
    return this.tensor(this.#constant(new Array<number>(size).fill(element), shape), shape);
  }

  record(
    inputs: readonly Tensor[],
    value: Value,
    shape: Shape,
    pull: (gradient: Tensor) => Pullbacks,
  ): Tensor {
    const output = this.tensor(value, shape);
    this.entries.push({ inputs, outputs: [output], pull: ([gradient]) => pull(gradient as Tensor) });
    return output;
  }

  /** For an operator with several outputs. */
  recordAll(
    inputs: readonly Tensor[],
    outputs: readonly { value: Value; shape: Shape }[],
    pull: (gradients: readonly Tensor[]) => Pullbacks,
  ): Tensor[] {
    const tensors = outputs.map(({ value, shape }) => this.tensor(value, shape));
    this.entries.push({ inputs, outputs: tensors, pull });
    return tensors;
  }

  #constant(elements: number[], shape: Shape): Value {
    const data = this.type === 'float32' ? Float32Array.from(elements) : Float64Array.from(elements);
    return this.graph.constant(data, shape);
  }
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** Dimensions or axes as ONNX takes them. */
export function integers(graph: GraphBuilder, numbers: readonly number[]): Value {
  return graph.constant(BigInt64Array.from(numbers, BigInt));
}
