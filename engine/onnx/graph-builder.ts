import {
  type AttributeValue,
  type Dimension,
  type ElementType,
  encodeModel,
  type GraphProto,
  type TensorData,
  type TensorProto,
  type ValueInfoProto,
} from './encode.ts';

/** A tensor that flows through the graph. Made by a builder; its name is decided when the graph is built. */
export type Value = { readonly name: string };
type NamedValue = { name: string };

/**
 * An attribute of a node. A plain number or bigint is an ONNX INT and an array of numbers INTS;
 * write `float(0.5)` for FLOAT and a Float32Array for FLOATS, since JavaScript cannot tell 1 from 1.0.
 */
export type Attribute =
  | number
  | bigint
  | string
  | readonly number[]
  | readonly bigint[]
  | readonly string[]
  | Int32Array
  | Float32Array
  | GraphBuilder
  | AttributeValue;

type NodeOptions = {
  /** `ai.onnx.ml` for the classical operators; the standard domain when left out. */
  domain?: string;
};

type BuiltNode = {
  opType: string;
  domain: string;
  inputs: readonly (Value | null)[];
  outputs: readonly NamedValue[];
  /** A subgraph stays a builder until the whole is built, when every value has its final name. */
  attributes: readonly (readonly [name: string, value: AttributeValue | GraphBuilder])[];
};

/** What the main graph and its subgraphs share: names are unique over all of them, and constants live in the main graph. */
type Scope = {
  taken: Set<string>;
  nextName: number;
  domains: Set<string>;
  constants: Map<string, Value>;
  initializers: { value: NamedValue; tensor: Omit<TensorProto, 'name'> }[];
};

/** Opsets that every ONNX Runtime since 1.12 (2022) can run. */
const opset = { irVersion: 8, standard: 17, ml: 3 } as const;

/** A FLOAT attribute. */
export function float(value: number): AttributeValue {
  return { kind: 'float', value };
}

/** A TENSOR attribute; `dims` is one dimension of all elements when left out. */
export function tensor(data: TensorData, dims: readonly number[] = [data.length]): AttributeValue {
  return { kind: 'tensor', value: { name: '', type: elementTypeOf(data), dims, data } };
}

/** The element type that a JavaScript array stands for; an empty plain array counts as strings. */
function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'uint8';
  return typeof data[0] === 'boolean' ? 'bool' : 'string';
}

function isStrings(array: readonly (number | bigint | string)[]): array is readonly string[] {
  return typeof array[0] === 'string';
}

function isIntegers(array: readonly (number | bigint | string)[]): array is readonly (number | bigint)[] {
  return array.every((value) => typeof value === 'bigint' || Number.isSafeInteger(value));
}

function toAttribute(name: string, attribute: Attribute): AttributeValue | GraphBuilder {
  if (typeof attribute === 'bigint') return { kind: 'int', value: attribute };
  if (typeof attribute === 'number') {
    if (!Number.isSafeInteger(attribute))
      throw new TypeError(`attribute ${name}: ${attribute} is not an integer; use float()`);
    return { kind: 'int', value: attribute };
  }
  if (typeof attribute === 'string') return { kind: 'string', value: attribute };
  if (attribute instanceof Float32Array) return { kind: 'floats', value: attribute };
  if (attribute instanceof Int32Array) return { kind: 'ints', value: attribute };
  if (attribute instanceof GraphBuilder) return attribute;
  if (!('kind' in attribute)) {
    if (isStrings(attribute)) return { kind: 'strings', value: attribute };
    if (isIntegers(attribute)) return { kind: 'ints', value: attribute };
    throw new TypeError(`attribute ${name}: not all are integers; use a Float32Array`);
  }
  return attribute;
}

/**
 * Writes an ONNX graph in the order of computation:
 *
 *     const g = new GraphBuilder('double');
 *     const x = g.input('x', 'float32', ['N']);
 *     g.output('y', g.node('Mul', [x, g.constant(Float32Array.of(2))]), 'float32', ['N']);
 *     const bytes = g.build();
 *
 * Bodies of Loop and If come from `subgraph`; they may use any value of the graphs around them. The same calls
 * in the same order give the same bytes. Types and shapes are checked by ONNX Runtime when the model is loaded.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #isMain: boolean;
  readonly #scope: Scope;
  readonly #inputs: { value: Value; info: Omit<ValueInfoProto, 'name'> }[] = [];
  readonly #nodes: BuiltNode[] = [];
  readonly #outputs: { value: Value; info: Omit<ValueInfoProto, 'name'> }[] = [];
  /** Values that nodes of this very graph made: only those may take the name of an output. */
  readonly #made = new Set<Value>();

  constructor(name: string, parent?: GraphBuilder) {
    this.#name = name;
    this.#isMain = parent === undefined;
    this.#scope =
      parent === undefined
        ? { taken: new Set(), nextName: 0, domains: new Set(), constants: new Map(), initializers: [] }
        : parent.#scope;
  }

  /** A named input. Leave `shape` out only in a subgraph, where it is inferred. */
  input(name: string, type: ElementType, shape?: readonly Dimension[]): Value {
    const value = { name: this.#claim(name) };
    this.#inputs.push({ value, info: { type, ...(shape === undefined ? {} : { shape }) } });
    return value;
  }

  /** A tensor known now. `dims` is one dimension of all elements when left out; `[]` makes a scalar. Small equal ones are shared. */
  constant(data: TensorData, dims: readonly number[] = [data.length]): Value {
    const size = dims.reduce((product, dimension) => product * dimension, 1);
    if (size !== data.length)
      throw new RangeError(`${data.length} elements do not fill [${dims.join(', ')}]`);
    const type = elementTypeOf(data);
    const key = data.length <= 8 ? JSON.stringify([type, dims, Array.from(data, keyOf)]) : null;
    const known = key === null ? undefined : this.#scope.constants.get(key);
    if (known !== undefined) return known;
    const value: NamedValue = { name: '' };
    this.#scope.initializers.push({ value, tensor: { type, dims, data } });
    if (key !== null) this.#scope.constants.set(key, value);
    return value;
  }

  /** Applies an operator with one output. `null` stands for an optional input that is left out. */
  node(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, Attribute>> = {},
    options: NodeOptions = {},
  ): Value {
    const [output] = this.nodes(opType, inputs, 1, attributes, options);
    if (output === undefined) throw new RangeError(`${opType} has no output`);
    return output;
  }

  /** Applies an operator with `count` outputs. */
  nodes(
    opType: string,
    inputs: readonly (Value | null)[],
    count: number,
    attributes: Readonly<Record<string, Attribute>> = {},
    options: NodeOptions = {},
  ): Value[] {
    const domain = options.domain ?? '';
    if (domain !== '') this.#scope.domains.add(domain);
    const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
    const outputs = Array.from({ length: count }, (): NamedValue => ({ name: '' }));
    this.#nodes.push({
      opType,
      domain,
      inputs,
      outputs,
      attributes: sorted.map(([name, value]) => [name, toAttribute(name, value)]),
    });
    for (const output of outputs) this.#made.add(output);
    return outputs;
  }

  /** A body for Loop or If: give it as an attribute once its inputs, nodes and outputs are in place. */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(name, this);
  }

  /** Gives a value out under a name, in the order of the calls. Leave `shape` out where it is not known. */
  output(name: string, value: Value, type: ElementType, shape?: readonly Dimension[]): void {
    const claimed = this.#claim(name);
    // The value takes the name of the output. One from elsewhere, or one that is an output already, needs a copy.
    const free = this.#made.has(value) && !this.#outputs.some((output) => output.value === value);
    const carrier = free ? value : this.node('Identity', [value]);
    rename(carrier, claimed);
    this.#outputs.push({ value: carrier, info: { type, ...(shape === undefined ? {} : { shape }) } });
  }

  /** The ONNX file. `metadata` becomes metadata_props, sorted by key. */
  build(options: { metadata?: Readonly<Record<string, string>>; producerVersion?: string } = {}): Uint8Array {
    const metadata = Object.entries(options.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return encodeModel({
      irVersion: opset.irVersion,
      producerName: 'assay',
      producerVersion: options.producerVersion ?? '',
      graph: this.toGraph(),
      opsets: [
        { domain: '', version: opset.standard },
        ...[...this.#scope.domains].sort().map((domain) => ({ domain, version: opset.ml })),
      ],
      metadata,
    });
  }

  /** The graph as a message; used by `build`, and for a subgraph when it is given as an attribute. */
  toGraph(): GraphProto {
    const nodes = this.#nodes.map((node) => ({
      opType: node.opType,
      domain: node.domain,
      attributes: new Map(
        node.attributes.map(([name, value]): [string, AttributeValue] => [
          name,
          value instanceof GraphBuilder ? { kind: 'graph', value: value.toGraph() } : value,
        ]),
      ),
      inputs: node.inputs.map((value) => (value === null ? '' : this.#nameOf(value))),
      outputs: node.outputs.map((value) => this.#nameOf(value)),
    }));
    return {
      name: this.#name,
      nodes,
      // What no node uses was never named; ONNX Runtime would warn of it.
      initializers: (this.#isMain ? this.#scope.initializers : [])
        .filter(({ value }) => value.name !== '')
        .map(({ value, tensor: data }) => ({ name: value.name, ...data })),
      inputs: this.#inputs.map(({ value, info }) => ({ name: this.#nameOf(value), ...info })),
      outputs: this.#outputs.map(({ value, info }) => ({ name: this.#nameOf(value), ...info })),
    };
  }

  /** Names of the main graph are the model's face and stay as given. In a subgraph only the order counts: those are named when built. */
  #claim(name: string): string {
    if (!this.#isMain) return '';
    if (name === '') throw new Error('a name must not be empty');
    if (this.#scope.taken.has(name)) throw new Error(`the name ${name} is taken`);
    this.#scope.taken.add(name);
    return name;
  }

  #nameOf(value: Value): string {
    if (value.name === '') {
      do this.#scope.nextName += 1;
      while (this.#scope.taken.has(`v${this.#scope.nextName}`));
      rename(value, `v${this.#scope.nextName}`);
    }
    return value.name;
  }
}

/** Values are read-only outside this file. */
function rename(value: NamedValue, name: string): void {
  value.name = name;
}

function keyOf(element: number | bigint | string | boolean): string | boolean {
  if (typeof element === 'number') return Object.is(element, -0) ? '-0' : String(element);
  return typeof element === 'boolean' ? element : String(element);
}
