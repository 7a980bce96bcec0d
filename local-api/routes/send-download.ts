import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { freeBytes } from '../../engine/artifacts/index.ts';
import { AssayError } from '../../engine/errors.ts';
import type { HttpRequest, HttpResponse } from '../middleware/http-types.ts';
import { isolateStoredFile } from '../middleware/security-headers.ts';

/**
 * Stored bytes ready to be sent. `open` is called once, and not at all for HEAD or a client that has them; its stream fails
 * before the last bytes of what is damaged, as those of the artifact store do.
 */
export type Download = {
  name: string;
  sizeBytes: number;
  digest: string;
  /** Instead of the one that the ending tells. */
  contentType?: string;
  /** Made while it is sent: no part of it can be asked for. */
  isWhole?: boolean;
  open(range: ByteRange | undefined): Promise<Readable>;
  /** Nobody else looks at the chunks, as with the artifact store: their memory is given back once they are on their way. */
  ownsChunks?: boolean;
  /** Of a file that was made for this answer: called when it is over, however it ended. */
  discard?(): Promise<void>;
};

/** Offsets of the first and the last byte, both included. */
type ByteRange = { start: number; end: number };

/**
 * Streams a download with its length and digest as ETag; honours If-None-Match, Range (one range) and If-Range.
 * What people stored is never shown as a page: it comes as an attachment, in a sandbox, with a type by its ending.
 *
 * Errors: `request/range-not-satisfiable`. When the bytes turn out damaged the connection is cut before the last
 * of them, so that nobody takes the file for whole.
 */
export async function sendDownload(
  request: HttpRequest,
  response: HttpResponse,
  download: Download,
  signal: AbortSignal,
): Promise<void> {
  try {
    await send(request, response, download, signal);
  } finally {
    await download.discard?.();
  }
}

async function send(
  request: HttpRequest,
  response: HttpResponse,
  download: Download,
  signal: AbortSignal,
): Promise<void> {
  const etag = `"${download.digest}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Accept-Ranges', download.isWhole ? 'none' : 'bytes');
  isolateStoredFile(response);
  if (etagMatches(request.headers['if-none-match'], etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  const range = download.isWhole ? undefined : requestedRange(request, etag, download.sizeBytes);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${download.sizeBytes}`);
    throw new AssayError('request/range-not-satisfiable', `The file has ${download.sizeBytes} bytes.`);
  }
  response.statusCode = range ? 206 : 200;
  if (range) response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${download.sizeBytes}`);
  response.setHeader('Content-Length', range ? range.end - range.start + 1 : download.sizeBytes);
  response.setHeader('Content-Type', download.contentType ?? contentTypeOf(download.name));
  response.setHeader('Content-Disposition', attachmentNamed(download.name));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const bytes = await download.open(range);
  try {
    await pipeline(
      bytes,
      (chunks: AsyncIterable<Buffer>) => writeChunks(response, chunks, download.ownsChunks ?? false),
      {
        signal,
      },
    );
  } catch (thrown) {
    response.destroy();
    throw thrown;
  }
}

/** Sends one chunk while the next is read. */
async function writeChunks(
  response: HttpResponse,
  chunks: AsyncIterable<Buffer>,
  ownsChunks: boolean,
): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  for await (const chunk of chunks) {
    const sent = new Promise<void>((resolve, reject) => {
      response.write(chunk, (failure) => {
        if (failure) reject(failure);
        else resolve();
        if (ownsChunks) freeBytes(chunk);
      });
    });
    // It is awaited with the next one, unless that cannot be read.
    sent.catch(() => undefined);
    await before;
    before = sent;
  }
  await before;
  response.end();
}

function etagMatches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
}

/**
 * Reads `Range: bytes=…`. Undefined means the whole file: for several ranges, other units and an If-Range that names
 * other bytes, as RFC 9110 §14.2 allows.
 */
function requestedRange(
  request: HttpRequest,
  etag: string,
  sizeBytes: number,
): ByteRange | 'unsatisfiable' | undefined {
  const ifRange = request.headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return start >= sizeBytes || end < start ? 'unsatisfiable' : { start, end };
}

/** HTML and scripts are sent as plain text: they are there to be read, not to be run. */
const contentTypes: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  pdf: 'application/pdf',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  webm: 'video/webm',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.file',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const textEndings = new Set(
  'txt md log yaml yml toml ini html htm js mjs ts py r sh sql xml jsonl mlmodel'.split(' '),
);

function contentTypeOf(name: string): string {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (textEndings.has(ending)) return 'text/plain; charset=utf-8';
  return contentTypes[ending] ?? 'application/octet-stream';
}

/**
 * Content-Disposition with the last segment of a path as file name: plain ASCII for old clients, UTF-8 for others
 * (RFC 6266, RFC 8187). Quotes, control characters and line breaks cannot get through.
 */
function attachmentNamed(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).slice(0, 200) || 'file';
  const ascii = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_');
  const utf8 = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}
