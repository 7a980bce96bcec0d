import { crc32 } from 'node:zlib';
import {
  archiveSize,
  centralHeader,
  dataDescriptor,
  type EntryFacts,
  endRecords,
  localHeader,
} from './records.ts';

/** A file of an archive that is read when its turn comes. */
export type StreamedEntry = { name: string; sizeBytes: number; open(): Promise<AsyncIterable<Buffer>> };

/** Length of what `streamZip` gives. */
export function streamedZipSize(entries: readonly Omit<StreamedEntry, 'open'>[]): number {
  return archiveSize(entries);
}

/**
 * Files as a ZIP archive, stored without compression so that its length is known beforehand and never depends on a
 * compressor; memory stays flat. The same files under the same names give the same bytes.
 */
export async function* streamZip(entries: readonly StreamedEntry[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = localHeader(entry);
    yield local;
    let checksum = 0;
    for await (const chunk of await entry.open()) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    const descriptor = dataDescriptor(checksum, entry.sizeBytes);
    yield descriptor;
    directory.push(centralHeader(entry, checksum, offset, true));
    offset += local.length + entry.sizeBytes + descriptor.length;
  }
  yield* endOf(directory, offset);
}

/** The chunks of an archive of files in memory, in the order given; sizes and checksums stand before the data. */
export function* zipChunks(
  files: Iterable<readonly [name: string, bytes: Uint8Array]>,
): Generator<Uint8Array> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const checksum = crc32(bytes);
    const entry: EntryFacts = { name, sizeBytes: bytes.byteLength, checksum };
    const local = localHeader(entry);
    yield local;
    yield bytes;
    directory.push(centralHeader(entry, checksum, offset, false));
    offset += local.length + bytes.byteLength;
  }
  yield* endOf(directory, offset);
}

/** A file whose deflated data are there already, with its CRC-32. */
export type PackedEntry = Required<EntryFacts> & { open(): AsyncIterable<Buffer> | Iterable<Buffer> };

/** An archive of deflated files, in the order given; memory stays flat. */
export async function* packedZip(entries: readonly PackedEntry[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { open, ...entry } of entries) {
    const local = localHeader(entry);
    yield local;
    yield* open();
    directory.push(centralHeader(entry, entry.checksum ?? 0, offset, false));
    offset += local.length + entry.packedBytes;
  }
  yield* endOf(directory, offset);
}

function* endOf(directory: readonly Buffer[], offset: number): Generator<Buffer> {
  const central = Buffer.concat(directory);
  yield central;
  yield endRecords(directory.length, central.length, offset);
}
