import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Cell, ColumnType, Signature } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier, quoteText } from '../../duckdb/index.ts';
import type { LoggedLine } from '../../serving/index.ts';
import { windowColumns } from './window-source.ts';

type Input = Signature['inputs'][number];
type Sent = { rows?: Record<string, Cell>[]; columns?: Record<string, Cell[]>; redacted?: string[] };

export type Flattened = {
  /** Cells that could not be read as the type of their column, where there are any. */
  unreadable: Record<string, number>;
  /** Columns that were dropped, hashed or masked in a request of the window. */
  hidden: string[];
  notes: string[];
};

const sqlTypes: Record<ColumnType, string> = {
  integer: 'BIGINT',
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  datetime: 'TIMESTAMP',
  date: 'TIMESTAMP',
};

/**
 * Writes logged requests as a Parquet file: a row for each row that was sent, oldest first, with the inputs of the model, `assay.at`,
 * the answer that was given (`assay.label` or `assay.value`) and `assay.truth` where it is known. Requests that were too large to keep
 * have no rows. Cost: linear in the requests; memory stays flat.
 */
export async function flattenRequests(
  db: DuckDb,
  source: { path: string; inputs: Signature['inputs']; isNumber: boolean },
  { folder, path }: { folder: string; path: string },
): Promise<Flattened> {
  const { inputs, isNumber } = source;
  const told = { hidden: new Set<string>(), notKept: 0 };
  const flat = join(folder, `${Date.now()}-rows.jsonl`);
  await pipeline(Readable.from(rowsOf(source.path, inputs, told)), createWriteStream(flat));
  const answer = isNumber ? windowColumns.value : windowColumns.label;
  const names = [
    ...inputs.map(({ name }, index) => ({ key: `c${index}`, name })),
    { key: 'truth', name: windowColumns.truth },
    { key: 'answer', name: answer },
    { key: 'moment', name: windowColumns.at },
  ];
  const keys = `{${names.map(({ key }) => `${key}: 'VARCHAR'`).join(', ')}}`;
  const table = `read_json(${quoteText(flat)}, format = 'newline_delimited', columns = ${keys}, maximum_object_size = 67108864)`;
  const kept = inputs.filter(({ name }) => !told.hidden.has(name));
  const number = (key: string) => `TRY_CAST(${key} AS DOUBLE)`;
  const select = [
    ...inputs.flatMap((input, index) =>
      told.hidden.has(input.name) ? [] : [`${castOf(input, `c${index}`)} AS ${quoteIdentifier(input.name)}`],
    ),
    `${isNumber ? number('truth') : 'truth'} AS ${quoteIdentifier(windowColumns.truth)}`,
    `${isNumber ? number('answer') : 'answer'} AS ${quoteIdentifier(answer)}`,
    `make_timestamp_ms(TRY_CAST(moment AS BIGINT)) AS ${quoteIdentifier(windowColumns.at)}`,
  ];
  // Lines come newest first.
  await db.run(
    `COPY (SELECT ${select.join(', ')} FROM (SELECT *, row_number() OVER () AS __n FROM ${table}) ORDER BY __n DESC) TO ${quoteText(path)} (FORMAT parquet)`,
  );
  const unreadable = await unreadableOf(db, table, inputs, kept);
  await rm(flat, { force: true });
  const hidden = [...told.hidden];
  return {
    unreadable,
    hidden,
    notes: [
      ...(hidden.length > 0
        ? [`Not compared, since the log does not keep what was sent: ${hidden.join(', ')}.`]
        : []),
      ...(told.notKept > 0
        ? [`${told.notKept} requests were too large for the log to keep their rows.`]
        : []),
    ],
  };
}

async function unreadableOf(
  db: DuckDb,
  table: string,
  inputs: readonly Input[],
  kept: readonly Input[],
): Promise<Record<string, number>> {
  const checked = inputs.flatMap((input, index) =>
    kept.includes(input) && input.type !== 'string' ? [{ input, key: `c${index}` }] : [],
  );
  if (checked.length === 0) return {};
  const [counts] = await db.rows(
    `SELECT ${checked.map(({ input, key }) => `count(*) FILTER (${key} IS NOT NULL AND ${castOf(input, key)} IS NULL)`).join(', ')} FROM ${table}`,
  );
  return Object.fromEntries(
    checked.flatMap(({ input }, index) => {
      const count = Number(counts?.[index] ?? 0);
      return count > 0 ? [[input.name, count]] : [];
    }),
  );
}

function castOf({ type }: Input, key: string): string {
  const cast = `TRY_CAST(${key} AS ${sqlTypes[type]})`;
  // Times are sent as text or as milliseconds.
  return type === 'datetime' || type === 'date'
    ? `coalesce(make_timestamp_ms(TRY_CAST(${key} AS BIGINT)), ${cast})`
    : cast;
}

async function* rowsOf(
  path: string,
  inputs: readonly Input[],
  told: { hidden: Set<string>; notKept: number },
): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  const known = new Set(inputs.map(({ name }) => name));
  for await (const line of lines) {
    // Written by us.
    const logged: LoggedLine = JSON.parse(line);
    if (logged.input === null) {
      told.notKept += 1;
      continue;
    }
    const sent: Sent = JSON.parse(logged.input);
    for (const column of sent.redacted ?? []) if (known.has(column)) told.hidden.add(column);
    const answers: (string | number | null)[] = JSON.parse(logged.answers);
    const truths = new Map(logged.truths);
    const rows =
      sent.rows?.length ?? Math.max(0, ...Object.values(sent.columns ?? {}).map(({ length }) => length));
    // The whole file is turned round in the end: so the rows of a request keep their order.
    for (let row = rows - 1; row >= 0; row--) {
      const cells = inputs.map(({ name }, index) => [`c${index}`, textOf(cellOf(sent, name, row))]);
      const more = {
        truth: textOf(truths.get(row)),
        answer: textOf(answers[row]),
        moment: String(logged.atMs),
      };
      yield `${JSON.stringify({ ...Object.fromEntries(cells), ...more })}\n`;
    }
  }
}

function cellOf({ rows, columns }: Sent, name: string, row: number): Cell | undefined {
  if (rows === undefined)
    return columns !== undefined && Object.hasOwn(columns, name) ? columns[name]?.[row] : undefined;
  const cells = rows[row];
  return cells !== undefined && Object.hasOwn(cells, name) ? cells[name] : undefined;
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined || cell === '' ? null : String(cell);
}
