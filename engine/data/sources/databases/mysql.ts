import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, FieldPacket, TypeCastField } from 'mysql2';
import mysql from 'mysql2';
import { MysqlSettings, withMysql } from '../../../connections/index.ts';
import { AssayError } from '../../../errors.ts';
import { type SourceColumn, TIME } from '../../relation.ts';
import type { SourceFile } from '../../source.ts';
import type { GatherContext } from '../gather-context.ts';
import type { ResolvedSource } from '../resolved-source.ts';
import { type StagedCell, stagedCsv, uniqueColumns } from '../staged-csv.ts';
import { selectOf } from './select.ts';

const ROWS_BETWEEN_PROGRESS = 20_000;

/**
 * The rows of a table or query, streamed as the server sends them. Types: whole numbers stay so, decimals become floats
 * (or integers where they have no digits after the point and at most 18 in all), times are in UTC, bytes base64, and json
 * and all else text. The date 0000-00-00 counts as missing.
 *
 * Errors: `sources/unreachable`, `sources/unauthorized`, `sources/refused`, `datasets/empty`.
 */
export async function gatherMysql(
  source: Extract<ResolvedSource, { kind: 'postgres' | 'mysql' }>,
  context: GatherContext,
): Promise<SourceFile> {
  const settings = MysqlSettings.parse(source.settings);
  const select = selectOf(source, (name) => `\`${name.replaceAll('`', '``')}\``, context);
  const path = join(context.folder, 'rows.csv');
  context.progress(null, `Asking ${settings.host}`);
  const { columns, zeroDates } = await withMysql(settings, context.signal, (connection) =>
    stage(connection, select, path, context),
  );
  const { size } = await stat(path);
  const warnings = zeroDates === 0 ? [] : [`${zeroDates} dates are 0000-00-00 and missing`];
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
  select: string,
  path: string,
  context: GatherContext,
): Promise<{ columns: SourceColumn[]; zeroDates: number }> {
  let zeroDates = 0;
  const typeCast = (field: TypeCastField): StagedCell => {
    if (field.type === 'BIT') return bits(field.buffer());
    if (isBytes(field)) return field.buffer()?.toString('base64') ?? null;
    const text = field.string();
    if (text === null || !text.startsWith('0000-00-00')) return text;
    zeroDates += 1;
    return null;
  };
  const query = connection.query({ sql: select, rowsAsArray: true, typeCast });
  let fields: FieldPacket[] | null = null;
  query.on('fields', (found: FieldPacket[]) => {
    fields ??= found;
  });
  const csv = stagedCsv(path);
  let columns: SourceColumn[] | null = null;
  let count = 0;
  for await (const row of query.stream({ highWaterMark: 1000 })) {
    if (columns === null) {
      columns = columnsOf(fields ?? []);
      await csv.add(columns.map(({ name }) => name));
    }
    const added = csv.add(row as StagedCell[]);
    if (added !== undefined) await added;
    count += 1;
    if (count % ROWS_BETWEEN_PROGRESS === 0)
      context.progress(null, `${count.toLocaleString('en')} rows received`);
  }
  context.signal?.throwIfAborted();
  if (columns === null) throw new AssayError('datasets/empty', 'The query gives no rows');
  await csv.end();
  return { columns, zeroDates };
}

/** Up to 64 bits, the highest first. */
function bits(bytes: Buffer | null): StagedCell {
  if (bytes === null) return null;
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

const byteTypes: ReadonlySet<string> = new Set([
  'TINY_BLOB',
  'MEDIUM_BLOB',
  'LONG_BLOB',
  'BLOB',
  'VAR_STRING',
  'STRING',
]);
const BINARY = 'binary';

function isBytes(field: TypeCastField): boolean {
  return byteTypes.has(field.type) && 'encoding' in field && field.encoding === BINARY;
}

const UNSIGNED = 0x20;

function columnsOf(fields: readonly FieldPacket[]): SourceColumn[] {
  const names = uniqueColumns(fields.map(({ name }) => name));
  return fields.map((field, index) => ({
    name: names[index] ?? field.name,
    nativeType: nativeType(field),
    becomes: null,
  }));
}

function nativeType({ columnType, flags, decimals = 0, columnLength = 0 }: FieldPacket): string {
  const { Types } = mysql;
  const isUnsigned = typeof flags === 'number' && (flags & UNSIGNED) !== 0;
  switch (columnType) {
    case Types.TINY:
    case Types.SHORT:
    case Types.LONG:
    case Types.INT24:
    case Types.YEAR:
      return 'BIGINT';
    case Types.LONGLONG:
    case Types.BIT:
      return isUnsigned ? 'UBIGINT' : 'BIGINT';
    case Types.FLOAT:
    case Types.DOUBLE:
      return 'DOUBLE';
    case Types.DECIMAL:
    case Types.NEWDECIMAL:
      return decimals === 0 && columnLength <= 19 ? 'BIGINT' : 'DOUBLE';
    case Types.DATE:
    case Types.NEWDATE:
      return 'DATE';
    case Types.TIMESTAMP:
      return TIME;
    case Types.DATETIME:
      return 'TIMESTAMP';
    default:
      return 'VARCHAR';
  }
}
