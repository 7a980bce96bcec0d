import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, FieldPacket } from 'mysql2';
import { ask, MysqlSettings, refuseOtherThanRows, withMysql } from '../../../connections/index.ts';
import { AssayError } from '../../../errors.ts';
import type { SourceColumn } from '../../relation.ts';
import type { SourceFile } from '../../source.ts';
import { type GatherContext, mostRows } from '../gather-context.ts';
import type { ResolvedSource } from '../resolved-source.ts';
import { stagedCsv } from '../staged-csv.ts';
import { type MysqlColumn, mysqlColumns } from './mysql-columns.ts';
import { selectOf } from './select.ts';

const ROWS_BETWEEN_PROGRESS = 20_000;
const ROWS_AHEAD = 1000;

/**
 * The rows of a table or query, streamed as the server sends them. Types: whole numbers stay so, decimals become floats
 * (or integers where they have no digits after the point and at most 18 in all), times are in UTC, bytes base64,
 * geometries well-known text, and json and all else text. Dates with a month or day of 0 count as missing.
 *
 * Errors: `sources/unreachable`, `sources/unauthorized`, `sources/refused`, `datasets/empty`.
 */
export async function gatherMysql(
  source: Extract<ResolvedSource, { kind: 'postgres' | 'mysql' }>,
  context: GatherContext,
): Promise<SourceFile> {
  const settings = MysqlSettings.parse(source.settings);
  const path = join(context.folder, 'rows.csv');
  context.progress(null, `Asking ${settings.host}`);
  const { columns, noDates } = await withMysql(settings, context.signal, async (connection) => {
    if (source.query !== null) await refuseOtherThanRows(connection, source.query);
    return stage(connection, source, path, context);
  });
  const { size } = await stat(path);
  const warnings = noDates === 0 ? [] : [`${noDates} dates are like 0000-00-00 and missing`];
  return {
    path,
    name: source.name,
    sizeBytes: size,
    staged: { kind: 'typed', columns },
    origin: { format: null, tables: [], options: {}, warnings },
  };
}

async function stage(
  connection: Connection,
  source: { table: string | null; query: string | null },
  path: string,
  context: GatherContext,
): Promise<{ columns: SourceColumn[]; noDates: number }> {
  const limit = mostRows(context);
  // A query within a query loses its order on MariaDB: the limit is one of the session.
  if (limit !== null) await ask(connection, `SET SESSION sql_select_limit = ${limit}`);
  const sql = selectOf(source, (name) => `\`${name.replaceAll('`', '``')}\``);
  const query = connection.query({ sql, rowsAsArray: true, typeCast: false });
  let noDates = 0;
  let columns: MysqlColumn[] = [];
  query.on('fields', (fields: FieldPacket[]) => {
    columns = mysqlColumns(fields, () => {
      noDates += 1;
    });
  });
  const csv = stagedCsv(path);
  let count = 0;
  for await (const row of query.stream({ highWaterMark: ROWS_AHEAD })) {
    if (count === 0) await csv.add(columns.map(({ name }) => name));
    const cells = row as (Buffer | null)[];
    const added = csv.add(columns.map(({ cell }, index) => cellOf(cells[index], cell)));
    if (added !== undefined) await added;
    count += 1;
    if (count % ROWS_BETWEEN_PROGRESS === 0)
      context.progress(null, `${count.toLocaleString('en')} rows received`);
    // A query with a limit of its own passes over that of the session.
    if (count === limit) break;
  }
  context.signal?.throwIfAborted();
  if (count === 0) throw new AssayError('datasets/empty', 'The query gives no rows');
  await csv.end();
  return {
    columns: columns.map(({ name, nativeType, becomes }) => ({ name, nativeType, becomes })),
    noDates,
  };
}

function cellOf(
  bytes: Buffer | null | undefined,
  cell: MysqlColumn['cell'],
): ReturnType<MysqlColumn['cell']> {
  return bytes === null || bytes === undefined ? null : cell(bytes);
}
