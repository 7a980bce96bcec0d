import {
  float,
  type GraphBuilder,
  type InputColumn,
  inputElementType,
  missingDatetime,
  type Value,
} from '../../onnx/index.ts';
import type { CategoryCode, CrossedColumn, FittedFeature, OneHotColumns, TargetMeans } from './fitted.ts';
import { cast, integer, number } from './graph-values.ts';

const largestExactFloat64 = 2 ** 53;
const labelEncoder = { domain: 'ai.onnx.ml' };

/**
 * A category as the graph looks it up. `missing` is a mask; null: a missing text is the key ''. `keys` gives the keys of a
 * LabelEncoder for some categories, and one more for a missing text.
 */
type CategoryInput = {
  value: Value;
  missing: Value | null;
  keys(categories: readonly string[]): { keys_strings: string[] } | { keys_int64s: bigint[] };
};

/** Texts stay texts; numbers that name categories become int64, with a mask where they may be missing. */
export function categoryInput(graph: GraphBuilder, column: InputColumn, input: Value): CategoryInput {
  const { type, nullable } = column;
  const toInteger = nullable || type === 'float' ? roundedInteger : BigInt;
  const keys = (categories: readonly string[]) =>
    type === 'string'
      ? { keys_strings: [...categories, ''] }
      : { keys_int64s: categories.map((category) => toInteger(category)) };
  if (inputElementType(column) !== 'float64') return { value: input, missing: null, keys };
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
  return { value: code, missing: unknown, keys };
}

/** What a whole number becomes on its way through a float64. */
const roundedInteger = (text: string) => BigInt(Number(text));

/** The pair of two categories as one number: first × (numbers of the second) + second; missing where either is. */
export function crossInput(
  graph: GraphBuilder,
  { of }: FittedFeature & { kind: 'cross' },
  inputOf: (name: string) => Value,
): CategoryInput {
  const side = (column: CrossedColumn) => {
    const width = column.categories.length;
    const category = categoryInput(graph, column, inputOf(column.name));
    return addRank(graph, category, column.categories, { rare: width, missing: width + 1 });
  };
  const [first, second] = of;
  const [a, b] = [side(first), side(second)];
  const isMissing = (rank: Value, { categories }: CrossedColumn) =>
    graph.node('Equal', [rank, integer(graph, categories.length + 1)]);
  return {
    value: graph.node('Add', [graph.node('Mul', [a, integer(graph, second.categories.length + 1)]), b]),
    missing: graph.node('Or', [isMissing(a, first), isMissing(b, second)]),
    keys: (pairs) => ({ keys_int64s: pairs.map(BigInt) }),
  };
}

/** The place of the category in the list, int64 `[N]`. */
function addRank(
  graph: GraphBuilder,
  { value, missing, keys }: CategoryInput,
  categories: readonly string[],
  places: { rare: number; missing: number },
): Value {
  const ranks = categories.map((_, rank) => rank);
  const lookup = keys(categories);
  const attributes = {
    ...lookup,
    values_int64s: 'keys_strings' in lookup ? [...ranks, places.missing] : ranks,
    default_int64: places.rare,
  };
  const found = graph.node('LabelEncoder', [value], attributes, labelEncoder);
  return missing === null ? found : graph.node('Where', [missing, integer(graph, places.missing), found]);
}

/** One number a category, float64 `[N]`. */
export function addCode(
  graph: GraphBuilder,
  { value, missing, keys }: CategoryInput,
  code: CategoryCode,
): Value {
  const lookup = keys(code.categories);
  const attributes = {
    ...lookup,
    values_floats: 'keys_strings' in lookup ? Float32Array.of(...code.values, code.missing) : code.values,
    default_float: float(code.other),
  };
  const found = cast(graph, graph.node('LabelEncoder', [value], attributes, labelEncoder), 'float64');
  return missing === null ? found : graph.node('Where', [missing, number(graph, code.missing), found]);
}

/** One column or one a class, float64 `[N]` each; the category is looked up once for all of them. */
export function addMeans(graph: GraphBuilder, category: CategoryInput, means: TargetMeans): Value[] {
  const rare = means.categories.length;
  const rank = addRank(graph, category, means.categories, { rare, missing: rare + 1 });
  return means.columns.map(({ values }) => graph.node('Gather', [graph.constant(values), rank]));
}

/** Where there is no column for rare or missing, the row gets zeros: an index past the last column. */
export function addOneHot(graph: GraphBuilder, category: CategoryInput, columns: OneHotColumns): Value {
  const kept = columns.categories.length;
  const width = kept + Number(columns.rare) + Number(columns.missing);
  const rare = columns.rare ? kept : width;
  const missing = columns.fill ?? (columns.missing ? width - 1 : rare);
  const index = addRank(graph, category, columns.categories, { rare, missing });
  const depth = graph.constant(BigInt64Array.of(BigInt(width)), []);
  return graph.node('OneHot', [index, depth, graph.constant(Float32Array.of(0, 1))], { axis: 1 });
}
