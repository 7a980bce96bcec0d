import { z } from 'zod';
import type { PushPlanLine, TargetFinding } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { bad, checkWay, findingOf, good, type RemoteContext } from '../../http/index.ts';
import { fetchFiles, pullFiles } from '../files/pulled-files.ts';
import { newestVersion, pulledVersion, verdictOf, wantedVersion } from '../files/version-manifest.ts';
import type { Bundle, PushContext, Remote, RemotePlan, RemoteReceipt } from '../target.ts';
import { verifyFiles } from '../verify-files.ts';
import { attach, referrersOf } from './attach.ts';
import { type Attachment, type ModelPack, modelPack } from './model-pack.ts';
import { isTag, registryOrigin, repositoryName } from './names.ts';
import type { OciConfig } from './oci-kind.ts';
import { createRegistryClient, manifestType, type RegistryClient } from './registry-client.ts';
import { fileOf, type RemoteVersion, remoteVersion } from './remote-version.ts';
import { uploadBlob } from './upload-blob.ts';

const Saved = z.record(z.string(), z.object({ location: z.string(), offset: z.int().min(0) })).catch({});

/** A registry that follows the OCI distribution specification. */
export async function openOci(config: OciConfig): Promise<Remote> {
  const origin = registryOrigin(config.registry);
  if (origin === null) throw new AssayError('targets/bad-config', `"${config.registry}" is no registry.`);
  const below = (model: string) => `${config.repository}/${repositoryName(model)}`;
  const clientOf = (
    { http, nowMs }: RemoteContext,
    repository: string,
    access: 'pull' | 'pull,push',
    mountFrom?: string,
  ): RegistryClient =>
    createRegistryClient({
      http,
      nowMs,
      origin,
      repository,
      access,
      credentials: { username: config.username, password: config.password },
      ...(mountFrom === undefined ? {} : { mountFrom }),
    });
  const address = (repository: string, reference: string) => `oci://${origin.host}/${repository}${reference}`;
  const aliasesOf = ({ version }: Bundle) => (config.aliasTags ? version.aliases.filter(isTag) : []);

  return {
    async check(context) {
      const client = clientOf(context, `${config.repository}/connection-check`, 'pull,push');
      const { findings, answer } = await checkWay(
        { method: 'GET', url: new URL('/v2/', origin), expect: [404] },
        { ...context, http: { ...context.http, request: client.request } },
      );
      if (answer === null) return findings;
      return [...findings, answer.status === 404 ? noRegistry(origin) : await mayWrite(client)];
    },

    async plan(bundle, context) {
      const pack = modelPack(bundle);
      const { version, model } = bundle.version;
      const client = clientOf(context, below(model), 'pull');
      const there = await remoteVersion(client, version);
      const verdict = verdictOn(there, bundle, pack, config.moveTags);
      const lines = await fileLines(client, pack, verdict === 'same');
      lines.push({
        what: 'version',
        name: version,
        action: actions[verdict],
        detail: changed(there?.digest ?? null, pack.manifest.digest),
        sizeBytes: null,
      });
      for (const alias of aliasesOf(bundle)) {
        const before = await client.manifestDigest(alias);
        const action = before === null ? 'create' : before === pack.manifest.digest ? 'keep' : 'change';
        const detail = changed(before, pack.manifest.digest);
        lines.push({ what: 'alias', name: alias, action, detail, sizeBytes: null });
      }
      return {
        where: address(below(model), `:${version}`),
        verdict,
        lines,
        warnings: warningsOf(bundle, config),
      } satisfies RemotePlan;
    },

    async push(bundle, context) {
      const { version, model } = bundle.version;
      const repository = below(model);
      const mountFrom =
        config.mountFrom === undefined ? undefined : `${config.mountFrom}/${repositoryName(model)}`;
      const client = clientOf(context, repository, 'pull,push', mountFrom);
      const pack = modelPack(bundle);
      const { digest, bytes } = pack.manifest;
      const there = await remoteVersion(client, version);
      const verdict = verdictOn(there, bundle, pack, config.moveTags);
      if (verdict === 'conflict') {
        throw new AssayError(
          'targets/conflict',
          `${address(repository, `:${version}`)} is another model there (${there?.digest}).`,
        );
      }
      const chunkBytes = Math.round(config.chunkMb * 1024 ** 2);
      const sent = await sendBlobs(client, pack, context, { mountFrom, chunkBytes });
      context.progress(null, 'Publishing');
      // By digest first: nothing has the name of the version before all that belongs to it is there.
      if (verdict !== 'same') await client.putManifest(digest, manifestType, bytes);
      await attach(client, digest, await unattached(client, pack));
      if (verdict !== 'same') await client.putManifest(version, manifestType, bytes);
      for (const alias of aliasesOf(bundle))
        if ((await client.manifestDigest(alias)) !== digest)
          await client.putManifest(alias, manifestType, bytes);
      return {
        where: address(repository, `:${version}@${digest}`),
        link: null,
        remoteIds: { repository, tag: version, digest },
        files: bundle.files.map((file) => ({
          path: file.path,
          digest: file.digest,
          sizeBytes: file.sizeBytes,
          sent: sent.has(file.digest),
        })),
      } satisfies RemoteReceipt;
    },

    async verify({ remoteIds }, bundle, context) {
      const { repository = below(bundle.version.model), digest = bundle.version.version } = remoteIds;
      const client = clientOf(context, repository, 'pull');
      const there = await remoteVersion(client, digest);
      const files = there?.described?.files ?? [];
      return verifyFiles(bundle, await fetchFiles(files, (file) => fileOf(client, file)));
    },

    async observe({ remoteIds, where }, context) {
      const { repository = '', tag = '', digest = '' } = remoteIds;
      const found = await clientOf(context, repository, 'pull').manifestDigest(tag);
      if (found === null) return { state: 'gone', detail: `${where}: the tag ${tag} is not there any more.` };
      return found === digest
        ? { state: 'in-sync', detail: `The tag ${tag} is ${digest}.` }
        : { state: 'changed', detail: `The tag ${tag} is ${found} now, not ${digest}.` };
    },

    async pull(ref, dir, context) {
      const { name, version, alias } = wantedVersion(ref);
      const client = clientOf(context, below(name), 'pull');
      const tags = await client.tags();
      const reference = version ?? alias ?? newestVersion(tags);
      const there = reference === null ? null : await remoteVersion(client, reference);
      const where = address(below(name), reference === null ? '' : `:${reference}`);
      if (there === null) throw new AssayError('targets/not-there', `${where} is not there.`);
      if (there.described === null)
        throw new AssayError(
          'targets/unsupported',
          `${where} was not pushed by Assay: it has no description.`,
        );
      const { described } = there;
      await pullFiles(described.files, dir, (file) => fileOf(client, file), context.progress);
      const aliases: string[] = [];
      for (const tag of tags.filter((tag) => /^(?!sha256-)[A-Za-z0-9_-]+$/.test(tag)))
        if ((await client.manifestDigest(tag)) === there.digest) aliases.push(tag);
      return pulledVersion(described, { aliases, from: `${where}@${there.digest}` });
    },
  };
}

const actions = { new: 'create', update: 'change', same: 'keep', conflict: 'conflict' } as const;

function verdictOn(
  there: RemoteVersion | null,
  bundle: Bundle,
  pack: ModelPack,
  moveTags: boolean,
): RemotePlan['verdict'] {
  const isForeign = there !== null && there.described === null;
  const verdict = isForeign
    ? 'conflict'
    : verdictOf(there?.described ?? null, bundle.version, there?.digest === pack.manifest.digest);
  return verdict === 'conflict' && moveTags ? 'update' : verdict;
}

async function fileLines(client: RegistryClient, pack: ModelPack, isSame: boolean): Promise<PushPlanLine[]> {
  const lines: PushPlanLine[] = [];
  for (const { path, digest, sizeBytes } of pack.blobs) {
    const has = isSame || (await client.hasBlob(digest));
    lines.push({
      what: 'file',
      name: path,
      action: has ? 'keep' : 'create',
      detail: digest,
      sizeBytes: has ? 0 : sizeBytes,
    });
  }
  return lines;
}

function changed(before: string | null, after: string): string {
  return before === null || before === after ? after : `${before} → ${after}`;
}

function warningsOf({ version }: Bundle, { aliasTags }: OciConfig): string[] {
  const left = aliasTags ? version.aliases.filter((alias) => !isTag(alias)) : [];
  return left.map((alias) => `The alias "${alias}" can be no tag: tags have at most 128 characters.`);
}

/** Brings what is missing into the repository; gives the digests that were sent as bytes. */
async function sendBlobs(
  client: RegistryClient,
  { blobs }: ModelPack,
  context: PushContext,
  { mountFrom, chunkBytes }: { mountFrom: string | undefined; chunkBytes: number },
): Promise<Set<string>> {
  const begun = Saved.parse(context.state.saved ?? {});
  const total = Math.max(
    1,
    blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  const sent = new Set<string>();
  let done = 0;
  for (const blob of blobs) {
    context.progress(done / total, `Sending ${blob.path}`);
    const how = await uploadBlob(client, blob, {
      mountFrom,
      chunkBytes,
      signal: context.signal,
      begun: begun[blob.digest] ?? null,
      save(next) {
        if (next === null) delete begun[blob.digest];
        else begun[blob.digest] = next;
        context.state.save(begun);
        context.progress((done + (next?.offset ?? blob.sizeBytes)) / total, `Sending ${blob.path}`);
      },
    });
    if (how === 'sent') sent.add(blob.digest);
    if (how === 'mounted') context.log(`${blob.path} was mounted from ${mountFrom}.`);
    done += blob.sizeBytes;
  }
  return sent;
}

async function unattached(client: RegistryClient, pack: ModelPack): Promise<Attachment[]> {
  if (pack.attachments.length === 0) return [];
  const there = new Set(await referrersOf(client, pack.manifest.digest));
  return pack.attachments.filter(({ digest }) => !there.has(digest));
}

function noRegistry(origin: URL): TargetFinding {
  return bad('path', `${origin.host} answers, but not as a registry.`, 'Correct the host or its port.');
}

/** Begins an upload and gives it up: the one thing that tells whether the credentials may write. */
async function mayWrite(client: RegistryClient): Promise<TargetFinding> {
  try {
    const url = `/v2/${client.repository}/blobs/uploads/`;
    const answer = await client.request({ method: 'POST', url, expect: [404] });
    if (answer.status === 404) {
      return {
        check: 'path',
        level: 'warning',
        message: `There is no repository ${client.repository}, and the registry makes none by itself.`,
        fix: 'Make the repository of each model there before its first push.',
      };
    }
    const { location } = answer.headers;
    if (location !== undefined)
      await client.request({ method: 'DELETE', url: location, expect: [400, 404, 405] });
    return good('path', 'Repositories there can be written to.');
  } catch (thrown) {
    return findingOf(thrown);
  }
}
