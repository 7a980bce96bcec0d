import type { IncomingHttpHeaders } from 'node:http';
import { AssayError } from '../../engine/errors.ts';
import type { HttpRequest, Middleware } from './http-types.ts';

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Serves loopback names only. This is the defence against DNS rebinding: a page whose own name was pointed at
 * 127.0.0.1 still sends its own name in Host. The port is free, so that a forwarded port (`ssh -L`) works.
 *
 * Errors: `access/foreign-host`.
 */
export const loopbackHostOnly: Middleware = (request, _response, next) => {
  if (isLoopbackHost(request.headers)) return next();
  const host = request.headers.host ?? '';
  throw new AssayError('access/foreign-host', `The host name "${host.slice(0, 200)}" is not served here.`);
};

export function isLoopbackHost({ host = '' }: IncomingHttpHeaders): boolean {
  return loopbackHost.test(host);
}

/**
 * Refuses what other web pages send, other ports of this machine included: cookies do not know ports, so `SameSite`
 * alone would let a page on another local port act for the person.
 *
 * `Origin` must be this very origin, and `Sec-Fetch-Site` (set by browsers, never by scripts) `same-origin` or `none`.
 * Following a link to a page of ours is let through: it carries no SameSite=Strict cookie and changes nothing.
 *
 * Errors: `access/foreign-origin`.
 */
export const sameOriginOnly: Middleware = (request, _response, next) => {
  const { origin, host } = request.headers;
  if (isSameOrigin(request.headers)) return next();
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new AssayError(
      'access/foreign-origin',
      `The origin "${origin.slice(0, 200)}" may not call this API.`,
    );
  }
  if (isPageNavigation(request)) return next();
  throw new AssayError('access/foreign-origin', 'A page of another site may not call this API.');
};

/** Whether a request comes from this very origin or from no page at all. */
export function isSameOrigin({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === 'same-origin' || site === 'none';
}

function isPageNavigation(request: HttpRequest): boolean {
  return (
    request.method === 'GET' &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    request.headers['sec-fetch-dest'] === 'document' &&
    !request.path.startsWith('/api/')
  );
}
