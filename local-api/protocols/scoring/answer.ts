import type { IncomingMessage, ServerResponse } from 'node:http';
import { AssayError } from '../../../engine/errors.ts';
import { readBody } from './read-body.ts';
import type { WireAnswer, WireProtocol, WireRequest, WireRoute } from './wire.ts';

const maxBodyBytes = 64 * 1024 ** 2;
const timeoutMs = 60_000;

export type FoundRoute = { protocol: WireProtocol; route: WireRoute };

/** The first protocol that an address is of. Errors: those of its `find`. */
export function findRoute(
  protocols: readonly WireProtocol[],
  method: string,
  path: string,
): FoundRoute | null {
  for (const protocol of protocols) {
    const route = protocol.find(method, path);
    if (route !== null) return { protocol, route };
  }
  return null;
}

/** Reads the request, has it answered and sends the answer. Errors: those of `answerOfWire`. */
export async function answerWire(
  route: WireRoute,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  sendWire(response, await answerOfWire(request, response, requestId, (wire) => route.answer(wire)));
}

/**
 * Reads the request and has it answered. Throws what `answer` throws; after 60 s its signal is aborted with `request/timeout`,
 * and when the client has gone, with an AbortError.
 */
export async function answerOfWire(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  answer: (wire: WireRequest) => Promise<WireAnswer>,
): Promise<WireAnswer> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new DOMException('The client has gone.', 'AbortError'));
  });
  const timer = setTimeout(
    () => gone.abort(new AssayError('request/timeout', `The answer took more than ${timeoutMs / 1000} s.`)),
    timeoutMs,
  );
  try {
    const body = await readBody(request, response, maxBodyBytes);
    return await answer({ requestId, headers: request.headers, body, signal: gone.signal });
  } catch (thrown) {
    // What was left undone is nobody's business any more.
    gone.abort(thrown);
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** Not compressed: the client is on this machine or in the same cluster, and packing would take longer than sending. */
export function sendWire(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
