import type { DatetimePart, Problem } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { NumericColumn, TableColumn } from '../table.ts';
import { datetimePart, dayMs, partCycles } from './datetime-parts.ts';
import { fitCategory } from './fit-category.ts';
import type { Dropped, FitOptions, Fitted } from './fit-options.ts';
import type { FittedFeature, FittedPreprocessing, NumberColumn } from './fitted.ts';
import { numberColumn } from './number-column.ts';
import { median, type NumberStatistics, numberStatistics } from './statistics.ts';

/**
 * Learns from the training rows how each column becomes numbers: fill-in values, means and scales, categories worth a column.
 * Columns that tell nothing (constant, all missing) are dropped with a reason, and so are parts of `timeColumn` whose cycle the
 * training rows do not cover twice.
 *
 * Errors: `training/bad-recipe` when no column is left, or one has a role that its values do not allow.
 * Cost: linear in rows × columns, and a sort a column for medians.
 */
export function fitPreprocessing(options: FitOptions): FittedPreprocessing {
  const features: FittedFeature[] = [];
  const dropped: Dropped[] = [];
  const problems: Problem[] = [];
  for (const column of options.table.columns) {
    try {
      const fitted = fitColumn(column, options);
      if ('feature' in fitted) {
        features.push(fitted.feature);
        dropped.push(...(fitted.without ?? []));
      } else dropped.push({ name: column.name, reason: fitted.dropped });
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      problems.push({ path: `/features/roles/${column.name}`, message: error.message });
    }
  }
  if (features.length === 0 && problems.length === 0)
    problems.push({
      path: '/features',
      message: `no column is left to learn from: ${dropped.map(({ name, reason }) => `${name} (${reason})`).join(', ')}`,
    });
  if (problems.length > 0)
    throw new AssayError('training/bad-recipe', problems.map(({ message }) => message).join('; '), {
      problems,
    });
  return { view: options.view, features, dropped };
}

function fitColumn(column: TableColumn, options: FitOptions): Fitted {
  if (column.role === 'category') return fitCategory(column, options);
  const values = pick(column.values, options.rows);
  return column.role === 'datetime'
    ? fitDatetime(column, values, options)
    : fitNumber(column, values, options);
}

function fitNumber(column: NumericColumn, values: Float64Array, options: FitOptions): Fitted {
  const statistics = numberStatistics(values);
  const { name, type, nullable } = column;
  const useless = uselessNumber(statistics);
  if (useless !== null) return { dropped: useless };
  const { impute, scale, missingIndicator } = options.preprocessing.numeric;
  const fill = {
    // A share of "true" says more about a missing flag than the flag most often seen.
    mean: () => statistics.mean,
    median: () => (column.role === 'boolean' ? statistics.mean : median(values)),
    zero: () => 0,
  }[impute]();
  const fitted = numberColumn(name, statistics, options.view, {
    fill,
    standardise: scale === 'standard' && column.role !== 'boolean',
    indicator: missingIndicator ? `${name} (missing)` : null,
  });
  return { feature: { kind: 'number', name, type, nullable, column: fitted } };
}

function fitDatetime(column: NumericColumn, values: Float64Array, options: FitOptions): Fitted {
  const { name, type, nullable } = column;
  const instants = numberStatistics(values);
  if (instants.present === 0) return { dropped: 'all values are missing' };
  let indicator = options.preprocessing.numeric.missingIndicator ? `${name} (missing)` : null;
  const parts: { part: DatetimePart; column: NumberColumn }[] = [];
  const without: Dropped[] = [];
  for (const part of new Set(options.preprocessing.datetime.parts)) {
    const reason = name === options.timeColumn ? uncovered(part, instants.max - instants.min) : null;
    if (reason !== null) {
      without.push({ name: `${name}.${part}`, reason });
      continue;
    }
    const numbers = values.map((ms) => (Number.isNaN(ms) ? ms : datetimePart(part, ms)));
    const statistics = numberStatistics(numbers);
    if (uselessNumber(statistics) !== null) continue;
    const fitted = numberColumn(`${name}.${part}`, statistics, options.view, {
      fill: statistics.mean,
      standardise: options.preprocessing.numeric.scale === 'standard',
      indicator,
    });
    parts.push({ part, column: fitted });
    indicator = null;
  }
  if (parts.length === 0) return { dropped: 'no part of the date varies, or repeats, in the training rows' };
  return { feature: { kind: 'datetime', name, type, nullable, parts }, without };
}

/**
 * Why a part must not be learnt from when all later rows are later in time: over less than two of its cycles a season cannot be told
 * from a trend, and what was learnt of "February" in one winter fails in March. null when it may, or the part has no cycle.
 */
function uncovered(part: DatetimePart, spanMs: number): string | null {
  const cycle = partCycles[part];
  if (cycle === null || spanMs >= 2 * cycle.days * dayMs) return null;
  return `the training rows span less than two ${cycle.name}, so what they say of it need not hold for later rows`;
}

/** A constant with gaps still tells something: where it is missing. */
function uselessNumber({ present, missing, min, max }: NumberStatistics): string | null {
  if (present === 0) return 'all values are missing';
  return min === max && missing === 0 ? 'all values are equal' : null;
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1)
    picked[index] = values[rows[index] as number] as number;
  return picked;
}
