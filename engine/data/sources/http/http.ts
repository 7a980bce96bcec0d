import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asSourceFailure, HttpSettings, withCredentials } from '../../../connections/index.ts';
import { AssayError } from '../../../errors.ts';
import { createRemoteHttp, nextAddress, type RemoteHttp } from '../../../http/index.ts';
import type { SourceFile } from '../../source.ts';
import type { GatherContext } from '../gather-context.ts';
import type { ResolvedSource } from '../resolved-source.ts';
import { gatherRecords } from './records.ts';

export type HttpSource = Extract<ResolvedSource, { kind: 'http' }>;

const MOST_REDIRECTS = 5;
const redirects = [301, 302, 303, 307, 308];

/**
 * The file at an address, or the records that a service gives as JSON, page by page. Requests that fail for a moment are
 * tried again, after what `Retry-After` says or longer and longer; credentials stay with the host they belong to.
 *
 * Errors: `sources/unreachable`, `sources/unauthorized`, `sources/refused`, `datasets/empty`.
 */
export async function gatherHttp(source: HttpSource, context: GatherContext): Promise<SourceFile> {
  const http = createRemoteHttp({
    signal: context.signal ?? new AbortController().signal,
    onRetry: (message) => context.progress(null, message),
  });
  try {
    const settings = Object.keys(source.settings).length === 0 ? null : HttpSettings.parse(source.settings);
    return source.records === null
      ? await fetchFile(source, settings, http, context)
      : await gatherRecords(source, source.records, settings, http, context);
  } catch (thrown) {
    context.signal?.throwIfAborted();
    throw asSourceFailure(thrown);
  } finally {
    http.close();
  }
}

async function fetchFile(
  source: HttpSource,
  settings: HttpSettings | null,
  http: RemoteHttp,
  context: GatherContext,
): Promise<SourceFile> {
  let address = new URL(source.url);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const { url, headers } = withCredentials(settings, address);
    context.progress(null, `Fetching ${address.host}${address.pathname}`);
    const path = join(context.folder, `fetched-${hop}`);
    const { location } = await http.download({ method: 'GET', url, headers, expect: redirects }, path);
    if (location === null) {
      const { size } = await stat(path);
      const name = decoded(basename(address.pathname)) || address.host;
      return { path, name, sizeBytes: size };
    }
    await rm(path, { force: true });
    address = nextAddress(location, address);
  }
  throw new AssayError(
    'sources/refused',
    `${new URL(source.url).host} sends from one address to the next without end.`,
  );
}

/** An address may hold a % that stands for itself. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
