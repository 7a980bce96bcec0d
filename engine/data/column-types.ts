import type { ColumnType } from '../../local-api/contract/index.ts';
import { quoteText, quoteTexts } from '../duckdb/index.ts';
import { messageOf } from '../errors.ts';
import { declaredDateFormats } from './text-types.ts';

/**
 * How a DuckDB column becomes one of the six column types: the SQL over `column` (an expression) that gives the
 * snapshot value.
 */
export type Conversion = { type: ColumnType; sql: string };

/** Integer types whose range goes beyond 64 signed bits: their values decide. */
export function isWideInteger(nativeType: string): boolean {
  return nativeType === 'UBIGINT' || nativeType === 'HUGEINT' || nativeType === 'UHUGEINT';
}

/**
 * The conversion that a column type of DuckDB gets unasked.
 *
 * NaN and infinite times count as missing. Decimals become floats; times of day, intervals, UUIDs, enums and nested
 * values become text (nested ones as JSON), bytes base64. Wide integers become integers when `wideFits`, else text,
 * so that no digit is lost.
 */
export function naturalConversion(column: string, nativeType: string, wideFits: boolean): Conversion {
  const base = nativeType.replace(/\(.*$/s, '').trim();
  if (nativeType.endsWith(']') || /^(STRUCT|MAP|UNION)\b/.test(nativeType)) {
    return { type: 'string', sql: `CAST(to_json(${column}) AS VARCHAR)` };
  }
  if (isWideInteger(base)) {
    return wideFits
      ? { type: 'integer', sql: `CAST(${column} AS BIGINT)` }
      : { type: 'string', sql: `CAST(${column} AS VARCHAR)` };
  }
  switch (base) {
    case 'BIGINT':
      return { type: 'integer', sql: column };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'UINTEGER':
      return { type: 'integer', sql: `CAST(${column} AS BIGINT)` };
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
      return { type: 'float', sql: withoutNan(`CAST(${column} AS DOUBLE)`) };
    case 'BOOLEAN':
      return { type: 'boolean', sql: column };
    case 'DATE':
      return { type: 'date', sql: finite(column) };
    case 'TIMESTAMP':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_NS':
      return { type: 'datetime', sql: finite(`CAST(${column} AS TIMESTAMP)`) };
    case 'TIMESTAMP WITH TIME ZONE':
      return { type: 'datetime', sql: utc(column) };
    case 'JSON':
      return {
        type: 'string',
        sql: `CASE WHEN json_type(${column}) = 'VARCHAR' THEN ${column} ->> '$' ELSE CAST(${column} AS VARCHAR) END`,
      };
    case 'BLOB':
      return { type: 'string', sql: `base64(${column})` };
    default:
      return { type: 'string', sql: `CAST(${column} AS VARCHAR)` };
  }
}

/**
 * A TIMESTAMP WITH TIME ZONE as the time in UTC; infinite ones are missing. `timezone('UTC', …)` says the same, but asks a
 * calendar for each value, which takes some twenty times as long.
 */
export function utc(column: string): string {
  return `make_timestamp(epoch_us(${column}))`;
}

/** Whether a person may ask for `wanted`; a point in time is neither a number nor a truth value. */
export function canDeclare(natural: ColumnType, wanted: ColumnType): boolean {
  const isTime = natural === 'datetime' || natural === 'date';
  return !isTime || wanted === 'datetime' || wanted === 'date' || wanted === 'string';
}

/**
 * The conversion to a type that a person asked for. `fails` is true for a row whose value has no such reading; the
 * caller sets those rows aside. `formats` are strptime formats for dates in text; without any the usual ones are
 * tried.
 */
export function declaredConversion(
  column: string,
  natural: Conversion,
  wanted: ColumnType,
  formats: readonly string[],
): Conversion & { fails: string | null } {
  if (natural.type === wanted) return { ...natural, fails: null };
  const value = natural.sql;
  if (wanted === 'string') return { type: wanted, sql: `CAST(${column} AS VARCHAR)`, fails: null };
  const converted = convert(value, natural.type, wanted, formats);
  return {
    type: wanted,
    sql: wanted === 'float' ? withoutNan(converted) : converted,
    fails: `(${value} IS NOT NULL AND ${converted} IS NULL)`,
  };
}

function convert(
  value: string,
  from: ColumnType,
  wanted: Exclude<ColumnType, 'string'>,
  formats: readonly string[],
): string {
  const text = `trim(${value})`;
  const isText = from === 'string';
  switch (wanted) {
    case 'integer':
      // 3.0 is the integer 3, 3.5 is none; a plain cast would round it.
      if (isText) {
        const number = `TRY_CAST(${text} AS DOUBLE)`;
        return `CASE WHEN ${number} = floor(${number}) THEN TRY_CAST(${text} AS BIGINT) END`;
      }
      if (from === 'float')
        return `CASE WHEN ${value} = floor(${value}) THEN TRY_CAST(${value} AS BIGINT) END`;
      return `CAST(${value} AS BIGINT)`;
    case 'float':
      return isText ? `TRY_CAST(${text} AS DOUBLE)` : `CAST(CAST(${value} AS BIGINT) AS DOUBLE)`;
    case 'boolean':
      return `TRY_CAST(${isText ? text : value} AS BOOLEAN)`;
    case 'datetime':
      if (!isText) return `TRY_CAST(${value} AS TIMESTAMP)`;
      return `coalesce(${utc(`TRY_CAST(${text} AS TIMESTAMPTZ)`)}, ${strptime(text, formats)})`;
    case 'date':
      if (!isText) return `TRY_CAST(${value} AS DATE)`;
      return `CAST(coalesce(${utc(`TRY_CAST(${text} AS TIMESTAMPTZ)`)}, ${strptime(text, formats)}) AS DATE)`;
  }
}

/**
 * Marks and divides the error of a value that would lose something in a guessed type; no name holds this
 * character.
 */
const MARK = '\u001f';

export type Misfit = { column: string; kind: 'fraction' | 'large' | 'time'; example: string };

/**
 * The conversion of a guess that must not lose anything: an integer read as DOUBLE, a date read with its time. The
 * first value with a fraction, beyond the exact integers of a float, or with a time of day stops the query with an
 * error that `misfitOf` understands.
 */
export function guardedConversion(name: string, column: string, wanted: 'integer' | 'date'): string {
  const stop = (kind: Misfit['kind']) =>
    // The value in the message keeps the call from being run once, ahead of all rows.
    `error(${quoteText(`${MARK}${kind}${MARK}${name}${MARK}`)} || CAST(${column} AS VARCHAR))`;
  if (wanted === 'date') {
    const time = utc(column);
    return `CASE WHEN ${time} = date_trunc('day', ${time}) THEN CAST(${time} AS DATE) WHEN ${time} IS NULL THEN NULL ELSE ${stop('time')} END`;
  }
  const limit = Number.MAX_SAFE_INTEGER;
  return `CASE WHEN ${column} = floor(${column}) AND abs(${column}) <= ${limit} THEN CAST(${column} AS BIGINT)
    WHEN ${column} IS NULL THEN NULL WHEN ${column} = floor(${column}) AND isfinite(${column}) THEN ${stop('large')} ELSE ${stop('fraction')} END`;
}

/** What a guarded conversion stopped at, or null for any other failure. */
export function misfitOf(thrown: unknown): Misfit | null {
  const [, kind, column = '', example = ''] = messageOf(thrown).split(MARK);
  return kind === 'fraction' || kind === 'large' || kind === 'time' ? { column, kind, example } : null;
}

/** SQL for which kinds of misfit a column has: [fraction, large] or [time]. */
export function misfitFlags(column: string, wanted: 'integer' | 'date'): string {
  if (wanted === 'date') {
    const time = utc(column);
    return `[coalesce(bool_or(${time} <> date_trunc('day', ${time})), false)]`;
  }
  const isWhole = `(${column} = floor(${column}) AND isfinite(${column}))`;
  const isLarge = `(${isWhole} AND abs(${column}) > ${Number.MAX_SAFE_INTEGER})`;
  return `[coalesce(bool_or(NOT ${isWhole}), false), coalesce(bool_or(${isLarge}), false)]`;
}

function strptime(text: string, formats: readonly string[]): string {
  return `try_strptime(${text}, ${quoteTexts(formats.length > 0 ? formats : declaredDateFormats)})`;
}

function withoutNan(value: string): string {
  return `CASE WHEN isnan(${value}) THEN NULL ELSE ${value} END`;
}

function finite(value: string): string {
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}
