import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type DuckDb, quoteText } from '../../duckdb/index.ts';
import type { Chunk } from './manifest.ts';

/** Read and hashed at once. */
const PIECE_BYTES = 1024 ** 2;

/** Where the bytes of a column lie, in the order of the columns and within a column of the row groups. */
type Place = { column: number; start: number; size: number };

/**
 * Names a Parquet file and its columns by their content: the SHA-256 of the file, and of what it holds of each column. Files of
 * one writer hold the same values in the same bytes, so equal digests mean equal values, and different ones different values.
 * Cost: two passes over the bytes.
 */
export async function readChunk(db: DuckDb, path: string): Promise<Chunk> {
  const [facts] = await db.rows(`SELECT num_rows FROM parquet_file_metadata(${quoteText(path)})`);
  const places = (
    await db.rows(
      `SELECT column_id, coalesce(least(dictionary_page_offset, data_page_offset), data_page_offset), total_compressed_size
       FROM parquet_metadata(${quoteText(path)}) ORDER BY column_id, row_group_id`,
    )
  ).map((row): Place => ({ column: Number(row[0]), start: Number(row[1]), size: Number(row[2]) }));
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const whole = createHash('sha256');
    await feed(file, 0, size, (piece) => whole.update(piece));
    const columns: string[] = [];
    for (let first = 0; first < places.length; ) {
      const column = places[first]?.column;
      const hash = createHash('sha256');
      for (; places[first]?.column === column && first < places.length; first += 1) {
        const place = places[first] as Place;
        await feed(file, place.start, place.size, (piece) => hash.update(piece));
      }
      columns.push(`sha256:${hash.digest('hex')}`);
    }
    return {
      digest: `sha256:${whole.digest('hex')}`,
      rows: Number(facts?.[0] ?? 0),
      sizeBytes: size,
      columns,
    };
  } finally {
    await file.close();
  }
}

async function feed(
  file: FileHandle,
  start: number,
  size: number,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const buffer = new Uint8Array(Math.min(size, PIECE_BYTES));
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - done), start + done);
    if (bytesRead === 0) throw new RangeError('the file is shorter than it says');
    take(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
}
