import type { GraphBuilder, Value } from '../../../onnx/index.ts';
import type { Weight } from '../weights.ts';
import type { GraphNode } from './read-graph.ts';

/** What tensors hold in the ONNX graph: every whole number is an int64 there, which its operators on shapes ask for. */
export type Kind = 'float32' | 'int64' | 'bool';

/** Numbers of element types in onnx.proto. */
export const elementNumbers: Readonly<Record<Kind | 'float64', number>> = {
  float32: 1,
  int64: 7,
  bool: 9,
  float64: 11,
};

export type Tensor = {
  value: Value;
  kind: Kind;
  /** What it holds, where it is a constant. */
  known: Weight | null;
};

/** Why a node cannot be converted; an empty message where another node is to blame. */
export class UnsupportedNode extends Error {}

export type OpConverter = (op: Op) => Tensor | readonly Tensor[];

/** A node on its way to ONNX: its inputs, its attributes as protobuf writes them in JSON, and the graph that is built. */
export class Op {
  readonly g: GraphBuilder;
  readonly node: GraphNode;
  readonly inputs: readonly Tensor[];

  constructor(g: GraphBuilder, node: GraphNode, inputs: readonly Tensor[]) {
    this.g = g;
    this.node = node;
    this.inputs = inputs;
  }

  /** An input by its place. Throws UnsupportedNode when it is not there. */
  at(i: number): Tensor {
    const input = this.inputs[i];
    if (input === undefined) throw new UnsupportedNode(`it lacks input ${i}`);
    return input;
  }

  /** The whole numbers of an input, which must be a constant; `what` names it. */
  wholes(i: number, what: string): number[] {
    const { known } = this.at(i);
    if (known === null) throw new UnsupportedNode(`its ${what} are computed while it runs`);
    return Array.from(known.values);
  }

  whole(i: number, what: string): number {
    const [first] = this.wholes(i, what);
    if (first === undefined) throw new UnsupportedNode(`its ${what} are not said`);
    return first;
  }

  number(name: string, otherwise: number): number {
    const value = this.#attribute(name, 'i') ?? this.#attribute(name, 'f');
    return value === undefined ? otherwise : Number(value);
  }

  flag(name: string): boolean {
    return this.#attribute(name, 'b') === true;
  }

  text(name: string, otherwise: string): string {
    const value = this.#attribute(name, 's');
    return value === undefined ? otherwise : textOf(value);
  }

  numbers(name: string): number[] {
    return this.#list(name, 'i').map(Number);
  }

  texts(name: string): string[] {
    return this.#list(name, 's').map(textOf);
  }

  /** The kind that an attribute names. Throws UnsupportedNode for texts, resources and other kinds that are not read. */
  kind(name: string, otherwise: Kind): Kind {
    const given = this.#attribute(name, 'type');
    const kind = given === undefined ? otherwise : kinds[String(given)];
    if (kind === undefined) throw new UnsupportedNode(`it holds ${String(given)}`);
    return kind;
  }

  /** Sizes that an attribute names; null for one that is open, and for all of them when not even their number is known. */
  sizes(name: string): (number | null)[] | null {
    const shape = this.#attribute(name, 'shape');
    if (!isRecord(shape) || shape.unknownRank === true) return null;
    return listOf(shape.dim).map((dim) => {
      const size = Number(isRecord(dim) ? (dim.size ?? -1) : -1);
      return size >= 0 ? size : null;
    });
  }

  /** Whole numbers as the ONNX operators on shapes take them. */
  shape(values: readonly number[]): Value {
    return this.g.constant(BigInt64Array.from(values, BigInt));
  }

  scalar(value: number): Value {
    return this.g.constant(Float32Array.of(value), []);
  }

  cast({ value, kind }: Tensor, to: Kind | 'float64'): Value {
    return kind === to ? value : this.g.node('Cast', [value], { to: elementNumbers[to] });
  }

  #attribute(name: string, key: string): unknown {
    const attribute = this.node.attr[name];
    return isRecord(attribute) ? attribute[key] : undefined;
  }

  #list(name: string, key: string): unknown[] {
    const list = this.#attribute(name, 'list');
    return isRecord(list) ? listOf(list[key]) : [];
  }
}

/** A value that is computed. */
export const made = (value: Value, kind: Kind): Tensor => ({ value, kind, known: null });

/** DT_… of TensorFlow by name and by number. */
const kinds: Readonly<Record<string, Kind>> = {
  DT_FLOAT: 'float32',
  DT_HALF: 'float32',
  DT_DOUBLE: 'float32',
  DT_INT32: 'int64',
  DT_INT64: 'int64',
  DT_UINT8: 'int64',
  DT_BOOL: 'bool',
  1: 'float32',
  2: 'float32',
  3: 'int64',
  4: 'int64',
  9: 'int64',
  10: 'bool',
  19: 'float32',
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? String.fromCharCode(...value.map(Number))
    : Buffer.from(String(value), 'base64').toString('latin1');
