import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DataExportRequest, DvcExportResult } from '../../local-api/contract/index.ts';
import { run as writeRows } from '../data-export/export-job.ts';
import { AssayError } from '../errors.ts';
import { createRemoteHttp } from '../http/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import { keysOf } from './content.ts';
import { dvcFileText, type TrackedFile } from './dvc-file-text.ts';
import { type ExportPlace, exportPlace, lossAt, textOf } from './export-place.ts';
import { md5OfFile } from './md5-of-file.ts';
import { openRemote, type ReadyStore } from './open-remote.ts';
import { placeInto, writeInto } from './place-file.ts';
import { gitOf } from './repository.ts';

export type DvcExportInput = {
  folder: string;
  out: string;
  force: boolean;
  /** Name of a remote, "" for the default one; null: it is not sent. */
  push: string | null;
  stores: Readonly<Record<string, ReadyStore>>;
  /** Values that must not stand in what is told. */
  hidden: string[];
  files: string[];
  title: string;
  rows: number | null;
  request: DataExportRequest;
  memoryMb: number;
  meta: TrackedFile['meta'];
};

/**
 * Writes the rows of a version as a file that DVC keeps: the file in the cache, in its place, the `.dvc` file and what git must
 * pass over, each whole or not at all and in this order, so that what was cut off is made good by doing it again. Sends the
 * file to a remote where that is wanted. Memory does not grow with the rows.
 *
 * Errors: those of `exportPlace` and of writing rows; `dvc/would-overwrite` where content would be lost and `force` is not
 * given; those of remotes.
 */
export async function run(context: JobContext<DvcExportInput>): Promise<DvcExportResult> {
  const { input, signal, progress } = context;
  const { title, rows, request, memoryMb, files, meta } = input;
  const place = await exportPlace(input.folder, input.out);
  const written = await writeRows({
    ...context,
    input: { table: { kind: 'files', files }, title, rows, request, memoryMb },
  });
  progress(null, 'Counting its MD5');
  const { md5, sizeBytes } = await md5OfFile(written.path, { signal });
  const loss = await lossAt(place, md5);
  if (loss !== null && !input.force) throw new AssayError('dvc/would-overwrite', `${loss}.`);
  const [key] = keysOf({ md5, isDir: false, isLegacy: false, sizeBytes });
  const cached = join(place.config.cacheDir, ...key.split('/'));
  const isChanged = await putInPlace(place, cached, written.path, { md5, sizeBytes, meta });
  const ignoredIn = await ignore(place);
  const pushed = input.push === null ? null : await push(place, key, cached, context);
  const { path, name, dvcFile } = place;
  return {
    path,
    name,
    dvcFile,
    md5,
    sizeBytes,
    rows: written.rows,
    created: isChanged,
    ignoredIn,
    pushed,
  };
}

/** Whether anything was not as it is now. */
async function putInPlace(
  { path, dvcFile, known, config }: ExportPlace,
  cached: string,
  written: string,
  { md5, sizeBytes, meta }: Omit<TrackedFile, 'path'>,
): Promise<boolean> {
  let isChanged = false;
  if (!(await hasMd5(cached, md5, sizeBytes))) {
    await placeInto(cached, written, { mode: 0o444 });
    isChanged = true;
  }
  if (!(await hasMd5(path, md5, sizeBytes))) {
    const mode = 0o666 & ~process.umask();
    await placeInto(path, cached, { mode, linkTypes: config.linkTypes });
    isChanged = true;
  }
  const text = dvcFileText({ path: basename(path), md5, sizeBytes, meta }, known?.text ?? null);
  if (text === known?.text) return isChanged;
  await writeInto(dvcFile, text);
  return true;
}

async function hasMd5(path: string, md5: string, sizeBytes: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && found.size === sizeBytes && (await md5OfFile(path)).md5 === md5;
}

/** Git passes over what DVC keeps. The file of such names that was written to; null when none was. */
async function ignore({ path, config }: ExportPlace): Promise<string | null> {
  if (config.noScm || (await gitOf(path)) === null) return null;
  const file = join(dirname(path), '.gitignore');
  const before = (await textOf(file)) ?? '';
  const line = `/${basename(path).replace(/[\\*?[\]!#]/g, '\\$&')}`;
  if (before.split(/\r?\n/).includes(line)) return null;
  await writeInto(file, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`);
  return file;
}

async function push(
  { config }: ExportPlace,
  key: string,
  cached: string,
  { input, signal, progress, log }: JobContext<DvcExportInput>,
): Promise<NonNullable<DvcExportResult['pushed']>> {
  const name = (input.push === '' ? config.defaultRemote : input.push?.toLowerCase()) ?? null;
  const remote = config.remotes.find((known) => known.name === name);
  if (remote === undefined)
    throw noRemote(
      name,
      config.remotes.map((known) => known.name),
    );
  progress(null, `Sending it to the remote "${remote.name}"`);
  const http = createRemoteHttp({
    signal,
    onRetry: (message) => log(withoutSecrets(message, input.hidden), 'warn'),
  });
  try {
    const context = { http, signal, nowMs: () => Date.now() };
    const opened = await openRemote(remote, input.stores[remote.name] ?? null, context);
    const where = opened.address(key);
    if (await opened.has(key)) return { remote: remote.name, where, sent: false };
    if (opened.put === null)
      throw new AssayError(
        'targets/unsupported',
        `Nothing can be sent to the remote "${remote.name}", a web address.`,
      );
    const hash = createHash('sha256');
    await pipeline(createReadStream(cached), hash);
    await opened.put(key, cached, `sha256:${hash.digest('hex')}`);
    return { remote: remote.name, where, sent: true };
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    const message = `The file is in the repository, but was not sent: ${withoutSecrets(thrown.message, input.hidden)}`;
    throw new AssayError(thrown.code, message, { hint: withoutSecrets(thrown.hint, input.hidden) });
  } finally {
    http.close();
  }
}

function noRemote(name: string | null, known: readonly string[]): AssayError {
  const message =
    name === null
      ? 'The settings of DVC name no default remote'
      : `The settings of DVC have no remote "${name}"`;
  return new AssayError('request/invalid', message, {
    problems: [{ path: '/push', message, expected: known.join(', ') || 'one that "dvc remote add" set up' }],
  });
}
