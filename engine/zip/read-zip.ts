import { crc32, inflateRawSync } from 'node:zlib';
import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { nameProblem } from './safe-name.ts';

export type ZipLimits = {
  files: number;
  /** Of all files together, unpacked. */
  bytes: number;
};

type Entry = {
  name: string;
  method: number;
  flags: number;
  checksum: number;
  packed: number;
  size: number;
  mode: number;
  /** Of its local header. */
  offset: number;
};

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x0001;
const LINK = 0o120000;
const FILE_TYPE = 0o170000;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;

/**
 * The files of a ZIP archive, by name, in the order of its directory. Nothing is written anywhere. Stored files share their
 * memory with the archive.
 *
 * It is refused, with every reason listed, when a name leads out of the archive or comes twice, an entry is a link or
 * encrypted, entries overlap, a checksum does not hold, or the whole is larger than `limits` allow: sizes are checked before
 * anything is unpacked, and unpacking ends at the size that the directory states. Folders are passed over.
 *
 * Errors: bundles/unreadable. Cost: linear in the unpacked size.
 */
export function readZip(archive: Uint8Array, limits: ZipLimits): Map<string, Uint8Array> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    const entries = readDirectory(bytes, limits).filter(({ name }) => !name.endsWith('/'));
    const problems = entryProblems(entries, limits);
    if (problems.length > 0) throw refused(problems);
    return unpackAll(bytes, entries);
  } catch (thrown) {
    if (thrown instanceof RangeError)
      throw damaged(`it ends where more was announced (${messageOf(thrown)})`);
    throw thrown;
  }
}

function damaged(why: string): AssayError {
  return new AssayError('bundles/unreadable', `This is no whole ZIP archive: ${why}.`);
}

function refused(problems: readonly Problem[]): AssayError {
  const [first] = problems;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
  return new AssayError(
    'bundles/unreadable',
    `The archive is not safe to open: ${first?.path} ${first?.message}${more}.`,
    { problems },
  );
}

function readDirectory(bytes: Buffer, limits: ZipLimits): Entry[] {
  const end = endOfDirectory(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  let at = bytes.readUInt32LE(end + 16);
  if (count > limits.files || count === 0xffff)
    throw damaged(`it holds ${count} files, and ${limits.files} are the most that is opened`);
  if (at + size > end) throw damaged('its directory lies outside');
  const entries: Entry[] = [];
  for (let n = 0; n < count; n++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw damaged('its directory is damaged');
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      checksum: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      mode: bytes.readUInt32LE(at + 38) >>> 16,
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the end record is; a comment may follow it. */
function endOfDirectory(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_LENGTH - LONGEST_COMMENT);
  for (let at = bytes.length - END_LENGTH; at >= first; at--)
    if (
      bytes.readUInt32LE(at) === 0x06054b50 &&
      bytes.readUInt16LE(at + 20) === bytes.length - at - END_LENGTH
    )
      return at;
  throw damaged('it has no directory');
}

function entryProblems(entries: readonly Entry[], limits: ZipLimits): Problem[] {
  const problems: Problem[] = [];
  const names = new Set<string>();
  let total = 0;
  for (const { name, flags, method, mode, packed, size } of entries) {
    const add = (message: string) => problems.push({ path: name, message });
    const wrong = nameProblem(name);
    if (wrong !== null) add(wrong);
    // Two names that differ in case only are one file on many disks.
    if (names.has(name.toLowerCase())) add('comes twice');
    names.add(name.toLowerCase());
    if ((mode & FILE_TYPE) === LINK) add('is a symbolic link');
    if ((flags & ENCRYPTED) !== 0) add('is encrypted');
    if (method !== STORED && method !== DEFLATED)
      add('is packed in a way that is not known (neither stored nor deflated)');
    if (method === STORED && packed !== size) add('has two sizes');
    total += size;
  }
  if (total > limits.bytes)
    problems.push({
      path: 'archive',
      message: `holds ${total} bytes, and ${limits.bytes} are the most that is opened`,
    });
  return problems;
}

function unpackAll(bytes: Buffer, entries: readonly Entry[]): Map<string, Uint8Array> {
  const problems: Problem[] = [];
  const files = new Map<string, Uint8Array>();
  let occupied = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    const { name, offset } = entry;
    if (offset < occupied) throw refused([{ path: name, message: 'overlaps another file' }]);
    if (bytes.readUInt32LE(offset) !== 0x04034b50) throw damaged(`"${name}" is not where its directory says`);
    const nameEnd = offset + 30 + bytes.readUInt16LE(offset + 26);
    if (bytes.toString('utf8', offset + 30, nameEnd) !== name)
      problems.push({ path: name, message: 'has another name in front of its data' });
    const start = nameEnd + bytes.readUInt16LE(offset + 28);
    occupied = start + entry.packed;
    if (occupied > bytes.length) throw damaged(`"${name}" is cut off`);
    const content = unpack(bytes.subarray(start, occupied), entry);
    if (content === null || content.byteLength !== entry.size)
      problems.push({ path: name, message: 'cannot be unpacked to the size stated' });
    else if (crc32(content) !== entry.checksum)
      problems.push({ path: name, message: 'is damaged: its CRC-32 does not hold' });
    else files.set(name, content);
  }
  if (problems.length > 0) throw refused(problems);
  return new Map(entries.map(({ name }) => [name, files.get(name) ?? new Uint8Array()]));
}

/** Null for what is no deflated data, or is more than the directory states. */
function unpack(packed: Buffer, { method, size }: Entry): Uint8Array | null {
  if (method === STORED) return packed;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return null;
  }
}
