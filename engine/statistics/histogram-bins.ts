/**
 * Where the bins of a histogram lie: `count` bins of width `step` from `start`, and, where `lowEdge` or `highEdge` is
 * given, one wider bin before or after them that reaches to the smallest or largest value.
 */
export type Bins = {
  start: number;
  step: number;
  count: number;
  lowEdge: number | null;
  highEdge: number | null;
};

export type NumberRange = {
  min: number;
  max: number;
  /** 1 % and 99 % quantiles; without them the whole range is binned evenly. */
  p01: number | null;
  p99: number | null;
  isInteger: boolean;
};

const WANTED_BINS = 40;
/** The range may be this many times as wide as its inner 98 % before the tails get a bin each. */
const HEAVY_TAIL = 4;
const MOST_UNIT_BINS = 60;

/**
 * About 40 bins with edges that read well (steps of 1, 2, 2.5 or 5 times a power of ten). Integers over a small range
 * get a bin each; heavy tails go into one wide bin a side, so that they do not squeeze the rest into one. Null when
 * the range is not finite.
 */
export function numberBins(range: NumberRange): Bins | null {
  const { min, max, isInteger } = range;
  const width = max - min;
  if (!Number.isFinite(width)) return null;
  if (isInteger && width <= MOST_UNIT_BINS) {
    return { start: min - 0.5, step: 1, count: width + 1, lowEdge: null, highEdge: null };
  }
  if (width === 0) {
    const half = Math.abs(min) < 1e6 ? 0.5 : Math.abs(min) / 100;
    return { start: min - half, step: 2 * half, count: 1, lowEdge: null, highEdge: null };
  }
  // Beyond some 14 digits there is nothing to tell apart.
  if (width / WANTED_BINS < Math.max(Math.abs(min), Math.abs(max)) * 2 ** -48) {
    return { start: min, step: width, count: 1, lowEdge: null, highEdge: null };
  }
  const [low, high] = coreOf(range);
  const step = niceStep((high - low) / WANTED_BINS, isInteger);
  const start = Math.floor(low / step) * step;
  const count = Math.max(1, Math.ceil((high - start) / step));
  const end = edgeAt(start, step, count);
  return { start, step, count, lowEdge: min < start ? min : null, highEdge: max > end ? max : null };
}

function coreOf({ min, max, p01, p99 }: NumberRange): [number, number] {
  if (p01 === null || p99 === null || p99 <= p01) return [min, max];
  return max - min > HEAVY_TAIL * (p99 - p01) ? [p01, p99] : [min, max];
}

function niceStep(wanted: number, isInteger: boolean): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const fraction = wanted / power;
  const nice = fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 2.5 ? 2.5 : fraction <= 5 ? 5 : 10;
  const step = nice * power;
  return isInteger ? Math.max(1, Math.ceil(step)) : step;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 5, 10, 50, 100, 500],
  ...[1, 5, 10, 30].map((seconds) => seconds * SECOND),
  ...[1, 5, 10, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 91, 182, 365, 730, 1826, 3652, 18_262, 36_524].map((days) => days * DAY),
];

/** At most 60 bins over a range of milliseconds, with steps that mean something to people: an hour, a day, a week. */
export function timeBins(min: number, max: number): Bins {
  const wanted = (max - min) / MOST_UNIT_BINS;
  const step = TIME_STEPS.find((candidate) => candidate >= wanted) ?? wanted;
  const start = Math.floor(min / step) * step;
  return { start, step, count: Math.floor((max - start) / step) + 1, lowEdge: null, highEdge: null };
}

/** The edges, one more than there are bins. */
export function edgesOf(bins: Bins): number[] {
  const edges = Array.from({ length: bins.count + 1 }, (_, index) => edgeAt(bins.start, bins.step, index));
  if (bins.lowEdge !== null) edges.unshift(bins.lowEdge);
  if (bins.highEdge !== null) edges.push(bins.highEdge);
  return edges;
}

/** start + index × step without the digits of rounding: 0.3 and not 0.30000000000000004. */
function edgeAt(start: number, step: number, index: number): number {
  const exact = start + index * step;
  const rounded = Number(exact.toPrecision(14));
  return Math.abs(rounded - exact) < step * 1e-6 ? rounded : exact;
}
