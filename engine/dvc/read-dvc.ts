import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DvcFound } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { createRemoteHttp, type RemoteContext } from '../http/index.ts';
import { type Brought, bringContent, type ContentPlaces } from './bring-content.ts';
import { type ChosenOutput, chooseOutput, isInside } from './choose-output.ts';
import { nameOf } from './content.ts';
import { type DvcConfig, loadDvcConfig } from './dvc-config.ts';
import { findOutputs } from './find-outputs.ts';
import { openRemote, type ReadyStore } from './open-remote.ts';
import { MOST_DIR_BYTES, parseDir } from './parse-dir.ts';
import type { DvcEntry, DvcOutput } from './parse-dvc.ts';
import { checkedOutCommit } from './repository.ts';

export type DvcRequest = {
  path: string;
  output: string | null;
  /** Instead of the default one. */
  remote: string | null;
  /** Connections by the name of the remote they lead to. */
  stores: Readonly<Record<string, ReadyStore>>;
};

export type DvcContext = {
  /** Where copies of what is fetched go. */
  folder: string;
  signal?: AbortSignal | undefined;
  progress(fraction: number | null, message: string): void;
  /** Of a directory only so many files are brought, for a preview. Null: all. */
  headFiles: number | null;
  /** One table is read from so many files at most. */
  mostFiles: number;
  /** Whether a file of a directory looks like one with rows. */
  hasRows(name: string): boolean;
  /** Content that need not be read: what came of it is there. */
  isKnown?(found: DvcFound): boolean;
};

export type DvcFile = { path: string; name: string; sizeBytes: number };
export type ReadDvc = {
  found: DvcFound;
  /** Empty where the content is known. */
  files: DvcFile[];
  isKnown: boolean;
  warnings: string[];
};

/** So many files travel at the same time. */
const AT_ONCE = 6;

/**
 * The files behind an output of DVC, on this machine: those in the repository, in the cache, or copies of what the remote
 * has. The MD5 of each is verified; memory stays flat. For job processes.
 *
 * Errors: `datasets/source-not-found`, `dvc/bad-file`, `dvc/content-missing`, `dvc/mismatch`, `request/invalid` for outputs
 * that are not there, `sources/…` for remotes.
 */
export async function readDvc(request: DvcRequest, context: DvcContext): Promise<ReadDvc> {
  const { repository, base, outputs } = await findOutputs(request.path);
  const chosen = chooseOutput(outputs, base, request.output);
  const config = repository.dvcDir === null ? null : await loadDvcConfig(repository.dvcDir);
  const http = createRemoteHttp({
    signal: context.signal ?? new AbortController().signal,
    onRetry: (message) => context.progress(null, message),
  });
  try {
    const folder = join(context.folder, 'dvc');
    await mkdir(folder, { recursive: true });
    const places: ContentPlaces = {
      root: repository.root,
      cacheDir: config?.cacheDir ?? null,
      remote: remoteOf(chosen.output, config, request, {
        http,
        signal: context.signal ?? new AbortController().signal,
        nowMs: () => Date.now(),
      }),
      folder,
      signal: context.signal,
      progress: (message) => context.progress(null, message),
    };
    const commit = await checkedOutCommit(repository.root);
    return await read(chosen, { root: repository.root, commit }, places, context);
  } catch (thrown) {
    throw withOrigin(thrown, chosen.output);
  } finally {
    http.close();
  }
}

/** The remote is opened when something is not here, and only once. */
function remoteOf(
  { remote: own }: DvcOutput,
  config: DvcConfig | null,
  request: DvcRequest,
  context: RemoteContext,
): ContentPlaces['remote'] {
  const name = request.remote?.toLowerCase() ?? own ?? config?.defaultRemote ?? null;
  const remote = config?.remotes.find((known) => known.name === name) ?? null;
  if (name === null) return null;
  if (remote === null) {
    if (request.remote === null) return null;
    const known = (config?.remotes ?? []).map((other) => other.name).join(', ') || 'none';
    const message = `The settings of DVC have no remote "${request.remote}"`;
    throw new AssayError('request/invalid', message, {
      problems: [{ path: '/source/remote', message, expected: known }],
    });
  }
  let opening: ReturnType<NonNullable<ContentPlaces['remote']>> | null = null;
  return () => {
    opening ??= openRemote(remote, request.stores[remote.name] ?? null, context).then((opened) => ({
      name,
      opened,
    }));
    return opening;
  };
}

type Origin = { root: string; commit: string | null };

async function read(
  { output, inside }: ChosenOutput,
  { root, commit }: Origin,
  places: ContentPlaces,
  context: DvcContext,
): Promise<ReadDvc> {
  const about = { root, commit, file: output.file, stage: output.stage };
  if (!output.content.isDir) {
    const found = { ...about, path: output.path, md5: output.content.md5, files: 1 };
    if (context.isKnown?.(found) === true) return { found, files: [], isKnown: true, warnings: [] };
    const brought = await bringContent(
      output.content,
      output.path,
      output.isPlaceless ? null : output.path,
      places,
    );
    const file = { path: brought.path, name: basename(output.path), sizeBytes: brought.sizeBytes };
    return { found, files: [file], isKnown: false, warnings: brought.warnings };
  }
  const all = output.entries ?? (await listOf(output, places));
  const entries = chosenEntries(all, output, inside, context);
  const [only] = entries;
  const one = only !== undefined && only.relpath === inside ? only : null;
  const found = {
    ...about,
    path: one === null ? output.path : `${output.path}/${one.relpath}`,
    md5: one?.content.md5 ?? (output.content.md5 === '' ? nameOf(listed(all)) : nameOf(output.content)),
    files: entries.length,
    ...(one === null && inside !== null ? { pattern: inside } : {}),
  };
  if (context.isKnown?.(found) === true) return { found, files: [], isKnown: true, warnings: [] };
  const head = entries.slice(0, context.headFiles ?? entries.length);
  const brought = await bringAll(head, output, places, context);
  const files = head.map(({ relpath }, index): DvcFile => {
    const { path = '', sizeBytes = 0 } = brought[index] ?? {};
    return { path, name: relpath, sizeBytes };
  });
  const more =
    head.length < entries.length
      ? [`The preview looks at the first ${head.length} of ${entries.length} files`]
      : [];
  return {
    found,
    files,
    isKnown: false,
    warnings: [...brought.flatMap(({ warnings }) => warnings), ...more],
  };
}

/** The name that DVC would give a list of files that stands in place. */
function listed(entries: readonly DvcEntry[]): { md5: string; isDir: boolean } {
  const items = entries.map(
    ({ relpath, content }) => `{"md5": "${content.md5}", "relpath": ${asciiJson(relpath)}}`,
  );
  return {
    md5: createHash('md5')
      .update(`[${items.join(', ')}]`)
      .digest('hex'),
    isDir: true,
  };
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

async function listOf({ content, path }: DvcOutput, places: ContentPlaces): Promise<DvcEntry[]> {
  const list = await bringContent({ ...content, sizeBytes: null }, `the list of ${path}`, null, places);
  if (list.sizeBytes > MOST_DIR_BYTES)
    throw new AssayError(
      'dvc/bad-file',
      `The list of the files of ${path} is longer than ${MOST_DIR_BYTES / 1024 ** 2} MB`,
    );
  return parseDir(await readFile(list.path, 'utf8'), { path, isLegacy: content.isLegacy });
}

const byName = new Intl.Collator('en', { numeric: true });

function chosenEntries(
  all: readonly DvcEntry[],
  { path }: DvcOutput,
  inside: string | null,
  { hasRows, mostFiles }: DvcContext,
): DvcEntry[] {
  const isNamed = inside !== null;
  const entries = all.filter(({ relpath }) => {
    if (isNamed) return isInside(relpath, inside);
    return hasRows(relpath) && !relpath.split('/').some((part) => part.startsWith('.'));
  });
  if (entries.length === 0) {
    const some = all
      .slice(0, 5)
      .map(({ relpath }) => relpath)
      .join(', ');
    throw new AssayError(
      'datasets/source-not-found',
      isNamed
        ? `No file of ${path} is called, or fits, "${inside}"; it has ${some}${all.length > 5 ? ' …' : ''}`
        : `${path} holds no file with rows (CSV, JSON, Parquet, Arrow, Excel) among ${all.length}`,
    );
  }
  if (entries.length > mostFiles)
    throw new AssayError(
      'datasets/unsupported-format',
      `${path} holds ${entries.length} files; one table is read from ${mostFiles} at most`,
      {
        hint: 'Import them in parts, with a pattern for each.',
      },
    );
  return entries.sort((a, b) => byName.compare(a.relpath, b.relpath) || (a.relpath < b.relpath ? -1 : 1));
}

async function bringAll(
  entries: readonly DvcEntry[],
  { path, isPlaceless }: DvcOutput,
  places: ContentPlaces,
  context: DvcContext,
): Promise<Brought[]> {
  const brought: Brought[] = new Array(entries.length);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) {
      const entry = entries[index];
      if (entry === undefined) return;
      const name = `${path}/${entry.relpath}`;
      brought[index] = await bringContent(entry.content, name, isPlaceless ? null : name, places);
      done += 1;
      context.progress(done / entries.length, `${done} of ${entries.length} files of ${path}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, entries.length) }, work));
  return brought;
}

/** What is not there may lie in the repository it was imported from. */
function withOrigin(thrown: unknown, { importedFrom }: DvcOutput): unknown {
  const isMissing = thrown instanceof AssayError && /^dvc\/(content-missing|mismatch)$/.test(thrown.code);
  if (!isMissing || importedFrom === null) return thrown;
  return new AssayError(thrown.code, thrown.message, {
    hint: `It was imported from ${importedFrom}: "dvc pull" or "dvc update" brings it here.`,
    ...(thrown.problems === undefined ? {} : { problems: thrown.problems }),
  });
}
