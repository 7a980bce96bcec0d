import type { GraphBuilder, Value } from '../../onnx/index.ts';
import { addNumberTransform } from './add-number-transform.ts';
import type { RawNumbers } from './add-raw-numbers.ts';
import type { NumberColumn } from './fitted.ts';
import { cast, number } from './graph-values.ts';
import type { NumberTransform } from './number-transform.ts';

const largestFloat32 = 3.4028234663852886e38;
/** What is weighed and added up must stay far below the largest number, or the answer is none. */
const largestScaled = 1e18;

/**
 * All number columns at once, so that the cost of a node is paid once and not a column: the matrix block, then the indicators.
 */
export function addNumbers(
  graph: GraphBuilder,
  values: readonly RawNumbers[],
  columns: readonly NumberColumn[],
): Value[] {
  const raw = addJoined(graph, values);
  const x = graph.node('Where', [graph.node('IsInf', [raw]), number(graph, Number.NaN), raw]);
  const missing = graph.node('IsNaN', [x]);
  const row = (pick: (column: NumberColumn) => number) =>
    graph.constant(Float64Array.from(columns, pick), [1, columns.length]);
  let result = x;
  if (columns.some(({ clip }) => clip !== null)) result = addClip(graph, result, row);
  if (columns.some(({ fill }) => !Number.isNaN(fill)))
    result = graph.node('Where', [missing, row(({ fill }) => fill), result]);
  result = addTransforms(graph, result, columns);
  if (columns.some(({ shift }) => shift !== 0))
    result = graph.node('Sub', [result, row(({ shift }) => shift)]);
  if (columns.some(({ scale }) => scale !== 1))
    result = graph.node('Div', [result, row(({ scale }) => scale)]);
  // Trees compare numbers only, and have no fill-in value.
  const bound = columns.every(({ fill }) => Number.isNaN(fill)) ? largestFloat32 : largestScaled;
  const bounded = graph.node('Clip', [result, number(graph, -bound), number(graph, bound)]);
  const indicated = columns.flatMap(({ indicator }, index) => (indicator === null ? [] : [BigInt(index)]));
  if (indicated.length === 0) return [cast(graph, bounded, 'float32')];
  const masks = graph.node('Gather', [missing, graph.constant(BigInt64Array.from(indicated))], { axis: 1 });
  return [cast(graph, bounded, 'float32'), cast(graph, masks, 'float32')];
}

/** The columns beside each other, float64 `[N, columns]`: those of one type are joined before they become float64. */
function addJoined(graph: GraphBuilder, values: readonly RawNumbers[]): Value {
  const types = [...new Set(values.map(({ type }) => type))];
  const order: number[] = [];
  const blocks = types.map((type) => {
    const members = values.flatMap((one, index) => (one.type === type ? [{ index, value: one.value }] : []));
    order.push(...members.map(({ index }) => index));
    const joined = concatenated(
      graph,
      members.map(({ value }) => value),
      0,
    );
    return type === 'float64' ? joined : cast(graph, joined, 'float64');
  });
  const shape = graph.constant(BigInt64Array.of(BigInt(values.length), -1n));
  const rows = graph.node('Transpose', [graph.node('Reshape', [concatenated(graph, blocks, 0), shape])]);
  return types.length === 1 ? rows : columnsAt(graph, rows, inPlace(order));
}

function concatenated(graph: GraphBuilder, values: readonly Value[], axis: number): Value {
  const [only] = values;
  return only !== undefined && values.length === 1 ? only : graph.node('Concat', values, { axis });
}

const columnsAt = (graph: GraphBuilder, x: Value, indices: readonly number[]): Value =>
  graph.node('Gather', [x, graph.constant(BigInt64Array.from(indices, BigInt))], { axis: 1 });

/** Where each column stands among those in this order. */
function inPlace(order: readonly number[]): number[] {
  const places = new Array<number>(order.length);
  for (const [place, index] of order.entries()) places[index] = place;
  return places;
}

/** Comparisons instead of Clip, which takes one range for all columns; NaN stays NaN. */
function addClip(
  graph: GraphBuilder,
  x: Value,
  row: (pick: (column: NumberColumn) => number) => Value,
): Value {
  const low = row(({ clip }) => clip?.min ?? Number.NEGATIVE_INFINITY);
  const high = row(({ clip }) => clip?.max ?? Number.POSITIVE_INFINITY);
  const raised = graph.node('Where', [graph.node('Less', [x, low]), low, x]);
  return graph.node('Where', [graph.node('Greater', [raised, high]), high, raised]);
}

/** Columns with the same kind of function are worked out together, and then brought back to their places. */
function addTransforms(graph: GraphBuilder, x: Value, columns: readonly NumberColumn[]): Value {
  const groups = new Map<string, { index: number; transform: NumberTransform }[]>();
  const plain: number[] = [];
  for (const [index, { transform }] of columns.entries()) {
    if (transform === null) {
      plain.push(index);
      continue;
    }
    const key = transform.kind === 'quantile' ? `quantile ${transform.to}` : transform.kind;
    groups.set(key, [...(groups.get(key) ?? []), { index, transform }]);
  }
  if (groups.size === 0) return x;
  const order = [...plain];
  const blocks = plain.length === 0 ? [] : [columnsAt(graph, x, plain)];
  for (const members of groups.values()) {
    const indices = members.map(({ index }) => index);
    order.push(...indices);
    blocks.push(
      addNumberTransform(
        graph,
        columnsAt(graph, x, indices),
        members.map(({ transform }) => transform),
      ),
    );
  }
  return columnsAt(graph, concatenated(graph, blocks, 1), inPlace(order));
}
