import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { HttpRequest, HttpResponse } from './http-types.ts';

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

export type Encoding = 'br' | 'gzip';

/** Below this a compressed answer is hardly smaller and always slower. */
const WORTH_BYTES = 1024;

/** The encodings the client takes, ours first. `*` and quality values other than 0 count as yes. */
export function acceptedEncodings(request: HttpRequest): Encoding[] {
  const header = request.headers['accept-encoding'];
  if (header === undefined) return [];
  const refused = new Set<string>();
  const accepted = new Set<string>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';');
    const isRefused = parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
    (isRefused ? refused : accepted).add(name.trim());
  }
  const takes = (name: string) => accepted.has(name) || (accepted.has('*') && !refused.has(name));
  return (['br', 'gzip'] as const).filter(takes);
}

/**
 * Sends a whole body with its length, compressed off the main thread where the client takes it and it is worth it.
 * The levels are the quickest ones: the client is on the same machine or behind one tunnel.
 */
export async function sendText(
  request: HttpRequest,
  response: HttpResponse,
  status: number,
  contentType: string,
  text: string,
): Promise<void> {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  if (text.length < WORTH_BYTES) {
    response.end(text);
    return;
  }
  response.setHeader('Vary', 'Accept-Encoding');
  const [encoding] = acceptedEncodings(request);
  if (encoding === undefined) {
    response.end(text);
    return;
  }
  const bytes = await compress(text, encoding);
  response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Length', bytes.byteLength);
  response.end(bytes);
}

function compress(text: string, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return toGzip(text, { level: 1 });
  return toBrotli(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
}
