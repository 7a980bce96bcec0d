import {
  type Feed,
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

/** Numbers `[N]` of one column; those that are missing are NaN or infinite. */
export type RawNumbers = { value: Value; type: Feed['type'] };

/**
 * A raw column of numbers, as it comes where that will do: what is done to each column for itself makes a wide model slow to
 * load.
 */
export function rawNumbers(graph: GraphBuilder, column: InputColumn, input: Value): RawNumbers {
  if (!isInstant(column)) return { value: input, type: inputElementType(column) };
  const missing = graph.node('Equal', [input, integer(graph, missingDatetime)]);
  const value = graph.node('Where', [missing, number(graph, Number.NaN), cast(graph, input, 'float64')]);
  return { value, type: 'float64' };
}

/** A side of an interaction, float64 `[N]`; missing is NaN. */
export function interactionSide(graph: GraphBuilder, column: InputColumn, input: Value): Value {
  const { value, type } = rawNumbers(graph, column, input);
  if (type !== 'float64') return cast(graph, value, 'float64');
  if (isInstant(column)) return value;
  return graph.node('Where', [graph.node('IsInf', [value]), number(graph, Number.NaN), value]);
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

/** Float64 `[N]`, infinite where there is no finite answer. */
export function interactionNumber(
  graph: GraphBuilder,
  { operation, of: [side] }: FittedFeature & { kind: 'interaction' },
  first: Value,
  second: Value,
): Value {
  const operator = { product: 'Mul', ratio: 'Div', sum: 'Add', difference: 'Sub' }[operation];
  const plain = graph.node(operator, [first, second]);
  const isDays = operation === 'difference' && isInstant(side);
  return isDays ? graph.node('Div', [plain, number(graph, dayMs)]) : plain;
}
