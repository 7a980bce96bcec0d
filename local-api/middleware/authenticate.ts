import { AssayError } from '../../engine/errors.ts';
import { api } from '../contract/index.ts';
import type { HttpRequest, HttpResponse, Middleware } from './http-types.ts';
import { sendPage, signInPage, wantsPage } from './pages.ts';
import { allowPage } from './security-headers.ts';
import type { Session } from './session.ts';

/**
 * Lets in who has the token or the cookie; `/health` is open.
 *
 * A page address with `?token=` is how a browser signs in: it gets the cookie and is sent to the same address without
 * the token, which therefore stays out of history, referrers and logs. Other browsers get a page that says what to do,
 * and everything else `access/token-required`.
 */
export function authenticate(session: Session): Middleware {
  return (request, response, next) => {
    if (request.path === api.workspace.health.path) return next();
    const isPage = request.method === 'GET' && !request.path.startsWith('/api/');
    if (isPage && request.url.includes('token=')) {
      const given = new URLSearchParams(queryText(request)).get('token');
      if (given !== null) return signIn(session, given, request, response);
    }
    if (session.isAuthenticated(request)) return next();
    if (isPage && wantsPage(request)) return sendSignInPage(response, null);
    response.setHeader('WWW-Authenticate', 'Bearer realm="assay"');
    const given = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
    throw new AssayError(
      'access/token-required',
      given
        ? 'The token that came with the request is not the one of this workspace.'
        : 'The request has no token.',
    );
  };
}

function signIn(session: Session, given: string, request: HttpRequest, response: HttpResponse): void {
  if (!session.isToken(given)) {
    sendSignInPage(response, 'This address has an old or wrong token.');
    return;
  }
  response.setHeader('Set-Cookie', session.cookie());
  const target = addressWithoutToken(request);
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') {
    response.statusCode = 303;
    response.setHeader('Location', target);
    response.end();
    return;
  }
  // Reached through a link on another site, a redirect would still count as cross-site and go without the cookie.
  allowPage(response);
  response.setHeader('Refresh', `0;url=${target}`);
  sendPage(response, 200, 'Signing in', '<p>One moment …</p>');
}

function sendSignInPage(response: HttpResponse, fault: string | null): void {
  allowPage(response);
  response.setHeader('WWW-Authenticate', 'Bearer realm="assay"');
  sendPage(response, 401, 'Sign in to Assay', signInPage(fault));
}

/** Path and query without `token`. Never a full address: `//elsewhere` would leave this origin. */
function addressWithoutToken(request: HttpRequest): string {
  const query = new URLSearchParams(queryText(request));
  query.delete('token');
  const path = `/${request.path.replace(/^[/\\]+/, '')}`;
  return query.size > 0 ? `${path}?${query}` : path;
}

function queryText(request: HttpRequest): string {
  const mark = request.url.indexOf('?');
  return mark < 0 ? '' : request.url.slice(mark + 1);
}
