import type { MatrixView, NumberColumn } from './fitted.ts';
import type { NumberStatistics } from './statistics.ts';

/** Beyond this a float32 no longer tells neighbouring whole numbers apart. */
const largestExactFloat32 = 2 ** 24;

/** The column of the matrix for numbers with these statistics. Standardising counts the filled-in values, as scikit-learn's pipeline does. */
export function numberColumn(
  name: string,
  statistics: NumberStatistics,
  view: MatrixView,
  options: { fill: number; standardise: boolean; indicator: string | null },
): NumberColumn {
  const { present, missing, mean, squares, min, max } = statistics;
  if (view.numbers === 'unscaled') {
    const large = Math.max(Math.abs(min), Math.abs(max)) > largestExactFloat32;
    return {
      name,
      fill: Number.NaN,
      shift: large ? Math.round(min / 2 + max / 2) : 0,
      scale: 1,
      indicator: null,
    };
  }
  const indicator = missing > 0 ? options.indicator : null;
  if (!options.standardise) return { name, fill: options.fill, shift: 0, scale: 1, indicator };
  const rows = present + missing;
  const shift = (mean * present + options.fill * missing) / rows;
  const spread = squares + present * (mean - shift) ** 2 + missing * (options.fill - shift) ** 2;
  const deviation = Math.sqrt(spread / rows);
  const scale = Number.isFinite(deviation) ? deviation : Math.max(Math.abs(min), Math.abs(max));
  return { name, fill: options.fill, shift, scale: scale > 0 ? scale : 1, indicator };
}
