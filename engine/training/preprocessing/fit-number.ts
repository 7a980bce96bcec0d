import type { Preprocessing } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { NumericColumn } from '../table.ts';
import { columnSettings } from './column-settings.ts';
import { type FitOptions, type Fitted, inputOf, pick } from './fit-options.ts';
import type { MatrixView, NumberColumn, NumberRange } from './fitted.ts';
import { numberColumn } from './number-column.ts';
import {
  median,
  mode,
  type NumberStatistics,
  numberStatistics,
  quantile,
  sortedPresent,
} from './statistics.ts';

/** Learns clipping, fill-in value and scale of a number or boolean column from the training rows. */
export function fitNumber(column: NumericColumn, { table: _, ...options }: FitOptions): Fitted {
  const values = pick(column.values, options.rows);
  const { numeric } = columnSettings(options.preprocessing, column.name);
  const fitted =
    column.role === 'boolean'
      ? fitBoolean(column.name, values, numeric, options.view)
      : fitNumbers(column.name, values, numeric, options.view);
  return 'dropped' in fitted
    ? fitted
    : { feature: { kind: 'number', ...inputOf(column), column: fitted.column } };
}

type Numeric = Preprocessing['numeric'];

/**
 * The column of the matrix for some numbers of the training rows.
 * Errors: `training/bad-recipe` when the scale cannot be had with these numbers.
 */
export function fitNumbers(
  name: string,
  raw: Float64Array,
  settings: Numeric,
  view: MatrixView,
): { column: NumberColumn } | { dropped: string } {
  const clip = usualRange(raw, settings);
  const values = clip === null ? raw : raw.map((value) => Math.min(Math.max(value, clip.min), clip.max));
  const statistics = numberStatistics(values);
  const useless = uselessNumber(statistics);
  if (useless !== null) return { dropped: useless };
  const fill = {
    mean: () => statistics.mean,
    median: () => median(values),
    mode: () => mode(values),
    constant: () => settings.fill,
    zero: () => 0,
  }[settings.impute]();
  const isBoxCox = settings.scale === 'boxCox' && view.numbers === 'scaled';
  if (isBoxCox) checkAboveZero(name, statistics, fill);
  return {
    column: numberColumn(name, values, view, {
      fill,
      scale: settings.scale,
      // Box and Cox have no answer for zero and below: later values stay within what training saw.
      clip: isBoxCox && clip === null ? { min: statistics.min, max: Number.POSITIVE_INFINITY } : clip,
      indicator: settings.missingIndicator ? `${name} (missing)` : null,
    }),
  };
}

function fitBoolean(
  name: string,
  values: Float64Array,
  settings: Numeric,
  view: MatrixView,
): { column: NumberColumn } | { dropped: string } {
  // A share of "true" says more about a missing flag than the flag most often seen.
  const impute = settings.impute === 'median' ? 'mean' : settings.impute;
  return fitNumbers(name, values, { ...settings, impute, scale: 'none', clip: 'none' }, view);
}

/** A constant with gaps still tells something: where it is missing. */
export function uselessNumber({ present, missing, min, max }: NumberStatistics): string | null {
  if (present === 0) return 'all values are missing';
  return min === max && missing === 0 ? 'all values are equal' : null;
}

/** What lies outside is brought to its edge; null: nothing is, also where the range would be a single value. */
function usualRange(values: Float64Array, { clip, clipQuantile, clipRange }: Numeric): NumberRange | null {
  if (clip === 'none') return null;
  const sorted = sortedPresent(values);
  if (sorted.length === 0) return null;
  const range = () => {
    if (clip === 'quantile')
      return { min: quantile(sorted, clipQuantile), max: quantile(sorted, 1 - clipQuantile) };
    const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
    const reach = clipRange * (high - low);
    return { min: low - reach, max: high + reach };
  };
  const { min, max } = range();
  return min < max ? { min, max } : null;
}

function checkAboveZero(name: string, { min }: NumberStatistics, fill: number): void {
  const lowest = Math.min(min, fill);
  if (lowest > 0) return;
  throw new AssayError(
    'training/bad-recipe',
    `boxCox needs numbers above zero; "${name}" has ${lowest}: yeoJohnson takes any`,
  );
}
