import { AssayError } from '../errors.ts';

/**
 * Where a far end sends to, from the page that says so: by a redirect, or as the next page.
 * Errors: `targets/refused` for what is no address of the web.
 */
export function nextAddress(text: string, from: URL): URL {
  const url = URL.parse(text, from.href);
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  throw new AssayError(
    'targets/refused',
    `${from.host} sends to "${shown}", which is no address of the web.`,
  );
}
