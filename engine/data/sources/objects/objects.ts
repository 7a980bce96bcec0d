import { asSourceFailure, openObjects } from '../../../connections/index.ts';
import { AssayError } from '../../../errors.ts';
import { createRemoteHttp } from '../../../http/index.ts';
import type { ListedObject, ObjectStore } from '../../../object-store/index.ts';
import { formatByName, type SourceFile, type SourcePart } from '../../source.ts';
import type { GatherContext } from '../gather-context.ts';
import { MOST_FILES, refuseMixture } from '../local-files.ts';
import type { ResolvedSource } from '../resolved-source.ts';
import { together } from '../together.ts';
import { fetchObject } from './fetch-object.ts';

/** A preview of many objects looks at the first few. */
const PREVIEW_OBJECTS = 3;
/** Many small objects cost the time of their answers: so many are asked for at once. */
const AT_ONCE = 6;

/**
 * Objects of a bucket, copied to the folder: one, or all below a prefix as one table, in the order of their keys. With *
 * in it a prefix is a pattern. An object that is replaced while it is copied, or after it was listed, is refused.
 *
 * Errors: `sources/unreachable`, `sources/unauthorized`, `sources/refused`, `datasets/source-not-found`,
 * `datasets/unsupported-format`.
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
    return source.key === null
      ? await several(store, source.prefix ?? '', source.name, context)
      : await single(store, source.key, context);
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
  const { sizeBytes, state } = found;
  return fetchObject(store, { key, sizeBytes, state: state === '' ? null : state }, 0, context);
}

async function several(
  store: ObjectStore,
  prefix: string,
  name: string,
  context: GatherContext,
): Promise<SourceFile> {
  const listed = await matching(store, prefix);
  const chosen = context.headRows === null ? listed : listed.slice(0, PREVIEW_OBJECTS);
  const total = chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const parts = new Array<SourcePart>(chosen.length);
  const left = chosen.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [index, object] of left) {
      context.progress(done / total, `Fetching ${store.address(object.key)}`);
      parts[index] = await fetchObject(store, object, index, context);
      done += object.sizeBytes;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const more =
    listed.length > chosen.length
      ? [`The preview shows the first ${chosen.length} of ${listed.length} objects`]
      : [];
  return together(parts, name, more);
}

/** The objects with rows below a prefix, or those that a pattern names. */
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
  if (pattern === null)
    refuseMixture(
      found.map(({ key }) => ({ name: key })),
      store.address(prefix),
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
