import { randomBytes } from 'node:crypto';
import {
  access,
  constants,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { PushPlanLine, TargetFinding } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import { bad, good } from '../../http/index.ts';
import { writeDurably } from '../../system/index.ts';
import { digestOf } from '../bundle.ts';
import { fetchFiles, pullFiles } from '../files/pulled-files.ts';
import {
  manifestOf,
  manifestPath,
  newestVersion,
  pulledVersion,
  readManifest,
  type VersionManifest,
  verdictOf,
  wantedVersion,
} from '../files/version-manifest.ts';
import type { Bundle, PushContext, Remote, RemoteReceipt } from '../target.ts';
import { verifyFiles } from '../verify-files.ts';
import type { FolderConfig } from './folder-kind.ts';

/** Which versions the names of a model point at, beside its versions. */
const pointersFile = 'versions.json';
const Pointers = z.object({ latest: z.string().nullable(), aliases: z.record(z.string(), z.string()) });
type Pointers = z.infer<typeof Pointers>;
const littleFreeBytes = 100 * 1024 ** 2;

/** `<folder>/<model>/<version>/…`: a version appears whole by a rename, and is never written to again. */
export function openFolder({ path: root }: FolderConfig): Remote {
  const modelDir = (model: string) => join(root, folderName(model));
  const versionDir = (model: string, version: string) => join(modelDir(model), version);

  const manifestThere = async (model: string, version: string): Promise<VersionManifest | null> => {
    const file = join(versionDir(model, version), manifestPath);
    const bytes = await unlessMissing(() => readFile(file));
    return bytes === null ? null : readManifest(bytes, file);
  };
  const pointersThere = async (model: string): Promise<Pointers> => {
    const text = await unlessMissing(() => readFile(join(modelDir(model), pointersFile), 'utf8'));
    return text === null ? { latest: null, aliases: {} } : Pointers.parse(JSON.parse(text));
  };
  const versionsThere = async (model: string): Promise<string[]> =>
    (await unlessMissing(() => readdir(modelDir(model)))) ?? [];
  const wantedPointers = async ({ version }: Bundle): Promise<Pointers> => {
    const before = await pointersThere(version.model);
    const versions = [...(await versionsThere(version.model)), version.version];
    const aliases = {
      ...before.aliases,
      ...Object.fromEntries(version.aliases.map((alias) => [alias, version.version])),
    };
    return { latest: newestVersion(versions), aliases };
  };

  return {
    check: () => checkFolder(root),

    async plan(bundle) {
      const { version, files } = bundle;
      const there = await manifestThere(version.model, version.version);
      const before = await pointersThere(version.model);
      const pointers = await wantedPointers(bundle);
      const moves = pointerLines(before, pointers);
      const verdict = verdictOf(there, version, there?.bundleDigest === bundle.digest && moves.length === 0);
      const isSent = there === null || (verdict === 'update' && there.bundleDigest !== bundle.digest);
      const versionLine: PushPlanLine = {
        what: 'version',
        name: `${version.model} ${version.version}`,
        action: verdict === 'conflict' ? 'conflict' : there === null ? 'create' : isSent ? 'change' : 'keep',
        detail: there === null ? 'a folder of its own' : `holds ${there.modelDigest}`,
        sizeBytes: null,
      };
      const fileLines = files.map(
        ({ path, sizeBytes }): PushPlanLine => ({
          what: 'file',
          name: path,
          action: isSent ? 'create' : 'keep',
          detail: isSent ? 'is written' : 'is there',
          sizeBytes: isSent ? sizeBytes : 0,
        }),
      );
      return {
        where: versionDir(version.model, version.version),
        verdict,
        lines: verdict === 'conflict' ? [versionLine] : [versionLine, ...moves, ...fileLines],
        warnings: [],
      };
    },

    push: (bundle, context) =>
      inFolder(root, async (): Promise<RemoteReceipt> => {
        const { version } = bundle;
        const dir = versionDir(version.model, version.version);
        const there = await manifestThere(version.model, version.version);
        if (verdictOf(there, version, false) === 'conflict') {
          throw new AssayError('targets/conflict', `${dir} holds another model: ${there?.modelDigest}.`);
        }
        const isSent = there?.bundleDigest !== bundle.digest;
        if (isSent) await writeVersion(bundle, dir, context);
        context.progress(0.95, 'Pointing names at it');
        const pointers = `${JSON.stringify(await wantedPointers(bundle), null, 2)}\n`;
        await writeWhole(join(modelDir(version.model), pointersFile), Buffer.from(pointers, 'utf8'));
        return {
          where: dir,
          link: pathToFileURL(dir).href,
          remoteIds: { model: version.model, version: version.version, folder: dir },
          files: bundle.files.map(({ path, digest, sizeBytes }) => ({
            path,
            digest,
            sizeBytes,
            sent: isSent,
          })),
        };
      }),

    async verify(receipt, bundle) {
      const dir = receipt.remoteIds.folder ?? '';
      const there = bundle.files.map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes }));
      return verifyFiles(bundle, await fetchFiles(there, ({ path }) => readFile(join(dir, path))));
    },

    async observe(receipt) {
      const { model = '', version = '', folder = '' } = receipt.remoteIds;
      if ((await unlessMissing(() => stat(root))) === null) {
        return { state: 'unknown', detail: `${root} is not there: is the disk or share connected?` };
      }
      const manifest = await manifestThere(model, version);
      if (manifest === null) return { state: 'gone', detail: `${folder} is not there any more.` };
      for (const { path, sizeBytes } of receipt.files) {
        const file = await unlessMissing(() => stat(join(folder, path)));
        if (file?.size !== sizeBytes) return { state: 'changed', detail: `${path} is not as it was pushed.` };
      }
      const isSame = manifest.bundleDigest === receipt.bundleDigest;
      return isSame
        ? { state: 'in-sync', detail: `${folder} is as it was pushed.` }
        : { state: 'changed', detail: `${folder} was pushed anew since.` };
    },

    async pull(ref, dir, { progress }) {
      const { name, alias, version: wanted } = wantedVersion(ref);
      const pointers = await pointersThere(name);
      const version =
        alias !== null
          ? pointers.aliases[alias]
          : (wanted ?? newestVersion(await versionsThere(name)) ?? undefined);
      const manifest = version === undefined ? null : await manifestThere(name, version);
      if (version === undefined || manifest === null) {
        throw new AssayError('targets/not-there', `There is no ${ref} in ${root}.`);
      }
      const from = versionDir(name, version);
      await pullFiles(manifest.files, dir, ({ path }) => readFile(join(from, path)), progress);
      const aliases = Object.entries(pointers.aliases).flatMap(([known, at]) =>
        at === version ? [known] : [],
      );
      return pulledVersion(manifest, { aliases, from });
    },
  };
}

/** A name of a model has no separators; the rest of what systems do not take is written as %XX. */
function folderName(model: string): string {
  return model.replace(
    /[<>:"/\\|?*%]|[. ]$/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** Beside its place first; one that is there with another card goes aside and comes back when this fails. */
async function writeVersion(
  bundle: Bundle,
  dir: string,
  { progress, signal, sent }: PushContext,
): Promise<void> {
  const staging = `${dir}.partial-${randomBytes(4).toString('hex')}`;
  try {
    const all = bundle.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let done = 0;
    for (const file of bundle.files) {
      signal.throwIfAborted();
      progress(0.9 * (all === 0 ? 1 : done / all), `Writing ${file.path}`);
      const path = join(staging, file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(path, await file.bytes());
      const written = digestOf(await readFile(path));
      if (written !== file.digest)
        throw new AssayError('targets/damaged', `${file.path} reads back as ${written}.`);
      done += file.sizeBytes;
      sent(file.sizeBytes);
    }
    await writeDurably(join(staging, manifestPath), manifestOf(bundle));
    const aside = `${staging}.old`;
    const wasThere = await unlessMissing(() => rename(dir, aside).then(() => true));
    try {
      await rename(staging, dir);
    } catch (thrown) {
      if (wasThere === true) await rename(aside, dir);
      throw thrown;
    }
    await rm(aside, { recursive: true, force: true });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeDurably(temporary, bytes);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

function pointerLines(before: Pointers, after: Pointers): PushPlanLine[] {
  const pairs = [
    ['latest', before.latest ?? undefined, after.latest ?? undefined] as const,
    ...Object.entries(after.aliases).map(
      ([alias, version]) => [alias, before.aliases[alias], version] as const,
    ),
  ];
  return pairs
    .filter(([, from, to]) => from !== to)
    .map(([name, from, to]) => ({
      what: 'alias',
      name,
      action: from === undefined ? 'create' : 'change',
      detail: from === undefined ? `points at ${to}` : `moves from ${from} to ${to}`,
      sizeBytes: null,
    }));
}

async function checkFolder(root: string): Promise<TargetFinding[]> {
  const there = await unlessMissing(() => stat(root));
  if (there === null) {
    return [
      bad('path', `${root} is not there.`, 'Make the folder, or connect the disk or share that holds it.'),
    ];
  }
  if (!there.isDirectory()) return [bad('path', `${root} is a file.`, 'Name a folder.')];
  const findings = [good('path', `${root} is a folder.`)];
  try {
    await access(root, constants.W_OK);
    const probe = join(root, `.assay-check-${randomBytes(4).toString('hex')}`);
    await writeFile(probe, '');
    await rm(probe);
    findings.push(good('credentials', 'It can be written to.'));
  } catch (thrown) {
    return [
      ...findings,
      bad('credentials', messageOf(thrown), 'Give the user that runs the engine the right to write there.'),
    ];
  }
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  const text = `${(free / 1e9).toFixed(1)} GB are free.`;
  findings.push(
    free > littleFreeBytes
      ? good('space', text)
      : { check: 'space', level: 'warning', message: text, fix: 'Make room there before a push.' },
  );
  return findings;
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (
      thrown instanceof Error &&
      'code' in thrown &&
      (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR')
    )
      return null;
    throw thrown;
  }
}

/** A share that is not connected is a target out of reach: the push waits for it. */
async function inFolder<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    if ((await unlessMissing(() => stat(root))) === null) {
      throw new AssayError('targets/unreachable', `${root} is not there.`, {
        hint: 'Connect the disk or share that holds it; the push goes on by itself.',
      });
    }
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown instanceof AssayError || !('code' in thrown)) throw thrown;
    const code = String(thrown.code);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new AssayError('targets/full', `${root} has no space left.`, { cause: thrown });
    }
    const isDenied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
    throw new AssayError(
      isDenied ? 'targets/unauthorized' : 'targets/refused',
      `${root}: ${thrown.message}`,
      {
        cause: thrown,
      },
    );
  }
}
