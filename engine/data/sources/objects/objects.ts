import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asSourceFailure, openObjects } from '../../../connections/index.ts';
import { AssayError } from '../../../errors.ts';
import { createRemoteHttp } from '../../../http/index.ts';
import type { ListedObject, ObjectStore } from '../../../object-store/index.ts';
import { formatByName, type SourceFile, type SourcePart } from '../../source.ts';
import type { GatherContext } from '../gather-context.ts';
import { MOST_FILES } from '../local-files.ts';
import type { ResolvedSource } from '../resolved-source.ts';
import { together } from '../together.ts';

/** Read in such pieces: each is tried again by itself, and memory stays flat. */
const PIECE_BYTES = 16 * 1024 ** 2;
/** A preview of many objects looks at the first few. */
const PREVIEW_OBJECTS = 3;

/**
 * Objects of a bucket, copied to the folder: one, or all below a prefix as one table, in the order of their keys. With *
 * in it a prefix is a pattern.
 *
 * Errors: `sources/unreachable`, `sources/unauthorized`, `sources/refused`, `datasets/source-not-found`.
 */
export async function gatherObjects(
  source: Extract<ResolvedSource, { kind: 'object' }>,
  context: GatherContext,
): Promise<SourceFile> {
  const signal = context.signal ?? new AbortController().signal;
  const http = createRemoteHttp({ signal, onRetry: (message) => context.progress(null, message) });
  try {
    const store = openObjects(source.storeKind, source.settings)?.({ http, signal, nowMs: () => Date.now() });
    if (store === undefined)
      throw new AssayError('sources/refused', `"${source.storeKind}" is no kind of object store`);
    if (source.key !== null) return await single(store, source.key, context);
    const prefix = source.prefix ?? '';
    const listed = await matching(store, prefix);
    const chosen = context.headRows === null ? listed : listed.slice(0, PREVIEW_OBJECTS);
    const total = chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let done = 0;
    const parts: SourcePart[] = [];
    for (const { key, sizeBytes } of chosen) {
      context.progress(total === 0 ? null : done / total, `Fetching ${store.address(key)}`);
      parts.push(await fetchObject(store, key, sizeBytes, context));
      done += sizeBytes;
    }
    const more =
      listed.length > chosen.length
        ? [`The preview shows the first ${chosen.length} of ${listed.length} objects`]
        : [];
    return together(parts, source.name, more);
  } catch (thrown) {
    context.signal?.throwIfAborted();
    throw asSourceFailure(thrown);
  } finally {
    http.close();
  }
}

async function single(store: ObjectStore, key: string, context: GatherContext): Promise<SourceFile> {
  const found = await store.head(key);
  if (found === null) throw new AssayError('datasets/source-not-found', `There is no ${store.address(key)}`);
  return fetchObject(store, key, found.sizeBytes, context);
}

async function matching(store: ObjectStore, prefix: string): Promise<ListedObject[]> {
  const star = prefix.indexOf('*');
  const fixed = star === -1 ? prefix : prefix.slice(0, star);
  const pattern = star === -1 ? null : patternOf(prefix);
  const found: ListedObject[] = [];
  for await (const object of store.listAll(fixed)) {
    const isWanted = pattern === null ? formatByName(object.key) !== null : pattern.test(object.key);
    if (!isWanted || object.sizeBytes === 0 || object.key.split('/').some((part) => /^[._]/.test(part)))
      continue;
    found.push(object);
    if (found.length > MOST_FILES)
      throw new AssayError(
        'datasets/unsupported-format',
        `There are more than ${MOST_FILES} objects below ${store.address(fixed)}`,
        {
          hint: 'Import them in parts, with a longer prefix for each.',
        },
      );
  }
  if (found.length === 0)
    throw new AssayError(
      'datasets/source-not-found',
      `There is no object with rows below ${store.address(prefix)}`,
    );
  return found;
}

/** A star stands for any text without a slash, two for any. */
function patternOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part.startsWith('**')) return '.*';
    return part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

async function fetchObject(
  store: ObjectStore,
  key: string,
  sizeBytes: number,
  context: GatherContext,
): Promise<SourcePart> {
  const name = key
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
  const path = join(context.folder, 'objects', name);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    for (let start = 0; start < sizeBytes; start += PIECE_BYTES) {
      const piece = await store.range(key, start, Math.min(PIECE_BYTES, sizeBytes - start));
      if (piece === null)
        throw new AssayError('datasets/source-not-found', `${store.address(key)} has gone meanwhile`);
      await file.write(piece);
      context.progress(null, `${store.address(key)}: ${Math.round((start + piece.length) / 1e6)} MB`);
    }
  } finally {
    await file.close();
  }
  return { path, name, sizeBytes };
}
