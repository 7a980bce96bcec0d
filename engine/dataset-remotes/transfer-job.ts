import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, parseReference, syncFile, type WrittenChunks } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { createRemoteHttp } from '../http/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import { type DatasetStore, openDatasetStore } from './dataset-store.ts';
import { keys, listVersions, type RemoteVersion, readVersion } from './remote-version.ts';

export type TransferJobInput = {
  kind: string;
  config: Record<string, unknown>;
  /** Values that must not stand in what is told. */
  hidden: string[];
  work:
    | {
        type: 'push';
        version: Omit<RemoteVersion, 'manifest' | 'format'>;
        paths: string[];
        manifest: string | null;
      }
    /** `folder`: of the snapshots, whose files are named by their digest. */
    | { type: 'pull'; ref: string; folder: string };
};

export type TransferJobOutput =
  | { type: 'pushed'; where: string; sentFiles: number; sentBytes: number }
  | { type: 'pulled'; version: RemoteVersion; snapshot: WrittenChunks };

/**
 * Sends a version to a target or fetches one. Files that are there already do not travel, so an attempt that was cut off is gone on
 * with. One file of about a megabyte is in memory at a time; of versions in one file, the whole file.
 * Errors: those of targets; `targets/conflict`, `targets/not-there`, `targets/damaged`.
 */
export async function run(context: JobContext<TransferJobInput>): Promise<TransferJobOutput> {
  const { input, signal, log } = context;
  const hide = (text: string) => withoutSecrets(text, input.hidden);
  const http = createRemoteHttp({ signal, onRetry: (message) => log(hide(message), 'warn') });
  try {
    const store = openDatasetStore(input.kind, input.config, { http, signal, nowMs: () => Date.now() });
    return input.work.type === 'push'
      ? await push(context, store, input.work)
      : await pull(context, store, input.work);
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw new AssayError(thrown.code, hide(thrown.message), { hint: hide(thrown.hint) });
  } finally {
    http.close();
  }
}

type Work<T extends TransferJobInput['work']['type']> = Extract<TransferJobInput['work'], { type: T }>;

async function push(
  { progress, signal }: JobContext<TransferJobInput>,
  store: DatasetStore,
  { version, paths, manifest }: Work<'push'>,
): Promise<TransferJobOutput> {
  const key = keys.version(version);
  const where = store.address(key);
  for (const other of await listVersions(store, version.dataset))
    if (other.version === version.version && other.key !== key)
      throw new AssayError(
        'targets/conflict',
        `${store.address(other.key)} is another version ${version.version} of ${version.dataset}.`,
      );
  let done = 0;
  let sentFiles = 0;
  let sentBytes = 0;
  for (const [index, file] of version.files.entries()) {
    signal.throwIfAborted();
    progress(done / version.sizeBytes, `Sending file ${index + 1} of ${version.files.length}`);
    if ((await store.size(keys.file(file.digest))) !== file.sizeBytes) {
      await store.put(keys.file(file.digest), await readFile(paths[index] ?? ''), file.digest);
      sentFiles += 1;
      sentBytes += file.sizeBytes;
    }
    done += file.sizeBytes;
  }
  progress(1, 'Publishing');
  const document: RemoteVersion = {
    format: 'assay-dataset-version/1',
    ...version,
    manifest: manifest === null ? null : await readFile(manifest, 'utf8'),
  };
  const bytes = Buffer.from(JSON.stringify(document), 'utf8');
  await store.put(key, bytes, digestOf(bytes));
  return { type: 'pushed', where, sentFiles, sentBytes };
}

async function pull(
  { progress, signal, tmpDir }: JobContext<TransferJobInput>,
  store: DatasetStore,
  { ref, folder }: Work<'pull'>,
): Promise<TransferJobOutput> {
  progress(null, `Looking for ${ref}`);
  const version = await findVersion(store, ref);
  const { files, digest, manifest, rows, sizeBytes } = version;
  const chunks: WrittenChunks['chunks'] = [];
  let done = 0;
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    progress(done / sizeBytes, `Fetching file ${index + 1} of ${files.length}`);
    const path = join(folder, `${file.digest.slice(7)}.parquet`);
    if (!(await isThere(path, file.sizeBytes))) await fetchFile(store, file, path);
    chunks.push({ ...file, path });
    done += file.sizeBytes;
  }
  if (manifest !== null && digestOf(manifest) !== digest)
    throw new AssayError('targets/damaged', `The manifest of ${ref} has another digest than the version.`);
  const path = manifest === null ? null : join(tmpDir, 'manifest.json');
  if (path !== null && manifest !== null) await writeFile(path, manifest, { flush: true });
  return { type: 'pulled', version, snapshot: { digest, rows, sizeBytes, chunks, manifest: path } };
}

/** A file that is in its place is whole: it got there by a rename. */
async function isThere(path: string, sizeBytes: number): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size === sizeBytes,
    () => false,
  );
}

async function fetchFile(
  store: DatasetStore,
  { digest, sizeBytes }: { digest: string; sizeBytes: number },
  path: string,
): Promise<void> {
  const key = keys.file(digest);
  const bytes = await store.get(key, sizeBytes);
  if (bytes === null) throw new AssayError('targets/not-there', `${store.address(key)} is not there.`);
  if (digestOf(bytes) !== digest)
    throw new AssayError('targets/damaged', `${store.address(key)} came back with another digest.`);
  const part = `${path}.${process.pid}.part`;
  try {
    const file = await open(part, 'w');
    await file.writeFile(bytes);
    await file.close();
    await syncFile(part);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** `name`, `name@3` or `name@alias`, as the versions were named when they were pushed. */
async function findVersion(store: DatasetStore, ref: string): Promise<RemoteVersion> {
  const { dataset, selector } = parseReference(ref);
  const there = await listVersions(store, dataset);
  const notThere = () => {
    const numbers = there.map(({ version }) => version).join(', ');
    const what =
      numbers === '' ? `There is no dataset ${dataset}` : `Of ${dataset} there are the versions ${numbers}`;
    return new AssayError('targets/not-there', `${what} at ${store.address(keys.versions(dataset))}.`);
  };
  if (selector.kind === 'latest' || selector.kind === 'number') {
    const found =
      selector.kind === 'latest' ? there[0] : there.find(({ version }) => version === selector.version);
    if (found === undefined) throw notThere();
    return readVersion(store, found.key);
  }
  if (selector.kind === 'alias')
    for (const { key } of there) {
      const version = await readVersion(store, key);
      if (version.aliases.includes(selector.name)) return version;
    }
  throw notThere();
}
