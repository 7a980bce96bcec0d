import type { GraphBuilder, Value } from '../../onnx/index.ts';
import { addNumberTransform } from './add-number-transform.ts';
import type { NumberColumn } from './fitted.ts';
import { cast, number } from './graph-values.ts';
import type { NumberTransform } from './number-transform.ts';

const largestFloat32 = 3.4028234663852886e38;
/** What is weighed and added up must stay far below the largest number, or the answer is none. */
const largestScaled = 1e18;

/**
 * All number columns at once, so that the cost of a node is paid once and not a column: the matrix block, then the indicators.
 * `values` are float64 `[N]`, NaN is missing.
 */
export function addNumbers(
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
  const columnsAt = (value: Value, indices: readonly number[]) =>
    graph.node('Gather', [value, graph.constant(BigInt64Array.from(indices, BigInt))], { axis: 1 });
  const order = [...plain];
  const blocks = plain.length === 0 ? [] : [columnsAt(x, plain)];
  for (const members of groups.values()) {
    const indices = members.map(({ index }) => index);
    order.push(...indices);
    blocks.push(
      addNumberTransform(
        graph,
        columnsAt(x, indices),
        members.map(({ transform }) => transform),
      ),
    );
  }
  const [only] = blocks;
  const joined = only !== undefined && blocks.length === 1 ? only : graph.node('Concat', blocks, { axis: 1 });
  return columnsAt(
    joined,
    columns.map((_, index) => order.indexOf(index)),
  );
}
