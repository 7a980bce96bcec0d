import type { Readable } from 'node:stream';

/** `sha256:` and 64 hexadecimal digits, of the plain (not compressed) bytes. */
export type Digest = string;
export type StoredBlob = { digest: Digest; sizeBytes: number };

/** `ownsChunks`: the chunks of the stream are nobody else's, and their memory is given back as soon as they are stored. */
export type PutOptions = { ownsChunks?: boolean };

/**
 * Content-addressed bytes. The same bytes are kept once, whoever put them. Everything is streamed: memory stays flat.
 * A put is acknowledged only after the bytes are on disk (temp file, fsync, rename, fsync of the folder). What pays is
 * compressed: small content at once, the rest when no put is under way.
 */
export type ArtifactStore = {
  /**
   * Bytes must not change until it resolves. A stream is read to its end, but not destroyed when the put fails
   * (a request must still be answered): its owner does that. Errors: `artifacts/disk-full`, or what the stream threw.
   */
  put(source: Readable | Uint8Array, options?: PutOptions): Promise<StoredBlob>;
  /** Takes over a file (moved when on the same disk); `source` is gone afterwards. */
  putFile(path: string): Promise<StoredBlob>;
  has(digest: Digest): Promise<boolean>;
  stat(digest: Digest): Promise<{ sizeBytes: number; storedBytes: number }>;
  /**
   * Plain bytes, verified while read: the stream errors with `artifacts/corrupt` before its last chunk when they do not
   * match. `start` and `end` are byte offsets, both included; for a range the whole blob is verified first, once per
   * file and process.
   */
  open(digest: Digest, range?: { start: number; end?: number }): Promise<Readable>;
  read(digest: Digest): Promise<Buffer>;
  /** Writes the plain bytes to a file, for tools that need a path. */
  copyTo(digest: Digest, path: string): Promise<void>;
  /** Adds a source of digests that must be kept. Until there is one, nothing is ever removed. */
  addRoots(roots: () => AsyncIterable<Digest>): void;
  /** Removes what no root names and what is older than `graceMs` (default one hour: puts in flight are younger). */
  collectGarbage(options?: {
    graceMs?: number;
    dryRun?: boolean;
  }): Promise<{ removed: number; freedBytes: number }>;
  usage(): Promise<{ blobs: number; storedBytes: number }>;
  /** Re-reads every blob; gives the damaged digests. */
  verify(): AsyncIterable<{ digest: Digest; ok: boolean }>;
  /** Compresses now what would be compressed later. */
  pack(): Promise<void>;
  /** Ends what goes on in the background. */
  close(): Promise<void>;
};
