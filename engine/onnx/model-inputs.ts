import type { Signature } from '../../local-api/contract/index.ts';
import type { ElementType } from './encode.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';

/** Which column of the raw data an input takes, as far as its tensor goes. */
export type InputColumn = Pick<Signature['inputs'][number], 'name' | 'type' | 'nullable'>;

/** Stands for a missing datetime: int64 has no NaN. */
export const missingDatetime = -(2n ** 63n);

/**
 * The tensor that carries a raw column into a model: shape `[N]`, missing as NaN in floats, as the empty text in strings and as
 * the smallest int64 in datetimes (milliseconds since the epoch, UTC). Integers and booleans that may be missing travel as
 * float64, which is exact up to 2^53. Described in docs/reference/model-format.md.
 */
export function inputElementType({ type, nullable }: InputColumn): ElementType {
  switch (type) {
    case 'integer':
      return nullable ? 'float64' : 'int64';
    case 'boolean':
      return nullable ? 'float64' : 'bool';
    case 'float':
      return 'float64';
    case 'string':
      return 'string';
    case 'datetime':
    case 'date':
      return 'int64';
  }
}

/** Adds one `[N]` tensor a raw column, named like it. */
export function addInputs(graph: GraphBuilder, columns: readonly InputColumn[]): Map<string, Value> {
  const inputs = columns.map((column) => graph.input(column.name, inputElementType(column), ['N']));
  // A lone input may come as [N, 1] in a derived model (see flatten-model.ts).
  const flat = graph.constant(BigInt64Array.of(-1n));
  const [only] = inputs;
  const values = inputs.length === 1 && only ? [graph.node('Reshape', [only, flat])] : inputs;
  return new Map(columns.map(({ name }, i) => [name, values[i] as Value]));
}

/** Names of a model's outputs. A raw column that has one of these names pushes the output aside: `label_`, `label__` … */
export function outputNames(inputs: readonly Pick<InputColumn, 'name'>[]): {
  label: string;
  probabilities: string;
  value: string;
} {
  const taken = new Set(inputs.map((input) => input.name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  return { label: free('label'), probabilities: free('probabilities'), value: free('value') };
}

/**
 * Columns of the probabilities where an output may only have one dimension, in the order of the classes: the flattened
 * copy of the model for MLflow's data frames, and answers in records.
 */
export function probabilityColumns({ classes, inputs }: Pick<Signature, 'classes' | 'inputs'>): string[] {
  const taken = new Set(inputs.map(({ name }) => name));
  return (classes ?? []).map((name) => {
    let column = `probability_${name}`;
    while (taken.has(column)) column += '_';
    taken.add(column);
    return column;
  });
}
