import type { DatetimePart } from '../../../local-api/contract/index.ts';
import { float, type GraphBuilder, inputElementType, missingDatetime, type Value } from '../../onnx/index.ts';
import { addDatetimeParts } from './add-datetime-parts.ts';
import {
  type CategoryCode,
  type FittedFeature,
  type FittedPreprocessing,
  type NumberColumn,
  numberColumns,
  type OneHotColumns,
} from './fitted.ts';

const castTo = { float32: 1, int64: 7, float64: 11 } as const;
const largestFloat32 = 3.4028234663852886e38;
const largestExactFloat64 = 2 ** 53;

/** A raw input as the graph computes with it; a missing number is NaN, a missing text ''. */
type RawInput = { value: Value; missing: Value | null };

/**
 * Adds everything that turns raw inputs into the matrix. Gives the matrix, float32 `[N, width]`, columns as `matrixColumns` tells.
 * Infinite numbers count as missing.
 */
export function addPreprocessing(
  graph: GraphBuilder,
  fitted: FittedPreprocessing,
  inputs: ReadonlyMap<string, Value>,
): Value {
  const numbers: Value[] = [];
  const oneHots: Value[] = [];
  for (const feature of fitted.features) {
    const input = inputs.get(feature.name);
    if (input === undefined) throw new RangeError(`there is no input "${feature.name}"`);
    if (feature.kind === 'number') numbers.push(numberInput(graph, feature, input));
    else if (feature.kind === 'datetime') numbers.push(...datetimeNumbers(graph, feature, input));
    else {
      const raw = categoryInput(graph, feature, input);
      if (feature.code !== null) numbers.push(addCode(graph, feature, feature.code, raw));
      if (feature.oneHot !== null) oneHots.push(addOneHot(graph, feature, feature.oneHot, raw));
    }
  }
  const blocks = numbers.length === 0 ? [] : addNumbers(graph, numbers, numberColumns(fitted));
  return concatColumns(graph, [...blocks, ...oneHots]);
}

function concatColumns(graph: GraphBuilder, blocks: readonly Value[]): Value {
  const [only] = blocks;
  return only !== undefined && blocks.length === 1 ? only : graph.node('Concat', blocks, { axis: 1 });
}

const cast = (graph: GraphBuilder, value: Value, to: keyof typeof castTo) =>
  graph.node('Cast', [value], { to: castTo[to] });

const number = (graph: GraphBuilder, value: number) => graph.constant(Float64Array.of(value), []);

function numberInput(graph: GraphBuilder, feature: FittedFeature, input: Value): Value {
  if (feature.type === 'datetime' || feature.type === 'date') {
    const missing = graph.node('Equal', [input, graph.constant(BigInt64Array.of(missingDatetime), [])]);
    return graph.node('Where', [missing, number(graph, Number.NaN), cast(graph, input, 'float64')]);
  }
  if (inputElementType(feature) !== 'float64') return cast(graph, input, 'float64');
  return graph.node('Where', [graph.node('IsInf', [input]), number(graph, Number.NaN), input]);
}

function datetimeNumbers(
  graph: GraphBuilder,
  feature: FittedFeature & { kind: 'datetime' },
  input: Value,
): Value[] {
  const missing = graph.node('Equal', [input, graph.constant(BigInt64Array.of(missingDatetime), [])]);
  const known = graph.node('Where', [missing, graph.constant(BigInt64Array.of(0n), []), input]);
  const wanted: DatetimePart[] = feature.parts.map(({ part }) => part);
  return addDatetimeParts(graph, known, wanted).map((part) =>
    graph.node('Where', [missing, number(graph, Number.NaN), cast(graph, part, 'float64')]),
  );
}

/** Texts stay texts; numbers that name categories become int64, with a mask where they may be missing. */
function categoryInput(graph: GraphBuilder, feature: FittedFeature, input: Value): RawInput {
  if (inputElementType(feature) !== 'float64') return { value: input, missing: null };
  const unknown = graph.node('Or', [graph.node('IsNaN', [input]), graph.node('IsInf', [input])]);
  const whole = graph.node('Equal', [graph.node('Floor', [input]), input]);
  const bounded = graph.node('Clip', [
    graph.node('Where', [unknown, number(graph, 0), input]),
    number(graph, -largestExactFloat64),
    number(graph, largestExactFloat64),
  ]);
  // A fraction is no category: it goes where nothing that training saw can be.
  const code = graph.node('Where', [
    graph.node('Or', [whole, unknown]),
    cast(graph, bounded, 'int64'),
    graph.constant(BigInt64Array.of(missingDatetime), []),
  ]);
  return { value: code, missing: unknown };
}

/** Attributes of a LabelEncoder that looks these categories up, and a missing text with them. */
function lookup(feature: FittedFeature, categories: readonly string[]) {
  if (feature.type === 'string') return { keys_strings: [...categories, ''] };
  const toInteger = feature.nullable || feature.type === 'float' ? roundedInteger : BigInt;
  return { keys_int64s: categories.map(toInteger) };
}

/** What a whole number becomes on its way through a float64. */
const roundedInteger = (text: string) => BigInt(Number(text));

const labelEncoder = { domain: 'ai.onnx.ml' };

function addCode(graph: GraphBuilder, feature: FittedFeature, code: CategoryCode, raw: RawInput): Value {
  const values = feature.type === 'string' ? Float32Array.of(...code.values, Number.NaN) : code.values;
  const attributes = {
    ...lookup(feature, code.categories),
    values_floats: values,
    default_float: float(code.other),
  };
  const found = cast(graph, graph.node('LabelEncoder', [raw.value], attributes, labelEncoder), 'float64');
  return raw.missing === null ? found : graph.node('Where', [raw.missing, number(graph, Number.NaN), found]);
}

/** Where there is no column for rare or missing, the row gets zeros: an index past the last column. */
function addOneHot(
  graph: GraphBuilder,
  feature: FittedFeature,
  columns: OneHotColumns,
  raw: RawInput,
): Value {
  const kept = columns.categories.length;
  const width = kept + Number(columns.rare) + Number(columns.missing);
  const rare = columns.rare ? kept : width;
  const missing = columns.missing ? width - 1 : rare;
  const indices = columns.categories.map((_, index) => index);
  const attributes = {
    ...lookup(feature, columns.categories),
    values_int64s: feature.type === 'string' ? [...indices, missing] : indices,
    default_int64: rare,
  };
  const found = graph.node('LabelEncoder', [raw.value], attributes, labelEncoder);
  const index =
    raw.missing === null
      ? found
      : graph.node('Where', [raw.missing, graph.constant(BigInt64Array.of(BigInt(missing)), []), found]);
  const depth = graph.constant(BigInt64Array.of(BigInt(width)), []);
  return graph.node('OneHot', [index, depth, graph.constant(Float32Array.of(0, 1))], { axis: 1 });
}

/** All number columns at once, so that the cost of a node is paid once and not a column: the matrix block, then the indicators. */
function addNumbers(
  graph: GraphBuilder,
  values: readonly Value[],
  columns: readonly NumberColumn[],
): Value[] {
  const joined = values.length === 1 ? values : [graph.node('Concat', values, { axis: 0 })];
  const shape = graph.constant(BigInt64Array.of(BigInt(columns.length), -1n));
  const x = graph.node('Transpose', [graph.node('Reshape', [...joined, shape])]);
  const missing = graph.node('IsNaN', [x]);
  const row = (pick: (column: NumberColumn) => number) =>
    graph.constant(Float64Array.from(columns, pick), [1, columns.length]);
  let result = x;
  if (columns.some(({ fill }) => !Number.isNaN(fill)))
    result = graph.node('Where', [missing, row(({ fill }) => fill), result]);
  if (columns.some(({ shift }) => shift !== 0))
    result = graph.node('Sub', [result, row(({ shift }) => shift)]);
  if (columns.some(({ scale }) => scale !== 1))
    result = graph.node('Div', [result, row(({ scale }) => scale)]);
  const bounded = graph.node('Clip', [result, number(graph, -largestFloat32), number(graph, largestFloat32)]);
  const indicated = columns.flatMap(({ indicator }, index) => (indicator === null ? [] : [BigInt(index)]));
  if (indicated.length === 0) return [cast(graph, bounded, 'float32')];
  const masks = graph.node('Gather', [missing, graph.constant(BigInt64Array.from(indicated))], { axis: 1 });
  return [cast(graph, bounded, 'float32'), cast(graph, masks, 'float32')];
}
