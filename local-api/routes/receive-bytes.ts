import { pipeline, type Readable, Transform } from 'node:stream';
import { AssayError } from '../../engine/errors.ts';
import type { HttpRequest } from '../middleware/http-types.ts';
import { refuseTooLarge, tooLarge } from '../middleware/read-json.ts';

/**
 * The body of a request as a stream that fails when the sender breaks off, when it grows past `limitBytes`, or when
 * `signal` is aborted. Nothing is kept in memory beyond the stream's own buffer.
 *
 * Errors: `request/unsupported-media-type`, `request/too-large` (also in mid-stream), `request/malformed`.
 */
export function receiveBytes(request: HttpRequest, limitBytes: number, signal: AbortSignal): Readable {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/octet-stream\s*(;|$)/i.test(type)) {
    throw new AssayError(
      'request/unsupported-media-type',
      `Bytes are sent as application/octet-stream, not as ${type ? `"${type.slice(0, 200)}"` : 'nothing named'}.`,
    );
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AssayError(
      'request/unsupported-media-type',
      `Bytes are stored as they come: send them without the content encoding "${encoding.slice(0, 50)}".`,
    );
  }
  refuseTooLarge(request, limitBytes);
  let received = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.byteLength;
      if (received > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  // The callback is for pipeline's sake: whoever reads `counted` gets the error from it.
  pipeline(request, counted, () => undefined);
  signal.addEventListener(
    'abort',
    () => counted.destroy(new AssayError('request/malformed', 'The body was cut off.')),
    {
      once: true,
    },
  );
  return counted;
}
