import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AssayError, messageOf } from '../errors.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** How the characters of a text file are kept. */
export type TextForm = {
  compression: Compression;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
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

/**
 * The beginning of a text file, decompressed and decoded. `complete` tells that there is no more. Bytes that are no
 * valid text become U+FFFD.
 *
 * Errors: `datasets/unreadable` for damaged compression, `datasets/unsupported-format` for binary content.
 */
export async function readTextHead(
  path: string,
  bytes: number = HEAD_BYTES,
): Promise<{ text: string; complete: boolean; form: TextForm }> {
  const compression = compressionOf(await readRawHead(path, 4));
  const head = await readHead(path, compression, bytes + 1);
  const complete = head.length <= bytes;
  const form: TextForm = { compression, ...encodingOf(head) };
  const isBinary =
    form.encoding === 'utf-8' && head.subarray(0, 4096).filter((byte) => byte === 0).length > 8;
  if (isBinary) {
    throw new AssayError('datasets/unsupported-format', 'The file holds binary data, not text');
  }
  const text = new TextDecoder(form.encoding).decode(head.subarray(0, bytes), { stream: !complete });
  return { text, complete, form };
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

function plainBytes(path: string, compression: Compression): Readable {
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
  return { encoding: 'utf-8', hasMark: false };
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
 * The line, from 1, in which each byte offset of a file lies. Reads the file up to the last offset; offsets of a
 * compressed file mean its content.
 */
export async function linesOfOffsets(
  path: string,
  compression: Compression,
  offsets: readonly number[],
): Promise<number[]> {
  const order = offsets.map((_, index) => index).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  const lines = new Array<number>(offsets.length).fill(1);
  let next = 0;
  let line = 1;
  let position = 0;
  if (order.length === 0) return lines;
  for await (const part of plainBytes(path, compression)) {
    const bytes: Buffer = part;
    let from = 0;
    while (next < order.length) {
      const index = order[next] as number;
      const until = Math.min((offsets[index] ?? 0) - position, bytes.length);
      for (let feed = bytes.indexOf(10, from); feed !== -1 && feed < until; feed = bytes.indexOf(10, from)) {
        line += 1;
        from = feed + 1;
      }
      if ((offsets[index] ?? 0) >= position + bytes.length) break;
      lines[index] = line;
      next += 1;
    }
    position += bytes.length;
    if (next >= order.length) break;
  }
  for (const index of order.slice(next)) lines[index] = line;
  return lines;
}
