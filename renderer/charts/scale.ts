/** How the ends of an axis are set; what is left out follows the data. */
export type Bounds = { min?: number | undefined; max?: number | undefined };
export type Range = { min: number; max: number };

/** Numbers along a line: places run from 0 (the smallest) to 1. */
export type NumberScale = Range & {
  isLog: boolean;
  /** NaN where a value has no place: a number that is none, or nothing above zero on a logarithm. */
  place: (value: number) => number;
  value: (place: number) => number;
};

/** A scale over a range, which must not be empty; a logarithm needs a range above zero and is not taken otherwise. */
export function scaleOver({ min, max }: Range, isLog = false): NumberScale {
  if (isLog && min > 0) {
    const [from, to] = [Math.log(min), Math.log(max)];
    return {
      min,
      max,
      isLog: true,
      place: (value) => (value > 0 ? (Math.log(value) - from) / (to - from) : Number.NaN),
      value: (place) => Math.exp(from + place * (to - from)),
    };
  }
  return {
    min,
    max,
    isLog: false,
    place: (value) => (value - min) / (max - min),
    value: (place) => min + place * (max - min),
  };
}

/** The ends of all finite numbers, of those above zero only for a logarithm; null when there are none. */
export function extentOf(columns: Iterable<ArrayLike<number | null>>, isLog = false): Range | null {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of columns) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? { min, max } : null;
}

/** A range to draw over: set ends win, an empty range is opened, and `margin` of its length is added where no end is set. */
export function rangeToDraw(
  extent: Range | null,
  look: { bounds?: Bounds | undefined; isLog?: boolean; margin?: number } = {},
): Range {
  const { bounds = {}, isLog = false, margin = 0 } = look;
  let { min, max } = extent ?? (isLog ? { min: 1, max: 10 } : { min: 0, max: 1 });
  if (min === max) {
    const reach = isLog ? 0 : Math.abs(min) * 0.05 || 0.5;
    [min, max] = isLog && min > 0 ? [min / 2, max * 2] : [min - reach, max + reach];
  } else if (isLog && min > 0) {
    const factor = (max / min) ** margin;
    [min, max] = [min / factor, max * factor];
  } else {
    [min, max] = [min - (max - min) * margin, max + (max - min) * margin];
  }
  const range = { min: bounds.min ?? min, max: bounds.max ?? max };
  return range.min < range.max ? range : { min: range.min, max: range.min + (Math.abs(range.min) || 1) };
}

/** Round numbers within a range, about `count` of them: 1, 2 or 5 times a power of ten apart; powers of ten on a logarithm. */
export function ticksOf(scale: NumberScale, count: number): number[] {
  return scale.isLog ? logTicks(scale, count) : linearTicks(scale, count);
}

function linearTicks({ min, max }: Range, count: number): number[] {
  const rough = (max - min) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const ticks: number[] = [];
  // Adding 0 makes a zero of minus zero.
  const first = Math.ceil(min / step - 1e-9) + 0;
  for (let n = first; n * step <= max + step * 1e-9; n++) {
    // Dividing by the inverse keeps 0.3 from becoming 0.30000000000000004.
    ticks.push(step < 1 ? n / Math.round(1 / step) : n * step);
    if (ticks.length > 200) break;
  }
  return ticks;
}

function logTicks(scale: Range, count: number): number[] {
  const [from, to] = [Math.log10(scale.min), Math.log10(scale.max)];
  if (to - from < 1) return linearTicks(scale, count).filter((tick) => tick > 0);
  const factors = to - from <= count / 3 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((to - from) / count));
  const ticks: number[] = [];
  for (let power = Math.floor(from); power <= to; power++) {
    if (factors.length === 1 && power % every !== 0) continue;
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= scale.min * 0.999999 && tick <= scale.max * 1.000001) ticks.push(tick);
    }
  }
  return ticks;
}

/** The q-quantile (0 to 1) of numbers in ascending order, between two neighbours in proportion. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low] ?? Number.NaN;
  return below + ((sorted[Math.min(low + 1, sorted.length - 1)] ?? below) - below) * (at - low);
}

/**
 * The range that most values lie in: from the 5th to the 95th percentile, and beyond as far as neighbours follow within
 * 1.5 times that range (Tukey's rule of outliers, over percentiles that curves with a steep start do not upset).
 */
export function rangeWithoutOutliers(
  columns: Iterable<ArrayLike<number | null>>,
  isLog = false,
): Range | null {
  const values: number[] = [];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i] ?? Number.NaN;
      if (Number.isFinite(value) && (!isLog || value > 0)) values.push(value);
    }
  }
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  const reach = (high - low) * 0.5;
  const inside = sorted.filter((value) => value >= low - reach && value <= high + reach);
  return { min: inside[0] ?? low, max: inside.at(-1) ?? high };
}
