import { type Readable, Transform } from 'node:stream';
import { AssayError } from '../../engine/errors.ts';
import type { HttpRequest } from '../middleware/http-types.ts';
import { refuseTooLarge, tooLarge } from '../middleware/read-json.ts';

/** Large enough that the sender is not stopped and started at every chunk. */
const bufferedBytes = 1024 ** 2;

/**
 * The body of a request as a stream that fails when the sender breaks off, when it grows past `limitBytes`, or when
 * `signal` is aborted. Nothing is kept in memory beyond the stream's own buffer.
 *
 * `anyType` takes bytes of whatever content type they are said to be, as other people's protocols send them.
 * Destroying the stream leaves the connection alone: the sender can still be told why.
 *
 * Errors: `request/unsupported-media-type`, `request/too-large` (also in mid-stream), `request/malformed`.
 */
export function receiveBytes(
  request: HttpRequest,
  limitBytes: number,
  signal: AbortSignal,
  { anyType = false }: { anyType?: boolean } = {},
): Readable {
  refuseOtherThanPlainBytes(request, anyType);
  refuseTooLarge(request, limitBytes);
  let received = 0;
  const body = new Transform({
    writableHighWaterMark: bufferedBytes,
    // Chunk by chunk: a reader of bytes would get what waits joined into a copy.
    readableObjectMode: true,
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.byteLength;
      if (received > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  const cutOff = () => body.destroy(new AssayError('request/malformed', 'The body was cut off.'));
  // Whoever reads the body gets its errors; one that comes before anybody reads must not end the process.
  body.on('error', () => undefined);
  body.once('close', () => {
    request.unpipe(body);
    signal.removeEventListener('abort', cutOff);
  });
  request.once('close', () => {
    if (!request.complete) cutOff();
  });
  request.on('error', cutOff);
  if (signal.aborted) cutOff();
  else signal.addEventListener('abort', cutOff, { once: true });
  return request.pipe(body);
}

/** Errors: `request/unsupported-media-type`. */
function refuseOtherThanPlainBytes(request: HttpRequest, anyType: boolean): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!anyType && !/^application\/octet-stream\s*(;|$)/i.test(type)) {
    throw new AssayError(
      'request/unsupported-media-type',
      `Bytes are sent as application/octet-stream, not as ${type ? `"${type.slice(0, 200)}"` : 'nothing named'}.`,
    );
  }
  if (encoding !== 'identity') {
    throw new AssayError(
      'request/unsupported-media-type',
      `Bytes are stored as they come: send them without the content encoding "${encoding.slice(0, 50)}".`,
    );
  }
}
