import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, type DataType, setCompressionCodec, Type, tableFromIPC } from '@uwdata/flechette';
import { AssayError, messageOf } from '../../../errors.ts';
import { type SourceColumn, TIME } from '../../relation.ts';
import type { SourceFile, SourcePart } from '../../source.ts';
import { type GatherContext, mostRows } from '../gather-context.ts';
import { type StagedCell, type StagedCsv, stagedCsv, uniqueColumns } from '../staged-csv.ts';
import { decompressLz4 } from './lz4.ts';
import { arrowMessages } from './messages.ts';

/**
 * The rows of an Arrow file, Feather file (version 2) or Arrow stream as a staged CSV, plain or compressed with LZ4 or
 * Zstandard. Nested values become JSON text, bytes base64, dictionaries their values. Memory: one record batch and the
 * dictionaries.
 *
 * Errors: `datasets/unreadable`, `datasets/empty`.
 */
export async function gatherArrow(
  file: SourcePart,
  context: GatherContext,
  index: number,
): Promise<SourceFile> {
  const path = join(context.folder, `arrow-${index}.csv`);
  try {
    const columns = await stage(file, path, context);
    return {
      path,
      name: file.name,
      sizeBytes: file.sizeBytes,
      staged: { kind: 'typed', columns },
      origin: { format: 'arrow', tables: [], options: { format: 'arrow' }, warnings: [] },
    };
  } catch (thrown) {
    if (thrown instanceof AssayError || context.signal?.aborted) throw thrown;
    throw new AssayError(
      'datasets/unreadable',
      `${file.name} cannot be read as Arrow: ${messageOf(thrown)}`,
      {
        cause: thrown,
      },
    );
  }
}

async function stage(file: SourcePart, path: string, context: GatherContext): Promise<SourceColumn[]> {
  setCodecs();
  const most = mostRows(context) ?? Number.POSITIVE_INFINITY;
  const csv = stagedCsv(path);
  let schema: Uint8Array | null = null;
  const dictionaries: Uint8Array[] = [];
  let columns: SourceColumn[] | null = null;
  let rows = 0;
  let readBytes = 0;
  for await (const { kind, bytes } of arrowMessages(file.path)) {
    readBytes += bytes.length;
    if (kind === 'schema') schema ??= bytes;
    else if (kind === 'dictionary') dictionaries.push(bytes);
    else if (kind === 'records' && schema !== null) {
      const table = tableFromIPC([schema, ...dictionaries, bytes], { useBigInt: true });
      if (columns === null) {
        columns = columnsOf(table.schema.fields);
        await csv.add(columns.map(({ name }) => name));
      }
      rows += await addRows(csv, table, most - rows);
      context.progress(readBytes / file.sizeBytes, `${rows.toLocaleString('en')} rows read`);
      context.signal?.throwIfAborted();
      if (rows >= most) break;
    }
  }
  if (schema === null) throw new Error('it has no schema');
  if (columns === null || rows === 0) throw new AssayError('datasets/empty', `${file.name} has no rows`);
  await csv.end();
  return columns;
}

let hasCodecs = false;
function setCodecs(): void {
  if (hasCodecs) return;
  hasCodecs = true;
  const encode = (): never => {
    throw new Error('nothing is written');
  };
  setCompressionCodec(CompressionType.ZSTD, {
    encode, // Values are read in place, which takes an aligned beginning.
    decode: (bytes) => new Uint8Array(zstdDecompressSync(bytes)),
  });
  setCompressionCodec(CompressionType.LZ4_FRAME, { encode, decode: decompressLz4 });
}

async function addRows(
  csv: StagedCsv,
  table: ReturnType<typeof tableFromIPC>,
  most: number,
): Promise<number> {
  const count = Math.min(table.numRows, most);
  const readers = table.children.map((column) => ({ column, read: readerOf(column.type) }));
  for (let row = 0; row < count; row++) {
    const added = csv.add(
      readers.map(({ column, read }) => {
        const value: unknown = column.at(row);
        return value === null || value === undefined ? null : read(value);
      }),
    );
    if (added !== undefined) await added;
  }
  return count;
}

function columnsOf(fields: readonly { name: string; type: DataType }[]): SourceColumn[] {
  const names = uniqueColumns(fields.map(({ name }) => name));
  return fields.map(({ type }, index) => ({
    name: names[index] ?? '',
    nativeType: nativeType(type),
    becomes: null,
  }));
}

function nativeType(type: DataType): string {
  switch (type.typeId) {
    case Type.Dictionary:
      return nativeType(type.dictionary);
    case Type.Int:
      return type.bitWidth === 64 && !type.signed ? 'UBIGINT' : 'BIGINT';
    case Type.Float:
    case Type.Decimal:
      return 'DOUBLE';
    case Type.Bool:
      return 'BOOLEAN';
    case Type.Date:
      return 'DATE';
    case Type.Timestamp:
      return TIME;
    default:
      return 'VARCHAR';
  }
}

/** How a value that is there becomes a cell. */
function readerOf(type: DataType): (value: unknown) => StagedCell {
  switch (type.typeId) {
    case Type.Dictionary:
      return readerOf(type.dictionary);
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
    case Type.Bool:
      return (value) =>
        typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
          ? value
          : String(value);
    case Type.Date:
      return (value) => new Date(Number(value)).toISOString().slice(0, 10);
    case Type.Timestamp:
      return (value) => timeOf(Number(value));
    case Type.Binary:
    case Type.LargeBinary:
    case Type.FixedSizeBinary:
      return (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value));
    default:
      return (value) => (typeof value === 'string' ? value : JSON.stringify(value, plainJson));
  }
}

/** Milliseconds with a fraction as a time with microseconds. */
function timeOf(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const micros = Math.round((milliseconds - whole) * 1000);
  const iso = new Date(whole).toISOString().slice(0, -1);
  return `${iso}${String(micros).padStart(3, '0')}+00`;
}

function plainJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Map) return Object.fromEntries(value);
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Uint8Array) : value;
}
