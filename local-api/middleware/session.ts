import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may come in: holders of the workspace token, and browsers that were given the session cookie for it. */
export type Session = {
  isToken(candidate: string): boolean;
  /** Whether the request carries the token as a bearer or as the password of Basic (with any user name), or the cookie. */
  isAuthenticated(request: { headers: IncomingHttpHeaders }): boolean;
  /** Value of the Set-Cookie header that lets a browser in. */
  cookie(): string;
};

/**
 * The cookie holds a value derived from the token, never the token: what reads the cookie jar cannot call the API as
 * a bearer. It lasts as long as the token, over restarts. Its name carries the port, for browsers keep one jar for
 * all ports of a host and two engines would sign each other out.
 */
export function createSession(token: string, port: number): Session {
  const cookieName = `assay_session_${port}`;
  const cookieValue = createHmac('sha256', token).update('assay session cookie v1').digest('base64url');
  const isToken = equalTo(token);
  const isCookieValue = equalTo(cookieValue);
  return {
    isToken,
    isAuthenticated(request) {
      const { authorization, cookie } = request.headers;
      if (authorization !== undefined) {
        const bearer = /^Bearer +(\S+)\s*$/i.exec(authorization);
        const candidate = bearer?.[1] ?? passwordOf(authorization);
        return candidate !== undefined && isToken(candidate);
      }
      const value = cookie === undefined ? undefined : readCookie(cookie, cookieName);
      return value !== undefined && isCookieValue(value);
    },
    cookie: () => `${cookieName}=${cookieValue}; Path=/; HttpOnly; SameSite=Strict`,
  };
}

/** The password of Basic authentication (RFC 7617), which is what some tools can be configured to send. */
function passwordOf(authorization: string): string | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+)\s*$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

/** The time tells how long a guess is, which is no secret, and not how much of it was right. */
function equalTo(secret: string): (candidate: string) => boolean {
  const expected = Buffer.from(secret);
  return (candidate) => {
    const given = Buffer.from(candidate);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}

function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
