import { AssayError } from '../errors.ts';
import { nextAddress } from './next-address.ts';
import type { HttpAnswer, HttpRequest } from './remote-http.ts';

const redirects = [301, 302, 303, 307, 308];
const maxRedirects = 5;

/**
 * Reads from where a request is sent on to: files lie with a storage service of another host at most services. `request` gives
 * its credentials to its own host alone. For GET and HEAD. Errors: targets/refused, and those of `request`.
 */
export async function followRedirects(
  request: (request: HttpRequest) => Promise<HttpAnswer>,
  asked: HttpRequest & { method: 'GET' | 'HEAD'; url: URL },
): Promise<HttpAnswer> {
  let { url } = asked;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await request({ ...asked, url, expect: [...(asked.expect ?? []), ...redirects] });
    if (!redirects.includes(answer.status)) return answer;
    url = nextAddress(answer.headers.location ?? '', url);
  }
  throw new AssayError(
    'targets/refused',
    `${asked.url.host} sends from one address to the next without end.`,
  );
}
