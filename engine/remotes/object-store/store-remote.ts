import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { PushPlanLine, TargetFinding } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { checkWay, findingOf, good } from '../../http/index.ts';
import type { ObjectStore, OpenStore, StoredObject } from '../../object-store/index.ts';
import { digestOf } from '../bundle.ts';
import { fetchFiles, pullFiles } from '../files/pulled-files.ts';
import {
  isSameBundle,
  manifestOf,
  manifestPath,
  modelPath,
  newestVersion,
  pulledVersion,
  readManifest,
  type VersionManifest,
  verdictOf,
  wantedVersion,
} from '../files/version-manifest.ts';
import type { Bundle, BundleFile, PushContext, Remote } from '../target.ts';
import { verifyFiles } from '../verify-files.ts';

const maxManifestBytes = 4 * 1024 ** 2;
const Saved = z.record(z.string(), z.unknown()).catch({});

/** Where things lie: `models/<name>/<version>/<file>`, and `models/<name>/aliases/<alias>` with a version in it. */
function keysOf(prefix: string, model: string) {
  const base = `${prefix === '' ? '' : `${prefix.replace(/^\/+|\/+$/g, '')}/`}models/${model}/`;
  return {
    base,
    version: (version: string) => `${base}${version}/`,
    file: (version: string, path: string) => `${base}${version}/${path}`,
    alias: (alias: string) => `${base}aliases/${alias}`,
    aliases: `${base}aliases/`,
  };
}

type Published = { manifest: VersionManifest; digest: string; state: string };

/**
 * Versions in an object store. Its manifest comes last and makes a version: what has none is half-sent, and the next push of
 * it goes on. Objects are created or replaced only as they were seen, so two pushes cannot mix.
 */
export function storeRemote(open: OpenStore, settings: { prefix: string; aliases: boolean }): Remote {
  const keys = (model: string) => keysOf(settings.prefix, model);
  const aliasesOf = ({ version }: Bundle) => (settings.aliases ? version.aliases : []);

  return {
    async check(context) {
      const store = open(context);
      const http = { ...context.http, request: store.probe };
      const { findings, answer } = await checkWay({ method: 'GET', url: store.origin }, { ...context, http });
      if (answer === null) return findings;
      return [...findings, await mayWrite(store, settings.prefix)];
    },

    async plan(bundle, context) {
      const { model, version } = bundle.version;
      const store = open(context);
      const key = keys(model);
      const there = await published(store, key.version(version));
      const digest = digestOf(manifestOf(bundle));
      const manifest = there?.manifest ?? null;
      const verdict = verdictOf(manifest, bundle.version, isSameBundle(manifest, bundle));
      const lines: PushPlanLine[] = [];
      for (const file of bundle.files) {
        const found = verdict === 'same' ? null : await store.head(key.file(version, file.path));
        lines.push(fileLine(file, verdict === 'same' || isSame(found, file), found !== null));
      }
      lines.push({
        what: 'version',
        name: version,
        action: ({ new: 'create', update: 'change', same: 'keep', conflict: 'conflict' } as const)[verdict],
        detail: there === null ? digest : verdict === 'same' ? there.digest : `${there.digest} → ${digest}`,
        sizeBytes: null,
      });
      for (const alias of aliasesOf(bundle)) {
        const now = await aliasAt(store, key.alias(alias));
        const action = now === null ? 'create' : now.version === version ? 'keep' : 'change';
        const detail = now === null ? version : `${now.version} → ${version}`;
        lines.push({ what: 'alias', name: alias, action, detail, sizeBytes: null });
      }
      return { where: store.address(key.version(version)), verdict, lines, warnings: [] };
    },

    async push(bundle, context) {
      const { model, version } = bundle.version;
      const store = open(context);
      const key = keys(model);
      const where = store.address(key.version(version));
      const there = await published(store, key.version(version));
      const bytes = manifestOf(bundle);
      const digest = digestOf(bytes);
      const manifest = there?.manifest ?? null;
      const verdict = verdictOf(manifest, bundle.version, isSameBundle(manifest, bundle));
      if (verdict === 'conflict')
        throw new AssayError(
          'targets/conflict',
          `${where} holds another model (${there?.manifest.modelDigest}).`,
        );
      const sent = verdict === 'same' ? new Set<string>() : await sendFiles(store, key, bundle, context);
      if (verdict !== 'same') {
        context.progress(null, 'Publishing');
        const over = there?.state ?? null;
        await store.put(key.file(version, manifestPath), bytes, { digest, over, begun: null, save() {} });
      }
      for (const alias of aliasesOf(bundle)) await moveAlias(store, key.alias(alias), version);
      return {
        where,
        link: null,
        remoteIds: { model, version, manifest: verdict === 'same' ? (there?.digest ?? digest) : digest },
        files: bundle.files.map((file) => ({
          path: file.path,
          digest: file.digest,
          sizeBytes: file.sizeBytes,
          sent: sent.has(file.path),
        })),
      };
    },

    async verify({ remoteIds }, bundle, context) {
      const { model = bundle.version.model, version = bundle.version.version } = remoteIds;
      const store = open(context);
      const key = keys(model);
      const there = await published(store, key.version(version));
      const fetch = fetchFrom(store, (path) => key.file(version, path));
      return verifyFiles(bundle, await fetchFiles(there?.manifest.files ?? [], fetch));
    },

    async observe({ remoteIds, where }, context) {
      const { model = '', version = '', manifest = '' } = remoteIds;
      const store = open(context);
      const key = keys(model);
      const there = await published(store, key.version(version));
      if (there === null) return { state: 'gone', detail: `${where} has no manifest any more.` };
      if (there.digest !== manifest)
        return { state: 'changed', detail: `The manifest there is ${there.digest}, not ${manifest}.` };
      const file = there.manifest.files.find(({ path }) => path === modelPath);
      const found = await store.head(key.file(version, modelPath));
      if (found === null) return { state: 'gone', detail: `${modelPath} is not there any more.` };
      return file === undefined || isSame(found, file)
        ? { state: 'in-sync', detail: `The manifest and ${modelPath} are as they were sent.` }
        : { state: 'changed', detail: `${modelPath} is another file now.` };
    },

    async pull(ref, dir, context) {
      const wanted = wantedVersion(ref);
      const store = open(context);
      const key = keys(wanted.name);
      const version = await versionAt(store, key, wanted);
      const where = store.address(version === null ? key.base : key.version(version));
      const there = version === null ? null : await published(store, key.version(version));
      if (version === null || there === null)
        throw new AssayError('targets/not-there', `${where} holds no version.`);
      const fetch = fetchFrom(store, (path) => key.file(version, path));
      await pullFiles(there.manifest.files, dir, fetch, context.progress);
      const aliases: string[] = [];
      for (const alias of await store.list(key.aliases))
        if ((await aliasAt(store, key.alias(alias)))?.version === version) aliases.push(alias);
      return pulledVersion(there.manifest, { aliases, from: where });
    },
  };
}

async function published(store: ObjectStore, versionKey: string): Promise<Published | null> {
  const found = await store.get(`${versionKey}${manifestPath}`, maxManifestBytes);
  if (found === null) return null;
  const manifest = readManifest(found.bytes, store.address(`${versionKey}${manifestPath}`));
  return { manifest, digest: digestOf(found.bytes), state: found.state };
}

function isSame(found: StoredObject | null, file: { digest: string; sizeBytes: number }): boolean {
  return found !== null && found.digest === file.digest && found.sizeBytes === file.sizeBytes;
}

function fileLine({ path, digest, sizeBytes }: BundleFile, has: boolean, isThere: boolean): PushPlanLine {
  const action = has ? 'keep' : isThere ? 'change' : 'create';
  return { what: 'file', name: path, action, detail: digest, sizeBytes: has ? 0 : sizeBytes };
}

/** Sends what is not there as it is here; gives the paths that were sent. */
async function sendFiles(
  store: ObjectStore,
  key: ReturnType<typeof keysOf>,
  { files, version }: Bundle,
  context: PushContext,
): Promise<Set<string>> {
  const saved = Saved.parse(context.state.saved ?? {});
  const total = Math.max(
    1,
    files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  const sent = new Set<string>();
  let done = 0;
  for (const file of files) {
    context.progress(done / total, `Sending ${file.path}`);
    const at = key.file(version.version, file.path);
    const found = await store.head(at);
    if (!isSame(found, file)) {
      await store.put(at, await file.bytes(), {
        digest: file.digest,
        over: found?.state ?? null,
        begun: saved[file.digest] ?? null,
        save(begun, sentBytes) {
          if (begun === null) delete saved[file.digest];
          else saved[file.digest] = begun;
          context.state.save(saved);
          context.progress((done + sentBytes) / total, `Sending ${file.path}`);
        },
      });
      sent.add(file.path);
    }
    done += file.sizeBytes;
  }
  return sent;
}

function fetchFrom(store: ObjectStore, keyOf: (path: string) => string) {
  return async ({ path, sizeBytes }: { path: string; sizeBytes: number }): Promise<Uint8Array> => {
    const found = await store.get(keyOf(path), sizeBytes);
    if (found === null)
      throw new AssayError('targets/damaged', `${store.address(keyOf(path))} is not there.`);
    return found.bytes;
  };
}

async function aliasAt(store: ObjectStore, key: string): Promise<{ version: string; state: string } | null> {
  const found = await store.get(key, 1000);
  return found === null ? null : { version: found.bytes.toString('utf8').trim(), state: found.state };
}

async function moveAlias(store: ObjectStore, key: string, version: string): Promise<void> {
  const now = await aliasAt(store, key);
  if (now?.version === version) return;
  const bytes = Buffer.from(`${version}\n`, 'utf8');
  await store.put(key, bytes, {
    digest: digestOf(bytes),
    over: now?.state ?? null,
    begun: null,
    save() {},
  });
}

/** The version that is asked for; of those without a name the highest that is complete. */
async function versionAt(
  store: ObjectStore,
  key: ReturnType<typeof keysOf>,
  { version, alias }: { version: string | null; alias: string | null },
): Promise<string | null> {
  if (version !== null) return version;
  if (alias !== null) return (await aliasAt(store, key.alias(alias)))?.version ?? null;
  let folders = (await store.list(key.base)).map((name) => name.replace(/\/$/, ''));
  for (;;) {
    const newest = newestVersion(folders);
    if (newest === null || (await store.head(key.file(newest, manifestPath))) !== null) return newest;
    folders = folders.filter((folder) => folder !== newest);
  }
}

/** Puts a small object and takes it away again: the one thing that tells whether the credentials may write. */
async function mayWrite(store: ObjectStore, prefix: string): Promise<TargetFinding> {
  const key = `${keysOf(prefix, '.assay-check').base}${randomUUID()}`;
  const bytes = Buffer.from('assay', 'utf8');
  try {
    await store.put(key, bytes, { digest: digestOf(bytes), over: null, begun: null, save() {} });
  } catch (thrown) {
    return findingOf(thrown);
  }
  try {
    await store.remove(key);
    return good('path', `${store.address(prefix)} can be written to.`);
  } catch {
    return {
      check: 'path',
      level: 'warning',
      message: `${store.address(key)} was written and cannot be removed again.`,
      fix: 'Pushing works; remove that object, or let the credentials delete objects.',
    };
  }
}
