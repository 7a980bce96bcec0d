import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { HttpPaging } from '../../../../local-api/contract/index.ts';
import { type HttpSettings, withCredentials } from '../../../connections/index.ts';
import { AssayError } from '../../../errors.ts';
import {
  followRedirects,
  type HttpAnswer,
  type HttpRequest,
  nextAddress,
  type RemoteHttp,
} from '../../../http/index.ts';
import type { SourceFile } from '../../source.ts';
import { type GatherContext, mostRows } from '../gather-context.ts';
import type { HttpSource } from './http.ts';

/** A service whose pages never end must not fill the disk. */
const MOST_PAGES = 100_000;
const MOST_PAGE_BYTES = 256 * 1024 ** 2;

type Records = NonNullable<HttpSource['records']>;

/** Writes the records of all pages as JSON lines. A page that is the same as the one before ends it, too. */
export async function gatherRecords(
  source: HttpSource,
  records: Records,
  settings: HttpSettings | null,
  http: RemoteHttp,
  context: GatherContext,
): Promise<SourceFile> {
  const path = join(context.folder, 'records.jsonl');
  const out = createWriteStream(path);
  // A failure of the disk is told where it is next waited for; one between two pages would end the process.
  out.on('error', () => {});
  try {
    const { count, warnings } = await writePages(source, records, settings, http, context, out);
    out.end();
    await finished(out);
    if (count === 0)
      throw new AssayError(
        'datasets/empty',
        `${source.name} gives no records${records.at === '' ? '' : ` at "${records.at}"`}`,
      );
    return {
      path,
      name: source.name.endsWith('.jsonl') ? source.name : `${source.name}.jsonl`,
      sizeBytes: (await stat(path)).size,
      origin: { format: null, tables: [], options: {}, warnings },
    };
  } finally {
    out.destroy();
  }
}

async function writePages(
  source: HttpSource,
  records: Records,
  settings: HttpSettings | null,
  http: RemoteHttp,
  context: GatherContext,
  out: WriteStream,
): Promise<{ count: number; warnings: string[] }> {
  const most = Math.min(
    mostRows(context) ?? Number.POSITIVE_INFINITY,
    records.most ?? Number.POSITIVE_INFINITY,
  );
  const warnings: string[] = [];
  let count = 0;
  let pages = 0;
  let before = '';
  let next: URL | null = firstPage(new URL(source.url), records.paging);
  while (next !== null && count < most) {
    const page: Page = await readPage(next, records, settings, http);
    pages += 1;
    if (page.text === before && page.items.length > 0) {
      warnings.push(
        `Page ${pages} is the same as the one before, so it was taken for the end: check the paging`,
      );
      break;
    }
    before = page.text;
    for (const item of page.items.slice(0, most - count)) {
      const row = typeof item === 'object' && item !== null && !Array.isArray(item) ? item : { value: item };
      if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain');
    }
    count += page.items.length;
    context.progress(null, `${count.toLocaleString('en')} records of ${pages} pages`);
    if (pages >= MOST_PAGES) {
      warnings.push(`Reading stopped after ${MOST_PAGES} pages`);
      break;
    }
    next = nextPage(next, page, records.paging, count);
  }
  return { count, warnings };
}

type Page = { items: unknown[]; body: unknown; text: string; link: string | null };

async function readPage(
  url: URL,
  records: Records,
  settings: HttpSettings | null,
  http: RemoteHttp,
): Promise<Page> {
  const request = (asked: HttpRequest): Promise<HttpAnswer> => {
    const { url: whole, headers } = withCredentials(settings, new URL(asked.url));
    return http.request({ ...asked, url: whole, headers: { accept: 'application/json', ...headers } });
  };
  const answer = await followRedirects(request, { method: 'GET', url, maxAnswerBytes: MOST_PAGE_BYTES });
  const body = answer.json();
  const items = valueAt(body, records.at);
  if (!Array.isArray(items)) {
    const found = records.at === '' ? 'The answer is no list' : `There is no list at "${records.at}"`;
    throw new AssayError('sources/refused', `${url.host}${url.pathname}: ${found}${keysOf(body)}`, {
      hint: 'Say where the list stands: "records": "data.items".',
    });
  }
  return { items, body, text: answer.text(), link: answer.headers.link ?? null };
}

function keysOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const lists = Object.entries(body)
    .filter(([, value]) => Array.isArray(value))
    .map(([key]) => `"${key}"`);
  return lists.length > 0
    ? `; lists are at ${lists.join(', ')}`
    : `; it has ${Object.keys(body)
        .slice(0, 10)
        .map((key) => `"${key}"`)
        .join(', ')}`;
}

/** A value by names divided by dots; numbers are places in lists. */
export function valueAt(body: unknown, path: string): unknown {
  let value = body;
  for (const name of path === '' ? [] : path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

function firstPage(url: URL, paging: HttpPaging | null): URL {
  if (paging?.by === 'page') return withParameters(url, { [paging.parameter]: paging.first });
  if (paging?.by === 'offset')
    return withParameters(url, { [paging.parameter]: 0, [paging.sizeParameter]: paging.size });
  return url;
}

function nextPage(url: URL, page: Page, paging: HttpPaging | null, count: number): URL | null {
  if (paging === null) return null;
  switch (paging.by) {
    case 'page': {
      if (page.items.length === 0) return null;
      return withParameters(url, { [paging.parameter]: Number(url.searchParams.get(paging.parameter)) + 1 });
    }
    case 'offset':
      return page.items.length < paging.size ? null : withParameters(url, { [paging.parameter]: count });
    case 'cursor': {
      const value = valueAt(page.body, paging.at);
      if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return null;
      const text = String(value);
      return /^(https?:\/\/|\/)/.test(text)
        ? nextAddress(text, url)
        : withParameters(url, { [paging.parameter]: text });
    }
    case 'link': {
      const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/i.exec(page.link ?? '')?.[1];
      return target === undefined ? null : nextAddress(target, url);
    }
  }
}

function withParameters(url: URL, parameters: Readonly<Record<string, string | number>>): URL {
  const next = new URL(url);
  for (const [name, value] of Object.entries(parameters)) next.searchParams.set(name, String(value));
  return next;
}
