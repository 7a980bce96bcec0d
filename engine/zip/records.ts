/** The records of a ZIP archive (APPNOTE.TXT 6.3.10, 4.3 to 4.5). Large entries use ZIP64. */

const LIMIT_32 = 0xffff_ffff;
const LIMIT_16 = 0xffff;
/** 1980-01-01: the earliest that ZIP can say, so that the same files give the same bytes. */
const DOS_DATE = 0x21;
const UTF8_NAMES = 0x0800;
/** Sizes and checksum follow the data. */
const HAS_DESCRIPTOR = 0x0008;
const VERSION = 45;

/** `checksum` is the CRC-32; undefined where it is known only after the data, and then stands in a data descriptor. */
export type EntryFacts = {
  name: string;
  sizeBytes: number;
  checksum?: number | undefined;
  /** Length of its deflated data; stored without it. */
  packedBytes?: number;
};

const DEFLATED = 8;

const isLarge = (size: number): boolean => size >= LIMIT_32;
const isLargeEntry = ({ sizeBytes, packedBytes = 0 }: Omit<EntryFacts, 'name'>): boolean =>
  isLarge(sizeBytes) || isLarge(packedBytes);

/** Length of an archive of stored entries whose checksums all follow the data, or all stand before it. */
export function archiveSize(entries: readonly EntryFacts[]): number {
  let offset = 0;
  let directory = 0;
  for (const entry of entries) {
    const nameLength = Buffer.byteLength(entry.name);
    const descriptor = entry.checksum === undefined ? (isLarge(entry.sizeBytes) ? 24 : 16) : 0;
    directory += 46 + nameLength + centralExtra(entry, offset).length;
    offset += 30 + nameLength + localExtra(entry).length + entry.sizeBytes + descriptor;
  }
  return offset + directory + endRecords(entries.length, directory, offset).length;
}

const flagsOf = (checksum: number | undefined): number =>
  checksum === undefined ? UTF8_NAMES | HAS_DESCRIPTOR : UTF8_NAMES;

/** ZIP64: room for both sizes, which a data descriptor then gives with 8 bytes each. */
function localExtra(entry: Omit<EntryFacts, 'name'>): Buffer {
  if (!isLargeEntry(entry)) return Buffer.alloc(0);
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  if (entry.checksum === undefined) return extra;
  extra.writeBigUInt64LE(BigInt(entry.sizeBytes), 4);
  extra.writeBigUInt64LE(BigInt(entry.packedBytes ?? entry.sizeBytes), 12);
  return extra;
}

function centralExtra(entry: Omit<EntryFacts, 'name'>, offset: number): Buffer {
  const { sizeBytes, packedBytes = sizeBytes } = entry;
  const values = [
    ...(isLargeEntry(entry) ? [sizeBytes, packedBytes] : []),
    ...(isLarge(offset) ? [offset] : []),
  ];
  if (values.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  return extra;
}

export function localHeader(entry: EntryFacts): Buffer {
  const { name, sizeBytes, checksum, packedBytes } = entry;
  const text = Buffer.from(name);
  const extra = localExtra(entry);
  const sizeOf = (bytes: number) => (isLargeEntry(entry) ? LIMIT_32 : checksum === undefined ? 0 : bytes);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(flagsOf(checksum), 6);
  header.writeUInt16LE(packedBytes === undefined ? 0 : DEFLATED, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt32LE(checksum ?? 0, 14);
  header.writeUInt32LE(sizeOf(packedBytes ?? sizeBytes), 18);
  header.writeUInt32LE(sizeOf(sizeBytes), 22);
  header.writeUInt16LE(text.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, text, extra]);
}

export function dataDescriptor(checksum: number, sizeBytes: number): Buffer {
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

/** `checksum` is known by now; `hasDescriptor` says how the local header was written. */
export function centralHeader(
  entry: EntryFacts,
  checksum: number,
  offset: number,
  hasDescriptor: boolean,
): Buffer {
  const { name, sizeBytes, packedBytes } = entry;
  const text = Buffer.from(name);
  const extra = centralExtra(entry, offset);
  const sizeOf = (bytes: number) => (isLargeEntry(entry) ? LIMIT_32 : bytes);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  header.writeUInt16LE(flagsOf(hasDescriptor ? undefined : checksum), 8);
  header.writeUInt16LE(packedBytes === undefined ? 0 : DEFLATED, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(checksum, 16);
  header.writeUInt32LE(sizeOf(packedBytes ?? sizeBytes), 20);
  header.writeUInt32LE(sizeOf(sizeBytes), 24);
  header.writeUInt16LE(text.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(Math.min(offset, LIMIT_32), 42);
  return Buffer.concat([header, text, extra]);
}

export function endRecords(entries: number, size: number, offset: number): Buffer {
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
