import { createHmac } from 'node:crypto';

/** Headers that stand in the signed text by their place, in this order. */
const placed = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/**
 * The Authorization header for a request to Blob storage. `headers` have names in lower case and must be all that are sent;
 * `key` is the account's, in base64. Source: Azure Storage, "Authorize with Shared Key".
 */
export function sharedKey(
  request: { method: string; url: URL; headers: Readonly<Record<string, string>>; length: number },
  account: string,
  key: string,
): string {
  const { method, url, headers, length } = request;
  const values: Record<string, string> = { ...headers, 'content-length': length === 0 ? '' : String(length) };
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-ms-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}`);
  const query = [...url.searchParams]
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`);
  const text = [
    method,
    ...placed.map((name) => values[name] ?? ''),
    ...own,
    `/${account}${url.pathname}`,
    ...query,
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return `SharedKey ${account}:${signature}`;
}
