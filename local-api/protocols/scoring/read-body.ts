import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { AssayError } from '../../../engine/errors.ts';

const empty = Buffer.alloc(0);

/**
 * The whole body, decompressed, up to `maxBytes`.
 *
 * Errors: `request/too-large`, `request/malformed` when it is cut off or damaged, `request/unsupported-media-type` for
 * a compression other than gzip and deflate.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Buffer> {
  const { expect, 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  if (length === undefined && chunked === undefined) return Promise.resolve(empty);
  if (Number(length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const source = decompressed(request);
  if (expect !== undefined) response.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      source.removeAllListeners('data');
      reject(tooLarge(maxBytes));
    });
    source.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const cut = () => reject(new AssayError('request/malformed', 'The body was cut off or is damaged.'));
    source.once('error', cut);
    request.once('close', () => {
      if (!request.complete) cut();
    });
  });
}

function decompressed(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request;
  if (encoding === 'gzip') return request.pipe(createGunzip());
  if (encoding === 'deflate') return request.pipe(createInflate());
  throw new AssayError('request/unsupported-media-type', `The body is compressed as "${encoding}".`);
}

function tooLarge(maxBytes: number): AssayError {
  return new AssayError(
    'request/too-large',
    `The body may have at most ${maxBytes} bytes here: send fewer rows at once, or have the whole table predicted by a batch prediction (POST /api/v1/batch-predictions).`,
  );
}
