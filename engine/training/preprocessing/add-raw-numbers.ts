import {
  float,
  type GraphBuilder,
  type InputColumn,
  inputElementType,
  missingDatetime,
  type Value,
} from '../../onnx/index.ts';
import { addDatetimeParts, addDayNumber } from './add-datetime-parts.ts';
import { cyclicTable, dayMs, partCycles } from './datetime-parts.ts';
import { isInstant } from './fit-interaction.ts';
import type { DatetimeNumber, FittedFeature } from './fitted.ts';
import { cast, integer, number } from './graph-values.ts';
import { holidayNumbers } from './holidays.ts';

/** A raw column as float64; missing is NaN. */
export function numberInput(graph: GraphBuilder, column: InputColumn, input: Value): Value {
  if (isInstant(column)) {
    const missing = graph.node('Equal', [input, integer(graph, missingDatetime)]);
    return graph.node('Where', [missing, number(graph, Number.NaN), cast(graph, input, 'float64')]);
  }
  if (inputElementType(column) !== 'float64') return cast(graph, input, 'float64');
  return graph.node('Where', [graph.node('IsInf', [input]), number(graph, Number.NaN), input]);
}

/** The numbers that a date becomes, float64 `[N]` each; missing is NaN. */
export function datetimeNumbers(
  graph: GraphBuilder,
  feature: FittedFeature & { kind: 'datetime' },
  input: Value,
): Value[] {
  const missing = graph.node('Equal', [input, integer(graph, missingDatetime)]);
  const known = graph.node('Where', [missing, integer(graph, 0), input]);
  const wanted = [
    ...new Set(feature.values.flatMap(({ value }) => (value.of === 'part' ? [value.part] : []))),
  ];
  const parts = new Map(
    addDatetimeParts(graph, known, wanted).map((part, index) => [wanted[index], part] as const),
  );
  return feature.values.map(({ value }) => {
    const part = value.of === 'part' ? parts.get(value.part) : undefined;
    const made = datetimeNumber(graph, value, known, part);
    return graph.node('Where', [missing, number(graph, Number.NaN), made]);
  });
}

function datetimeNumber(graph: GraphBuilder, wanted: DatetimeNumber, ms: Value, part?: Value): Value {
  if (wanted.of === 'daysSince') {
    const since = graph.node('Sub', [cast(graph, ms, 'float64'), number(graph, wanted.originMs)]);
    return graph.node('Div', [since, number(graph, dayMs)]);
  }
  if (wanted.of === 'holiday') {
    const holidays = [...holidayNumbers(wanted.country)];
    const attributes = {
      keys_int64s: holidays.map(BigInt),
      values_floats: new Float32Array(holidays.length).fill(1),
      default_float: float(0),
    };
    const found = graph.node('LabelEncoder', [addDayNumber(graph, ms)], attributes, { domain: 'ai.onnx.ml' });
    return cast(graph, found, 'float64');
  }
  if (part === undefined) throw new RangeError(`the part ${wanted.part} was not worked out`);
  const cycle = partCycles[wanted.part];
  if (wanted.form === 'number' || cycle === null) return cast(graph, part, 'float64');
  return graph.node('Gather', [graph.constant(cyclicTable(cycle, wanted.form)), part]);
}

/** What has no finite answer is missing. */
export function interactionNumber(
  graph: GraphBuilder,
  { operation, of: [side] }: FittedFeature & { kind: 'interaction' },
  first: Value,
  second: Value,
): Value {
  const operator = { product: 'Mul', ratio: 'Div', sum: 'Add', difference: 'Sub' }[operation];
  const plain = graph.node(operator, [first, second]);
  const isDays = operation === 'difference' && isInstant(side);
  const result = isDays ? graph.node('Div', [plain, number(graph, dayMs)]) : plain;
  return graph.node('Where', [graph.node('IsInf', [result]), number(graph, Number.NaN), result]);
}
