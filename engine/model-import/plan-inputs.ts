import type { Problem, Signature } from '../../local-api/contract/index.ts';
import { elementName, type ForeignModel, type ForeignValue } from '../onnx/index.ts';

type InputType = Signature['inputs'][number]['type'];

/** How columns of a table become one input of a foreign graph: side by side, then in its shape. */
export type PlannedInput = {
  name: string;
  /** Number of its element type in onnx.proto. */
  element: number;
  /** Sizes after the first, which is the rows; none when the input is a plain list of rows. */
  dims: readonly number[];
  type: InputType;
  columns: readonly string[];
};

/** A table with more columns than this is an image or a text, which is not read from a table's columns. */
const mostColumns = 4096;

const columnTypes: Readonly<Record<string, InputType>> = {
  float16: 'float',
  float32: 'float',
  float64: 'float',
  int8: 'integer',
  int16: 'integer',
  int32: 'integer',
  int64: 'integer',
  uint8: 'integer',
  uint16: 'integer',
  uint32: 'integer',
  bool: 'boolean',
  string: 'string',
};

/**
 * Reads the inputs of a graph as the columns of a table, in their order, named by `features` where given. The first size of each
 * is taken for the number of rows. Every fault is listed. Where only names do not fit, all inputs are there under other names
 * (`isWhole`), so that the rest can be looked at too.
 */
export function planInputs(
  model: Pick<ForeignModel, 'inputs'>,
  features: readonly string[] | undefined,
): { inputs: PlannedInput[]; isWhole: boolean; problems: Problem[] } {
  const problems: Problem[] = [];
  const sized: { value: ForeignValue; type: InputType; element: number; dims: (number | null)[] }[] = [];
  if (model.inputs.length === 0)
    problems.push({ path: '/file', message: 'The graph takes no inputs: it answers the same to every row' });
  for (const value of model.inputs) {
    const read = readInput(value);
    if ('problem' in read) problems.push({ path: `/file/inputs/${value.name}`, message: read.problem });
    else sized.push({ value, ...read });
  }
  const open = sized.flatMap(({ dims }) => dims.filter((size) => size === null));
  const known = sized.reduce((sum, { dims }) => sum + (dims.includes(null) ? 0 : product(dims)), 0);
  if (open.length === 1 && features !== undefined && features.length > known) {
    // The only size that the file leaves open follows from the number of names.
    const [input] = sized.filter(({ dims }) => dims.includes(null));
    const others = product(input?.dims ?? []);
    const size = (features.length - known) / others;
    if (input !== undefined && Number.isInteger(size)) input.dims = input.dims.map((dim) => dim ?? size);
  }
  for (const { value, dims } of sized)
    if (dims.includes(null))
      problems.push({
        path: '/features',
        message: `The file does not say how many columns "${value.name}" has`,
        expected: 'the names of all columns',
      });
  const whole = sized.filter(({ dims }) => !dims.includes(null));
  const total = whole.reduce((sum, { dims }) => sum + product(dims), 0);
  if (total > mostColumns) {
    const message = `The inputs have ${total} numbers a row, more than the ${mostColumns} columns that a table may have here: it reads an image or a text`;
    return { inputs: [], isWhole: false, problems: [...problems, { path: '/file', message }] };
  }
  const isWhole = problems.length === 0;
  if (features !== undefined && isWhole) problems.push(...featureProblems(features, total));
  const names = namesOf(whole, features !== undefined && problems.length === 0 ? features : undefined);
  let at = 0;
  const inputs = whole.map(({ value, type, element, dims }): PlannedInput => {
    const size = product(dims);
    at += size;
    return {
      name: value.name,
      element,
      type,
      dims: dims.map((dim) => dim ?? 1),
      columns: names.slice(at - size, at),
    };
  });
  return { inputs, isWhole, problems };
}

function readInput({
  type,
}: ForeignValue): { problem: string } | { type: InputType; element: number; dims: (number | null)[] } {
  if (type.kind === 'other') return { problem: `It is a ${type.what}; only tensors can be columns` };
  const name = elementName(type.element);
  const columnType = columnTypes[name];
  if (columnType === undefined) return { problem: `It is a tensor of ${name}, which no column can be` };
  if (type.dims !== null && type.dims.length === 0)
    return { problem: 'It is a single value for all rows: set it in the model before it is exported' };
  // A file that says nothing of the shape means [rows, columns].
  const dims = type.dims === null ? [null] : type.dims.slice(1);
  return { type: columnType, element: type.element, dims };
}

function featureProblems(features: readonly string[], total: number): Problem[] {
  const problems: Problem[] = [];
  if (features.length !== total)
    problems.push({
      path: '/features',
      message: `${features.length} ${features.length === 1 ? 'name' : 'names'} for ${total} ${total === 1 ? 'column' : 'columns'}`,
      expected: `${total} names`,
    });
  features.forEach((name, i) => {
    if (features.indexOf(name) < i)
      problems.push({
        path: `/features/${i}`,
        message: `"${name}" is named twice`,
        expected: 'different names',
      });
  });
  return problems;
}

function namesOf(
  inputs: readonly { value: ForeignValue; dims: readonly (number | null)[] }[],
  features: readonly string[] | undefined,
): string[] {
  if (features !== undefined) return [...features];
  const taken = new Set<string>();
  const free = (name: string): string => {
    const found = taken.has(name) || name === '' ? free(`${name}_`) : name;
    taken.add(found);
    return found;
  };
  return inputs.flatMap(({ value, dims }) => {
    const size = product(dims);
    if (size === 1) return [free(value.name)];
    const prefix = inputs.length === 1 ? 'f' : `${value.name}_`;
    return Array.from({ length: size }, (_, i) => free(`${prefix}${i}`));
  });
}

function product(dims: readonly (number | null)[]): number {
  return dims.reduce<number>((all, size) => all * (size ?? 1), 1);
}
