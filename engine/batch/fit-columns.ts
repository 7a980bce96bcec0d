import type { Column, ColumnType, Problem, Signature } from '../../local-api/contract/index.ts';
import { utc } from '../data/index.ts';
import { quoteIdentifier, quoteText } from '../duckdb/index.ts';
import { missingDatetime } from '../onnx/index.ts';
import { expectedCell } from '../serving/index.ts';

type Input = Signature['inputs'][number];

/** How a column of the data goes into an input of the model. */
export type FittedInput = {
  input: Input;
  /** SQL for what the tensor takes; never NULL. */
  sql: string;
  /** SQL that says why a row cannot be predicted, or NULL; null where every row can. */
  reason: string | null;
};

export type Fit = { inputs: FittedInput[]; problems: Problem[]; notes: string[] };

/**
 * Brings the columns of a table together with the inputs of a model. A value that has no reading as what the input takes makes
 * its row a rejected one; a column that can have none, or is absent, is a problem of the whole table. Absent columns are
 * missing in every row where `fillMissing` says so and the input allows it.
 */
export function fitColumns(
  { inputs }: Pick<Signature, 'inputs'>,
  columns: readonly Pick<Column, 'name' | 'type'>[],
  { fillMissing }: { fillMissing: boolean },
): Fit {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const fit: Fit = { inputs: [], problems: [], notes: [] };
  for (const input of inputs) {
    const column = byName.get(input.name);
    if (column === undefined) {
      if (fillMissing && input.nullable) {
        fit.inputs.push({ input, sql: tensorSql(input, 'NULL'), reason: null });
        fit.notes.push(`"${input.name}" is absent and counts as missing in every row`);
      } else {
        const twin = columns.find(({ name }) => name.toLowerCase() === input.name.toLowerCase());
        const hint = twin === undefined ? '' : `; there is "${twin.name}"`;
        const message = `the column "${input.name}" is absent${hint}`;
        fit.problems.push({ path: '/source', message, expected: expectedCell(input) });
      }
      continue;
    }
    const reading = readingOf(input.type, quoteIdentifier(column.name), column.type);
    if (reading === null) {
      const message = `the column "${input.name}" holds ${column.type} values`;
      fit.problems.push({ path: '/source', message, expected: expectedCell(input) });
      continue;
    }
    if (column.type !== input.type && !isLossless(column.type, input.type))
      fit.notes.push(`"${input.name}" is ${column.type} in the data and is read as ${input.type}`);
    fit.inputs.push({
      input,
      sql: tensorSql(input, reading.value),
      reason: reasonSql(input, reading),
    });
  }
  return fit;
}

/** `value`: SQL, NULL where there is none. `given`: true for a row that has something in the column. */
type Reading = { value: string; given: string };

/** How values of a column type read as what an input takes; null where none does. */
function readingOf(wanted: Input['type'], column: string, type: ColumnType): Reading | null {
  const isText = type === 'string';
  const text = `trim(${column})`;
  const given =
    type === 'float'
      ? `(${column} IS NOT NULL AND NOT isnan(${column}))`
      : isText
        ? `(${column} IS NOT NULL AND ${text} <> '')`
        : `(${column} IS NOT NULL)`;
  const isTime = type === 'datetime' || type === 'date';
  const number = isText ? `TRY_CAST(${text} AS DOUBLE)` : `CAST(${column} AS DOUBLE)`;
  const whole = isText
    ? `CASE WHEN ${number} = floor(${number}) THEN TRY_CAST(${text} AS BIGINT) END`
    : `CASE WHEN isfinite(${column}) AND ${column} = floor(${column}) THEN TRY_CAST(${column} AS BIGINT) END`;
  switch (wanted) {
    case 'integer':
      if (isTime || type === 'boolean') return null;
      return { value: type === 'integer' ? column : whole, given };
    case 'float':
      if (isTime || type === 'boolean') return null;
      return { value: `CASE WHEN isfinite(${number}) THEN ${number} END`, given };
    case 'boolean':
      if (isTime) return null;
      if (type === 'boolean') return { value: column, given };
      if (isText) return { value: `TRY_CAST(${text} AS BOOLEAN)`, given };
      return { value: `CASE ${column} WHEN 0 THEN false WHEN 1 THEN true END`, given };
    case 'string':
      // The empty text counts as missing, as it does in training.
      if (isText)
        return { value: `nullif(${column}, '')`, given: `(${column} IS NOT NULL AND ${column} <> '')` };
      return { value: `CASE WHEN ${given} THEN CAST(${column} AS VARCHAR) END`, given };
    case 'datetime':
    case 'date': {
      if (type === 'boolean') return null;
      if (type === 'integer') return { value: column, given };
      if (type === 'float') return { value: whole, given };
      const time = isText ? utc(`TRY_CAST(${text} AS TIMESTAMPTZ)`) : `CAST(${column} AS TIMESTAMP)`;
      return { value: `CASE WHEN isfinite(${time}) THEN epoch_ms(${time}) END`, given };
    }
  }
}

function isLossless(from: ColumnType, to: Input['type']): boolean {
  const isTime = (type: ColumnType) => type === 'datetime' || type === 'date';
  return (from === 'integer' && to === 'float') || (isTime(from) && isTime(to));
}

/** The tensors of docs/reference/model-format.md: missing as NaN, the empty text, or the smallest int64. */
function tensorSql({ type, nullable }: Input, value: string): string {
  switch (type) {
    case 'string':
      return `coalesce(${value}, '')`;
    case 'datetime':
    case 'date':
      return `coalesce(CAST(${value} AS BIGINT), (${missingDatetime}))`;
    case 'float':
      return `coalesce(CAST(${value} AS DOUBLE), 'nan'::DOUBLE)`;
    case 'integer':
      return nullable
        ? `coalesce(CAST(${value} AS DOUBLE), 'nan'::DOUBLE)`
        : `coalesce(CAST(${value} AS BIGINT), 0)`;
    case 'boolean':
      return nullable
        ? `coalesce(CAST(CAST(${value} AS INTEGER) AS DOUBLE), 'nan'::DOUBLE)`
        : `coalesce(CAST(${value} AS UTINYINT), 0)`;
  }
}

/** The same words for every row, so that they can be counted; the value itself stands in the file of rejects. */
function reasonSql(input: Input, { value, given }: Reading): string {
  const misfit = quoteText(`${input.name}: not ${expectedCell({ ...input, nullable: false })}`);
  const missing = input.nullable ? '' : ` WHEN NOT ${given} THEN ${quoteText(`${input.name}: missing`)}`;
  return `CASE WHEN ${given} AND (${value}) IS NULL THEN ${misfit}${missing} END`;
}
