import type { DatetimePart, Preprocessing } from '../../../local-api/contract/index.ts';
import type { NumericColumn } from '../table.ts';
import { columnSettings } from './column-settings.ts';
import { datetimeNumber, dayMs, partCycles } from './datetime-parts.ts';
import { uselessNumber } from './fit-number.ts';
import { type Dropped, type FitOptions, type Fitted, inputOf, pick } from './fit-options.ts';
import type { DatetimeNumber, NumberColumn } from './fitted.ts';
import { numberColumn, plainScale } from './number-column.ts';
import { numberStatistics } from './statistics.ts';

/** Learns which numbers worked out from a date vary in the training rows, and their scale. */
export async function fitDatetime(column: NumericColumn, options: FitOptions): Promise<Fitted> {
  const { name } = column;
  const values = pick(column.values, options.rows);
  const { datetime, numeric } = columnSettings(options.preprocessing, name);
  const instants = numberStatistics(values);
  if (instants.present === 0) return { dropped: 'all values are missing' };
  let indicator = numeric.missingIndicator ? `${name} (missing)` : null;
  const numbers: { value: DatetimeNumber; column: NumberColumn }[] = [];
  const without: Dropped[] = [];
  for (const wanted of wantedNumbers(datetime, instants.min)) {
    await options.pause?.();
    const spanMs = instants.max - instants.min;
    const reason =
      name === options.timeColumn && wanted.of === 'part' ? uncovered(wanted.part, spanMs) : null;
    const label = numberName(name, wanted);
    if (reason !== null) {
      without.push({ name: label, reason });
      continue;
    }
    const made = values.map((ms) => (Number.isNaN(ms) ? ms : datetimeNumber(wanted, ms)));
    const statistics = numberStatistics(made);
    if (uselessNumber(statistics) !== null) continue;
    const fitted = numberColumn(label, made, options.view, {
      fill: statistics.mean,
      scale: plainScale(numeric.scale),
      indicator,
    });
    numbers.push({ value: wanted, column: fitted });
    indicator = null;
  }
  if (numbers.length === 0)
    return { dropped: 'no part of the date varies, or repeats, in the training rows' };
  return { feature: { kind: 'datetime', ...inputOf(column), values: numbers }, without };
}

function wantedNumbers(
  { parts, cyclic, daysSince, holidays }: Preprocessing['datetime'],
  firstMs: number,
): DatetimeNumber[] {
  const ofParts = [...new Set(parts)].flatMap((part): DatetimeNumber[] =>
    cyclic && partCycles[part] !== null
      ? [
          { of: 'part', part, form: 'sine' },
          { of: 'part', part, form: 'cosine' },
        ]
      : [{ of: 'part', part, form: 'number' }],
  );
  const origin = daysSince === 'first' ? Math.floor(firstMs / dayMs) * dayMs : Date.parse(daysSince ?? '');
  return [
    ...ofParts,
    ...(Number.isNaN(origin) ? [] : [{ of: 'daysSince', originMs: origin } as const]),
    ...(holidays === undefined ? [] : [{ of: 'holiday', country: holidays } as const]),
  ];
}

function numberName(column: string, value: DatetimeNumber): string {
  if (value.of === 'daysSince') return `${column}.daysSince`;
  if (value.of === 'holiday') return `${column}.holiday`;
  return `${column}.${value.part}${value.form === 'number' ? '' : ` (${value.form})`}`;
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
