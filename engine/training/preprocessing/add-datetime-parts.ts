import type { DatetimePart } from '../../../local-api/contract/index.ts';
import type { GraphBuilder, Value } from '../../onnx/index.ts';

/** Integer arithmetic on int64 tensors. ONNX divides towards zero, so floors go through Mod, which has the sign of the divisor. */
function integers(graph: GraphBuilder) {
  const constant = (value: number) => graph.constant(BigInt64Array.of(BigInt(value)), []);
  const node = (op: string) => (a: Value, b: Value | number) =>
    graph.node(op, [a, typeof b === 'number' ? constant(b) : b]);
  const subtract = node('Sub');
  const divideTowardsZero = node('Div');
  const remainder = node('Mod');
  return {
    constant,
    add: node('Add'),
    subtract,
    multiply: node('Mul'),
    remainder,
    /** Exact also below zero. */
    floorDivide: (a: Value, divisor: number) =>
      divideTowardsZero(subtract(a, remainder(a, divisor)), divisor),
    /** For values that are never below zero. */
    divide: divideTowardsZero,
    less: node('Less'),
    equal: node('Equal'),
    choose: (condition: Value, yes: Value, no: Value) => graph.node('Where', [condition, yes, no]),
  };
}

/**
 * Parts of instants, int64 `[N]` each: `ms` is milliseconds since the epoch, UTC. The civil date comes from the day number by
 * integer arithmetic over 400-year eras that begin on 1 March (Hinnant, "chrono-compatible low-level date algorithms",
 * civil_from_days), which holds before 1970 and in leap years.
 */
export function addDatetimeParts(graph: GraphBuilder, ms: Value, parts: readonly DatetimePart[]): Value[] {
  const { add, remainder, floorDivide, divide } = integers(graph);
  const minuteOfDay = once(() => divide(remainder(ms, 86_400_000), 60_000));
  const days = once(() => floorDivide(ms, 86_400_000));
  const civil = once(() => addCivilDate(graph, days()));
  const make: Record<DatetimePart, () => Value> = {
    year: () => civil().year,
    month: () => civil().month,
    day: () => civil().day,
    dayOfYear: () => civil().dayOfYear,
    // 1 January 1970 was a Thursday; Monday is 0.
    weekday: () => remainder(add(days(), 3), 7),
    hour: () => divide(minuteOfDay(), 60),
    minute: () => remainder(minuteOfDay(), 60),
    minuteOfDay,
  };
  return parts.map((part) => make[part]());
}

/** Days since 1 January 1970 of instants, int64 `[N]`. */
export function addDayNumber(graph: GraphBuilder, ms: Value): Value {
  return integers(graph).floorDivide(ms, 86_400_000);
}

function addCivilDate(graph: GraphBuilder, days: Value) {
  const { constant, add, subtract, multiply, remainder, floorDivide, divide, less, equal, choose } =
    integers(graph);
  // Days since 1 March of year 0, shared out into eras of 400 years.
  const shifted = add(days, 719_468);
  const era = floorDivide(shifted, 146_097);
  const dayOfEra = remainder(shifted, 146_097);
  const leapCorrected = subtract(
    add(subtract(dayOfEra, divide(dayOfEra, 1460)), divide(dayOfEra, 36_524)),
    divide(dayOfEra, 146_096),
  );
  const yearOfEra = divide(leapCorrected, 365);
  const yearDays = subtract(add(multiply(yearOfEra, 365), divide(yearOfEra, 4)), divide(yearOfEra, 100));
  // Day and month of a year that begins on 1 March.
  const marchDay = subtract(dayOfEra, yearDays);
  const marchMonth = divide(add(multiply(marchDay, 5), 2), 153);
  const monthStart = divide(add(multiply(marchMonth, 153), 2), 5);
  const inMarchYear = less(marchMonth, 10);
  const marchYear = add(yearOfEra, multiply(era, 400));
  const year = choose(inMarchYear, marchYear, add(marchYear, 1));
  const isLeap = graph.node('Or', [
    graph.node('And', [equal(remainder(year, 4), 0), graph.node('Not', [equal(remainder(year, 100), 0)])]),
    equal(remainder(year, 400), 0),
  ]);
  const leapDay = choose(isLeap, constant(1), constant(0));
  return {
    year,
    month: choose(inMarchYear, add(marchMonth, 3), subtract(marchMonth, 9)),
    day: add(subtract(marchDay, monthStart), 1),
    // January and February are the last 59 or 60 days of the year before.
    dayOfYear: choose(inMarchYear, add(add(marchDay, 60), leapDay), subtract(marchDay, 305)),
  };
}

/** Computes a shared part when first asked for, and then no more. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
