import { type FileHandle, open } from 'node:fs/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  batchType,
  bool,
  Column,
  CompressionType,
  type DataType,
  dateDay,
  float64,
  int64,
  setCompressionCodec,
  TimeUnit,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from '@uwdata/flechette';
import type { DuckDb } from '../duckdb/index.ts';
import { type ArrowBlock, arrowFooter } from './arrow-footer.ts';
import { type PlainColumn, type PlainKind, type PlainValues, plainRows } from './plain-rows.ts';
import type { WriteOptions } from './write-table-file.ts';

/** Rows of a record batch, at most: a batch also ends where its texts grow past `BATCH_TEXT_BYTES`. */
const BATCH_ROWS = 65_536;
const BATCH_TEXT_BYTES = 32 * 1024 ** 2;
const MARK = Buffer.from('ARROW1\0\0', 'latin1');
const END_OF_STREAM = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/**
 * Writes the rows of a query as an Arrow file, which is Feather version 2: 64-bit integers and floats, UTF-8, days, and
 * microseconds in UTC. With `zstd` its buffers are compressed, which readers undo by themselves. Memory: one record batch.
 */
export async function writeArrow(
  db: DuckDb,
  select: string,
  path: string,
  { compress, onRows }: WriteOptions,
): Promise<number> {
  if (compress === 'zstd') setZstd();
  const { columns, pieces } = await plainRows(db, select);
  const stores = columns.map(({ kind }) => columnStore(kind));
  const file = await open(path, 'w');
  try {
    const out = await beginFile(file, columns, compress === 'zstd');
    let held = 0;
    let rows = 0;
    const flush = async (): Promise<void> => {
      await out.add(stores.map((store) => store.take()));
      held = 0;
    };
    for await (const piece of pieces) {
      let textBytes = 0;
      for (const [index, store] of stores.entries()) {
        store.add(piece.columns[index] as PlainValues, piece.rows);
        textBytes += store.textBytes();
      }
      held += piece.rows;
      rows += piece.rows;
      if (held + piece.rows > BATCH_ROWS || textBytes > BATCH_TEXT_BYTES) await flush();
      await onRows(rows);
    }
    if (held > 0) await flush();
    await out.end();
    return rows;
  } finally {
    await file.close();
  }
}

/** Codecs are kept by the whole process; the decoder is the one that reading sets. */
function setZstd(): void {
  setCompressionCodec(CompressionType.ZSTD, {
    encode: (bytes) => zstdCompressSync(bytes),
    decode: (bytes) => new Uint8Array(zstdDecompressSync(bytes)),
  });
}

async function beginFile(file: FileHandle, columns: readonly PlainColumn[], isCompressed: boolean) {
  let at = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    await file.write(bytes);
    at += bytes.byteLength;
  };
  /** A stream of the schema's message, that of the record batch, and its end. */
  const streamOf = (batches: readonly Column<unknown>[]): { schema: Buffer; records: Buffer } => {
    const named = columns.map(({ name }, index): [string, Column<unknown>] => [
      name,
      batches[index] as Column<unknown>,
    ]);
    const codec = isCompressed ? CompressionType.ZSTD : null;
    const bytes = tableToIPC(tableFromColumns(named), { format: 'stream', codec }) ?? new Uint8Array();
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const schemaEnd = 8 + all.readUInt32LE(4);
    return {
      schema: all.subarray(0, schemaEnd),
      records: all.subarray(schemaEnd, all.length - END_OF_STREAM.length),
    };
  };
  const { schema } = streamOf(columns.map(({ kind }) => columnStore(kind).take()));
  const blocks: ArrowBlock[] = [];
  await write(MARK);
  await write(schema);
  return {
    async add(batches: readonly Column<unknown>[]): Promise<void> {
      const { records } = streamOf(batches);
      const metadataLength = 8 + records.readUInt32LE(4);
      blocks.push({ offset: at, metadataLength, bodyLength: records.length - metadataLength });
      await write(records);
    },
    async end(): Promise<void> {
      await write(END_OF_STREAM);
      const footer = arrowFooter(schema.subarray(8), blocks);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(footer.length);
      await write(Buffer.concat([footer, length, MARK.subarray(0, 6)]));
    },
  };
}

/** Values of a column on their way into a record batch; `take` gives and forgets them. */
type ColumnStore = {
  add(values: PlainValues, rows: number): void;
  textBytes(): number;
  take(): Column<unknown>;
};

function columnStore(kind: PlainKind): ColumnStore {
  switch (kind) {
    case 'integer':
      return numbers(int64(), new BigInt64Array(BATCH_ROWS), 0n);
    case 'time':
      return numbers(timestamp(TimeUnit.MICROSECOND, 'UTC'), new BigInt64Array(BATCH_ROWS), 0n);
    case 'float':
      return numbers(float64(), new Float64Array(BATCH_ROWS), 0);
    case 'date':
      return numbers(dateDay(), new Int32Array(BATCH_ROWS), 0);
    case 'boolean':
      return truths();
    case 'string':
      return texts();
  }
}

/** Which rows have a value, one bit each (validity bitmap). */
function validity() {
  const bits = new Uint8Array(BATCH_ROWS / 8);
  let missing = 0;
  return {
    has(row: number): void {
      (bits[row >> 3] as number) |= 1 << (row & 7);
    },
    lacks(): void {
      missing += 1;
    },
    take(rows: number): { nullCount: number; validity: Uint8Array } {
      const taken = {
        nullCount: missing,
        validity: missing === 0 ? new Uint8Array() : bits.slice(0, Math.ceil(rows / 8)),
      };
      bits.fill(0);
      missing = 0;
      return taken;
    },
  };
}

type Buffers = {
  length: number;
  nullCount: number;
  validity: Uint8Array;
  values: ArrayBufferView;
  offsets?: Int32Array;
};

function columnOf(type: DataType, buffers: Buffers): Column<unknown> {
  const Batch = batchType(type, { useBigInt: true, useBigIntTimestamp: true });
  return new Column<unknown>([new Batch({ type, ...buffers })], type);
}

function numbers(
  type: DataType,
  values: BigInt64Array | Float64Array | Int32Array,
  missing: bigint | number,
): ColumnStore {
  const present = validity();
  let length = 0;
  return {
    add(column, rows) {
      for (let row = 0; row < rows; row++, length++) {
        const value = column.at(row);
        values[length] = (value ?? missing) as never;
        if (value === null) present.lacks();
        else present.has(length);
      }
    },
    textBytes: () => 0,
    take() {
      const taken = columnOf(type, { length, ...present.take(length), values: values.slice(0, length) });
      length = 0;
      return taken;
    },
  };
}

function truths(): ColumnStore {
  const present = validity();
  const values = new Uint8Array(BATCH_ROWS / 8);
  let length = 0;
  return {
    add(column, rows) {
      for (let row = 0; row < rows; row++, length++) {
        const value = column.at(row);
        if (value === null) present.lacks();
        else present.has(length);
        if (value === true) (values[length >> 3] as number) |= 1 << (length & 7);
      }
    },
    textBytes: () => 0,
    take() {
      const bits = values.slice(0, Math.ceil(length / 8));
      const taken = columnOf(bool(), { length, ...present.take(length), values: bits });
      values.fill(0);
      length = 0;
      return taken;
    },
  };
}

/** A character of JavaScript takes at most three bytes of UTF-8. */
const CHARACTER_BYTES = 3;

function texts(): ColumnStore {
  const present = validity();
  const offsets = new Int32Array(BATCH_ROWS + 1);
  let bytes = Buffer.alloc(1024 ** 2);
  let used = 0;
  let length = 0;
  return {
    add(column, rows) {
      for (let row = 0; row < rows; row++) {
        const value = column.at(row);
        if (value === null) present.lacks();
        else {
          present.has(length);
          const text = value as string;
          if (used + text.length * CHARACTER_BYTES > bytes.length)
            bytes = Buffer.concat([bytes], Math.max(bytes.length * 2, used + text.length * CHARACTER_BYTES));
          used += bytes.write(text, used);
        }
        length += 1;
        offsets[length] = used;
      }
    },
    textBytes: () => used,
    take() {
      const taken = columnOf(utf8(), {
        length,
        ...present.take(length),
        offsets: offsets.slice(0, length + 1),
        values: Uint8Array.from(bytes.subarray(0, used)),
      });
      used = 0;
      length = 0;
      return taken;
    },
  };
}
