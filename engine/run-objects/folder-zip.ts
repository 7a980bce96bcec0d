import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { ZipDownload } from './run-objects-service.ts';

export type ZipEntry = { name: string; digest: string; sizeBytes: number };

const LIMIT_32 = 0xffff_ffff;
const LIMIT_16 = 0xffff;
/** 1980-01-01: the earliest that ZIP can say, so that the same files give the same bytes. */
const DOS_DATE = 0x21;
/** Sizes and checksum follow the data; names are UTF-8. */
const FLAGS = 0x0808;
const VERSION = 45;

/**
 * Files as a ZIP archive, stored without compression so that its length is known beforehand; streamed, so memory stays
 * flat. Archives, files and numbers of files beyond the old limits use ZIP64 (APPNOTE.TXT 6.3.10, 4.3 to 4.5).
 * The same files under the same names give the same bytes.
 */
export function zipOf(name: string, entries: readonly ZipEntry[], artifacts: ArtifactStore): ZipDownload {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(JSON.stringify([entry.name, entry.digest]));
  return {
    name,
    sizeBytes: zipSize(entries),
    digest: `sha256:${hash.digest('hex')}`,
    open: () => Readable.from(zipBytes(entries, artifacts)),
  };
}

const isLarge = (size: number): boolean => size >= LIMIT_32;

function zipSize(entries: readonly ZipEntry[]): number {
  let offset = 0;
  let directory = 0;
  for (const { name, sizeBytes } of entries) {
    const nameLength = Buffer.byteLength(name);
    directory += 46 + nameLength + centralExtra(sizeBytes, offset).length;
    offset += 30 + nameLength + localExtra(sizeBytes).length + sizeBytes + (isLarge(sizeBytes) ? 24 : 16);
  }
  return offset + directory + endRecords(entries.length, directory, offset).length;
}

async function* zipBytes(entries: readonly ZipEntry[], artifacts: ArtifactStore): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, digest, sizeBytes } of entries) {
    const local = localHeader(name, sizeBytes);
    yield local;
    let checksum = 0;
    for await (const chunk of await artifacts.open(digest)) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    const descriptor = dataDescriptor(checksum, sizeBytes);
    yield descriptor;
    directory.push(centralHeader(name, checksum, sizeBytes, offset));
    offset += local.length + sizeBytes + descriptor.length;
  }
  const central = Buffer.concat(directory);
  yield central;
  yield endRecords(entries.length, central.length, offset);
}

/** ZIP64: room for both sizes, which the data descriptor then gives with 8 bytes each. */
function localExtra(sizeBytes: number): Buffer {
  if (!isLarge(sizeBytes)) return Buffer.alloc(0);
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  return extra;
}

function centralExtra(sizeBytes: number, offset: number): Buffer {
  const values = [
    ...(isLarge(sizeBytes) ? [sizeBytes, sizeBytes] : []),
    ...(isLarge(offset) ? [offset] : []),
  ];
  if (values.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  return extra;
}

function localHeader(name: string, sizeBytes: number): Buffer {
  const text = Buffer.from(name);
  const extra = localExtra(sizeBytes);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DOS_DATE, 12);
  if (isLarge(sizeBytes)) {
    header.writeUInt32LE(LIMIT_32, 18);
    header.writeUInt32LE(LIMIT_32, 22);
  }
  header.writeUInt16LE(text.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, text, extra]);
}

function dataDescriptor(checksum: number, sizeBytes: number): Buffer {
  const isWide = isLarge(sizeBytes);
  const descriptor = Buffer.alloc(isWide ? 24 : 16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(checksum, 4);
  if (isWide) {
    descriptor.writeBigUInt64LE(BigInt(sizeBytes), 8);
    descriptor.writeBigUInt64LE(BigInt(sizeBytes), 16);
  } else {
    descriptor.writeUInt32LE(sizeBytes, 8);
    descriptor.writeUInt32LE(sizeBytes, 12);
  }
  return descriptor;
}

function centralHeader(name: string, checksum: number, sizeBytes: number, offset: number): Buffer {
  const text = Buffer.from(name);
  const extra = centralExtra(sizeBytes, offset);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(checksum, 16);
  header.writeUInt32LE(Math.min(sizeBytes, LIMIT_32), 20);
  header.writeUInt32LE(Math.min(sizeBytes, LIMIT_32), 24);
  header.writeUInt16LE(text.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(Math.min(offset, LIMIT_32), 42);
  return Buffer.concat([header, text, extra]);
}

function endRecords(entries: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, LIMIT_16), 8);
  end.writeUInt16LE(Math.min(entries, LIMIT_16), 10);
  end.writeUInt32LE(Math.min(size, LIMIT_32), 12);
  end.writeUInt32LE(Math.min(offset, LIMIT_32), 16);
  if (entries < LIMIT_16 && !isLarge(size) && !isLarge(offset)) return end;
  const wide = Buffer.alloc(56 + 20);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(44n, 4);
  wide.writeUInt16LE(VERSION, 12);
  wide.writeUInt16LE(VERSION, 14);
  wide.writeBigUInt64LE(BigInt(entries), 24);
  wide.writeBigUInt64LE(BigInt(entries), 32);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  wide.writeUInt32LE(0x07064b50, 56);
  wide.writeBigUInt64LE(BigInt(offset + size), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, end]);
}
