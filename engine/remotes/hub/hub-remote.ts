import type { TargetFinding } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { bad, checkWay, findingOf, good, type RemoteContext } from '../../http/index.ts';
import { fetchFiles, pullFiles } from '../files/pulled-files.ts';
import {
  isSameBundle,
  manifestPath,
  newestVersion,
  pulledVersion,
  readManifest,
  type VersionManifest,
  verdictOf,
  wantedVersion,
} from '../files/version-manifest.ts';
import type { Bundle, BundleFile, PushContext, Remote, RemotePlan } from '../target.ts';
import { verifyFiles } from '../verify-files.ts';
import { createHubClient, type HubClient } from './hub-client.ts';
import { fileAt, hubFiles, missingFiles } from './hub-files.ts';
import type { HubConfig } from './hub-kind.ts';
import { repositoryName } from './repository-name.ts';
import { uploadLarge } from './upload-lfs.ts';

const maxManifestBytes = 4 * 1024 ** 2;
const sampleBytes = 512;
/** Attempts while others commit to the same branch. */
const maxCommits = 4;

/** Model repositories of the Hugging Face Hub: a commit a version, atomic, and a tag that names it. */
export async function openHub(config: HubConfig): Promise<Remote> {
  const repoOf = (model: string) => `${config.owner}/${repositoryName(model)}`;
  const clientOf = ({ http }: RemoteContext, repo: string) =>
    createHubClient({ http, repo, endpoint: config.endpoint, token: config.token });
  const addressOf = (client: HubClient, revision: string) =>
    new URL(`${client.repo}/tree/${revision}`, client.base).href;

  return {
    async check(context) {
      const client = clientOf(context, repoOf('check'));
      const way = await checkWay(
        { method: 'GET', url: new URL('api/whoami-v2', client.base) },
        { ...context, http: { ...context.http, request: client.request } },
      );
      return way.answer === null ? way.findings : [...way.findings, await mayWrite(client, config.owner)];
    },

    async plan(bundle, context) {
      const { model, version } = bundle.version;
      const client = clientOf(context, repoOf(model));
      const there = await published(client, version);
      const verdict = verdictOn(there, bundle);
      const branch = await client.revision(config.branch);
      const files = await hubFiles(bundle, config.license);
      const tree = branch === null ? [] : await client.tree(config.branch);
      const missing = verdict === 'same' ? [] : await missingFiles(files, tree);
      const action = { new: 'create', update: 'change', same: 'keep', conflict: 'conflict' } as const;
      return {
        where: addressOf(client, version),
        verdict,
        lines: [
          ...(branch === null
            ? [
                {
                  what: 'repository',
                  name: client.repo,
                  action: 'create' as const,
                  detail: seenBy(config),
                  sizeBytes: null,
                },
              ]
            : []),
          ...files.map((file) => fileLine(file, missing, tree)),
          {
            what: 'version',
            name: version,
            action: action[verdict],
            detail: there === null ? 'a tag' : `a tag, now at ${there.commit}`,
            sizeBytes: null,
          },
        ],
        warnings: warningsOf(bundle, config, branch?.private),
      } satisfies RemotePlan;
    },

    async push(bundle, context) {
      const { model, version } = bundle.version;
      const client = clientOf(context, repoOf(model));
      const there = await published(client, version);
      const verdict = verdictOn(there, bundle);
      if (verdict === 'conflict')
        throw new AssayError('targets/conflict', `${addressOf(client, version)} holds another model.`);
      const sent = new Set<string>();
      let commit = there?.commit ?? '';
      if (verdict !== 'same') {
        await makeRepository(client, config, repositoryName(model));
        commit = await commitFiles(client, config, bundle, context, sent);
        context.progress(null, 'Publishing');
        if (there !== null) await client.untag(version);
        await client.tag(commit, version, `${model} ${version}`);
      }
      return {
        where: addressOf(client, version),
        link: addressOf(client, version),
        remoteIds: { repository: client.repo, tag: version, commit },
        files: bundle.files.map(({ path, digest, sizeBytes }) => ({
          path,
          digest,
          sizeBytes,
          sent: sent.has(path),
        })),
      };
    },

    async verify({ remoteIds }, bundle, context) {
      const { repository = repoOf(bundle.version.model), commit = bundle.version.version } = remoteIds;
      const client = clientOf(context, repository);
      const there = await published(client, commit);
      const files = there?.manifest?.files ?? [];
      return verifyFiles(bundle, await fetchFiles(files, (file) => fileAt(client, commit, file)));
    },

    async observe({ remoteIds, where }, context) {
      const { repository = '', tag = '', commit = '' } = remoteIds;
      const found = await clientOf(context, repository).revision(tag);
      if (found === null) return { state: 'gone', detail: `${where}: the tag ${tag} is not there any more.` };
      return found.sha === commit
        ? { state: 'in-sync', detail: `The tag ${tag} is at ${commit}.` }
        : { state: 'changed', detail: `The tag ${tag} is at ${found.sha} now, not at ${commit}.` };
    },

    async pull(ref, dir, context) {
      const { name, version, alias } = wantedVersion(ref);
      if (alias !== null)
        throw new AssayError(
          'targets/not-there',
          'The hub keeps no aliases: ask for a version, or for the newest.',
        );
      const client = clientOf(context, repoOf(name));
      const tag = version ?? newestVersion(await client.tags());
      const there = tag === null ? null : await published(client, tag);
      if (there === null)
        throw new AssayError('targets/not-there', `${client.repo} has no version ${tag ?? 'yet'}.`);
      const { manifest, commit } = there;
      const from = addressOf(client, tag ?? commit);
      if (manifest === null)
        throw new AssayError(
          'targets/unsupported',
          `${from} was not pushed by Assay: it has no ${manifestPath}.`,
        );
      await pullFiles(manifest.files, dir, (file) => fileAt(client, commit, file), context.progress);
      return pulledVersion(manifest, { aliases: [], from });
    },
  };
}

type Published = { commit: string; manifest: VersionManifest | null };

/** What a revision holds; null when it is not there. Its manifest is null when somebody else made it. */
async function published(client: HubClient, revision: string): Promise<Published | null> {
  const found = await client.revision(revision);
  if (found === null) return null;
  const bytes = await client.file(found.sha, manifestPath, maxManifestBytes);
  const where = `${manifestPath} of ${client.repo} at ${revision}`;
  return {
    commit: found.sha,
    manifest: bytes === null ? null : readManifest(bytes, where),
  };
}

function verdictOn(there: Published | null, bundle: Bundle): RemotePlan['verdict'] {
  if (there !== null && there.manifest === null) return 'conflict';
  const manifest = there?.manifest ?? null;
  return verdictOf(manifest, bundle.version, isSameBundle(manifest, bundle));
}

function seenBy({ isPrivate, owner }: HubConfig): string {
  return isPrivate ? `private: seen by ${owner} alone` : 'public: everybody can see it';
}

function fileLine(
  { path, digest, sizeBytes }: BundleFile,
  missing: readonly BundleFile[],
  tree: readonly { path: string }[],
): RemotePlan['lines'][number] {
  const isMissing = missing.some((file) => file.path === path);
  const isThere = tree.some((entry) => entry.path === path);
  const action = !isMissing ? 'keep' : isThere ? 'change' : 'create';
  return { what: 'file', name: path, action, detail: digest, sizeBytes: isMissing ? sizeBytes : 0 };
}

function warningsOf(
  { version }: Bundle,
  { isPrivate, owner }: HubConfig,
  isPrivateThere: boolean | undefined,
): string[] {
  return [
    ...(isPrivate && isPrivateThere === false
      ? [`The repository of ${owner} is there already, and it is public: everybody will see this version.`]
      : []),
    ...(version.aliases.length > 0 ? ['The hub keeps no aliases: they stay here.'] : []),
  ];
}

/** A repository that came out public although it was to be private gets no file. */
async function makeRepository(client: HubClient, config: HubConfig, name: string): Promise<void> {
  if ((await client.revision(config.branch)) !== null) return;
  const isNew = await client.create(config.owner, name, config.isPrivate);
  const made = await client.revision(config.branch);
  if (isNew && config.isPrivate && made?.private === false) {
    throw new AssayError(
      'targets/unsupported',
      `The hub made ${client.repo} public although it was to be private.`,
      {
        hint: 'Nothing was sent. Make the repository private there, then push again.',
      },
    );
  }
}

/** Commits what the branch lacks, again when somebody else was faster; gives the commit that has all files. */
async function commitFiles(
  client: HubClient,
  { branch, license }: HubConfig,
  bundle: Bundle,
  context: PushContext,
  sent: Set<string>,
): Promise<string> {
  const { model, version } = bundle.version;
  const files = await hubFiles(bundle, license);
  for (let attempt = 1; attempt <= maxCommits; attempt += 1) {
    const parent = (await client.revision(branch))?.sha;
    const missing = await missingFiles(files, parent === undefined ? [] : await client.tree(parent));
    if (missing.length === 0 && parent !== undefined) return parent;
    const samples = await Promise.all(missing.map(sampleOf));
    const large = await client.largeOnes(branch, samples);
    const isLarge = ({ path, sizeBytes }: BundleFile) => sizeBytes > 0 && large.has(path);
    const uploaded = await uploadLarge(client, branch, missing.filter(isLarge), context);
    context.progress(null, 'Committing');
    const summary = `${model} ${version}`;
    const header = { summary, description: '', ...(parent === undefined ? {} : { parentCommit: parent }) };
    const operations = await Promise.all(missing.map((file) => operationOf(file, isLarge(file))));
    const made = await client.commit(branch, [{ key: 'header', value: header }, ...operations]);
    for (const file of missing) if (!isLarge(file) || uploaded.has(file.digest)) sent.add(file.path);
    if (made !== null) return made.commitOid;
    context.log(`The branch ${branch} moved meanwhile; committing again.`);
  }
  throw new AssayError(
    'targets/unreachable',
    `The branch ${branch} of ${client.repo} moves faster than commits come.`,
  );
}

async function sampleOf(file: BundleFile): Promise<{ path: string; size: number; sample: string }> {
  const head = (await file.bytes()).subarray(0, sampleBytes);
  return { path: file.path, size: file.sizeBytes, sample: Buffer.from(head).toString('base64') };
}

async function operationOf(file: BundleFile, isLarge: boolean): Promise<unknown> {
  const { path, digest, sizeBytes } = file;
  if (isLarge) {
    const oid = digest.slice('sha256:'.length);
    return { key: 'lfsFile', value: { path, algo: 'sha256', oid, size: sizeBytes } };
  }
  const content = Buffer.from(await file.bytes()).toString('base64');
  return { key: 'file', value: { path, content, encoding: 'base64' } };
}

async function mayWrite(client: HubClient, owner: string): Promise<TargetFinding> {
  try {
    const me = await client.me();
    if (me.auth?.accessToken?.role === 'read')
      return bad(
        'credentials',
        `The token of ${me.name} may only read.`,
        'Make a token with the right to write.',
      );
    return me.name === owner || me.orgs.some(({ name }) => name === owner)
      ? good('path', `${me.name} may write for ${owner}.`)
      : bad(
          'path',
          `${me.name} is neither ${owner} nor a member of it.`,
          'Correct the owner, or join it there.',
        );
  } catch (thrown) {
    return findingOf(thrown);
  }
}
