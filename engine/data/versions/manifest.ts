import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ColumnType, Digest } from '../../../local-api/contract/index.ts';

/** One file of a snapshot: rows that follow each other, with a digest of the values of each column. */
export const Chunk = z.object({
  digest: Digest,
  rows: z.int().min(1),
  sizeBytes: z.int(),
  columns: z.array(Digest),
});
export type Chunk = z.infer<typeof Chunk>;

/** What a snapshot in several files consists of. Its digest is that of the snapshot. */
export const Manifest = z.object({
  format: z.literal('assay-snapshot/1'),
  rows: z.int(),
  columns: z.array(z.object({ name: z.string(), type: ColumnType })),
  chunks: z.array(Chunk).min(2),
});
export type Manifest = z.infer<typeof Manifest>;

/** Always the same text for the same manifest. */
export function manifestText({ format, rows, columns, chunks }: Manifest): string {
  return JSON.stringify({
    format,
    rows,
    columns: columns.map(({ name, type }) => ({ name, type })),
    chunks: chunks.map((chunk) => ({
      digest: chunk.digest,
      rows: chunk.rows,
      sizeBytes: chunk.sizeBytes,
      columns: chunk.columns,
    })),
  });
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
