import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { TextEncoding } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** How the characters of a text file are kept. */
export type TextForm = {
  compression: Compression;
  encoding: TextEncoding;
  /** The file starts with a byte order mark. */
  hasMark: boolean;
};

/** Enough to see the dialect and types of a table, small enough to be looked through in some 10 ms. */
export const HEAD_BYTES = 128 * 1024;

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

export function compressionOf(bytes: Uint8Array): Compression {
  if (startsWith(bytes, GZIP)) return 'gzip';
  if (startsWith(bytes, ZSTD)) return 'zstd';
  return 'none';
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

/** The first bytes as they are in the file. */
export async function readRawHead(path: string, bytes: number): Promise<Buffer> {
  return collect(createReadStream(path, { end: bytes - 1 }), bytes);
}

export type TextHead = {
  text: string;
  /** There is no more. */
  complete: boolean;
  form: TextForm;
  /** What a person should know of how it is decoded. */
  notes: string[];
};

/**
 * The beginning of a text file, decompressed and decoded; as what, is guessed when it is not said. Bytes that are no
 * valid text become U+FFFD.
 *
 * Errors: `datasets/unreadable` for damaged compression, `datasets/unsupported-format` for binary content.
 */
export async function readTextHead(
  path: string,
  { bytes = HEAD_BYTES, encoding }: { bytes?: number; encoding?: TextEncoding | undefined } = {},
): Promise<TextHead> {
  const compression = compressionOf(await readRawHead(path, 4));
  const head = await readHead(path, compression, bytes + 1);
  const complete = head.length <= bytes;
  const found = encodingOf(head);
  const form: TextForm = { compression, ...found, ...(encoding === undefined ? {} : { encoding }) };
  const isBinary =
    form.encoding === 'utf-8' && head.subarray(0, 4096).filter((byte) => byte === 0).length > 8;
  if (isBinary) {
    throw new AssayError('datasets/unsupported-format', 'The file holds binary data, not text');
  }
  const text = new TextDecoder(form.encoding).decode(head.subarray(0, bytes), { stream: !complete });
  const isGuess = encoding === undefined && !found.hasMark && form.encoding !== 'utf-8';
  const notes = isGuess
    ? [`The file is not UTF-8 and read as ${form.encoding}: give another encoding where letters look wrong`]
    : [];
  return { text, complete, form, notes };
}

async function readHead(path: string, compression: Compression, bytes: number): Promise<Buffer> {
  try {
    return await collect(plainBytes(path, compression), bytes);
  } catch (thrown) {
    throw new AssayError('datasets/unreadable', `The compressed file is damaged: ${messageOf(thrown)}`);
  }
}

async function collect(stream: Readable, bytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(part);
    size += part.length;
    if (size >= bytes) break;
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

/** The last bytes of the content. Of a compressed file all of it must be read. */
export async function readTail(path: string, compression: Compression, bytes: number): Promise<Buffer> {
  if (compression === 'none') {
    const { size } = await stat(path);
    return collect(createReadStream(path, { start: Math.max(0, size - bytes) }), bytes);
  }
  let tail = Buffer.alloc(0);
  for await (const part of plainBytes(path, compression)) tail = Buffer.concat([tail, part]).subarray(-bytes);
  return tail;
}

/** The content of a file, decompressed. */
export function plainBytes(path: string, compression: Compression): Readable {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (compression === 'none') return file;
  const inflate = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  file.on('error', (error) => inflate.destroy(error));
  inflate.on('close', () => file.destroy());
  return file.pipe(inflate);
}

function encodingOf(head: Uint8Array): Pick<TextForm, 'encoding' | 'hasMark'> {
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return { encoding: 'utf-8', hasMark: true };
  if (startsWith(head, [0xff, 0xfe])) return { encoding: 'utf-16le', hasMark: true };
  if (startsWith(head, [0xfe, 0xff])) return { encoding: 'utf-16be', hasMark: true };
  return { encoding: wideEncoding(head) ?? narrowEncoding(head), hasMark: false };
}

const LOOKED_AT_BYTES = 4096;

/** UTF-16 without a mark: of text in Latin letters every other byte is zero. */
function wideEncoding(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const bytes = head.subarray(0, LOOKED_AT_BYTES);
  const pairs = Math.floor(bytes.length / 2);
  if (pairs < 4) return null;
  const zeros = [0, 0];
  for (let at = 0; at < pairs * 2; at++) {
    if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  }
  const [high = 0, low = 0] = zeros;
  if (low > 0.8 * pairs && high < 0.05 * pairs) return 'utf-16le';
  if (high > 0.8 * pairs && low < 0.05 * pairs) return 'utf-16be';
  return null;
}

/**
 * Windows-1252 (Latin-1 and more) where bytes are no UTF-8 and stand as its letters do: one or two together among plain
 * letters. A damaged byte or two among valid UTF-8, and the double bytes of other scripts, are not taken for it: those
 * texts would come out as nonsense.
 */
function narrowEncoding(head: Uint8Array): 'utf-8' | 'windows-1252' {
  let letters = 0;
  let others = 0;
  for (let at = 0; at < head.length; at++) {
    if ((head[at] as number) < 0x80) continue;
    const start = at;
    while (at + 1 < head.length && (head[at + 1] as number) >= 0x80) at += 1;
    // The last character may be cut.
    if (at === head.length - 1) break;
    if (utf8Length(head, start) > 0) return 'utf-8';
    const isLetters = at - start < 2 && head.subarray(start, at + 1).every(is1252Letter);
    if (isLetters) letters += 1;
    else others += 1;
  }
  return letters > 0 && others * 10 <= letters ? 'windows-1252' : 'utf-8';
}

function is1252Letter(byte: number): boolean {
  return byte >= 0xa0 || named1252.has(byte);
}

/** The marks of Windows-1252 below 0xA0 that texts hold: euro, quotes, dashes, dots, Š Œ Ž š œ ž Ÿ. */
const named1252: ReadonlySet<number> = new Set([
  0x80, 0x85, 0x8a, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9a, 0x9c, 0x9e, 0x9f,
]);

/** Bytes of the character of UTF-8 that begins here, 0 when none does. */
function utf8Length(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  for (let next = 1; next < length; next++) {
    if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/**
 * Copies a text file as plain UTF-8 without a byte order mark, for a reader that takes nothing else.
 * `lineFeedsOnly` also turns CRLF and CR into LF; `maxBytes` stops after about that many bytes of source text.
 */
export async function rewriteText(
  path: string,
  target: string,
  form: TextForm,
  options: { lineFeedsOnly?: boolean; maxBytes?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const most = options.maxBytes ?? Number.POSITIVE_INFINITY;
  async function* rewritten(): AsyncGenerator<string> {
    const decoder = new TextDecoder(form.encoding);
    let size = 0;
    let heldReturn = false;
    for await (const part of plainBytes(path, form.compression)) {
      let text = decoder.decode(part, { stream: true });
      size += part.length;
      if (options.lineFeedsOnly === true) {
        if (heldReturn) text = `\r${text}`;
        heldReturn = text.endsWith('\r');
        if (heldReturn) text = text.slice(0, -1);
        text = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
      }
      yield text;
      if (size >= most) return;
    }
    yield decoder.decode() + (heldReturn ? '\n' : '');
  }
  await pipeline(rewritten, createWriteStream(target), options.signal ? { signal: options.signal } : {});
}

/**
 * Tells the line, from 1, in which a byte offset of a file lies; offsets of a compressed file mean its content. To be
 * asked in ascending order: the file is read once, as far as that.
 */
export function lineCounter(
  path: string,
  compression: Compression,
): { at(offset: number): Promise<number>; close(): void } {
  const stream = plainBytes(path, compression);
  const chunks = stream[Symbol.asyncIterator]();
  let bytes: Buffer = Buffer.alloc(0);
  let start = 0;
  let from = 0;
  let line = 1;
  const countUntil = (end: number): void => {
    for (let feed = bytes.indexOf(10, from); feed !== -1 && feed < end; feed = bytes.indexOf(10, from)) {
      line += 1;
      from = feed + 1;
    }
    from = Math.max(from, end);
  };
  return {
    async at(offset) {
      while (offset >= start + bytes.length) {
        countUntil(bytes.length);
        const next = await chunks.next();
        if (next.done === true) return line;
        start += bytes.length;
        bytes = next.value;
        from = 0;
      }
      countUntil(offset - start);
      return line;
    },
    close: () => void stream.destroy(),
  };
}
