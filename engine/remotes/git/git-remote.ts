import type { PushPlanLine, TargetFinding } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { findingOf, good } from '../../http/index.ts';
import { fetchFiles, pullFiles } from '../files/pulled-files.ts';
import { pulledVersion, wantedVersion } from '../files/version-manifest.ts';
import type { Bundle, Remote } from '../target.ts';
import { verifyFiles } from '../verify-files.ts';
import { commitVersion } from './commit-version.ts';
import type { GitConfig } from './git-kind.ts';
import { branchRef, layoutOf, linkOf, tagRef, whereOf } from './layout.ts';
import { type Repository, withRepository } from './repository.ts';
import { aliasTags, slugOf, versionTags, wantedTag } from './tags.ts';
import { manifestAt, objectOf, stateOf, type VersionState } from './version-state.ts';

const maxTries = 3;

/**
 * A commit and a tag for each version; the branch holds the files of the highest. Branch and tags are pushed together or not
 * at all, and nothing is ever forced: tags do not move.
 */
export function openGit(config: GitConfig): Remote {
  return {
    check: (context) =>
      withRepository(config, context, (repository) => checkWay(repository, config)).catch((thrown) => [
        findingOf(thrown),
      ]),

    plan: (bundle, context) =>
      withRepository(config, context, async (repository) => {
        const state = await stateOf(repository, config, bundle);
        const where = whereOf(config, state.next.name);
        if (state.conflict !== null) {
          const line = lineOf('version', state.next.name, 'conflict', state.conflict);
          return { where, verdict: 'conflict', lines: [line], warnings: [] };
        }
        return {
          where,
          verdict: state.verdict,
          lines: await planLines(state, bundle),
          warnings: warningsOf(config, state, bundle),
        };
      }),

    async push(bundle, context) {
      refuseLarge(bundle, config);
      return withRepository(config, context, async (repository) => {
        for (let attempt = 1; ; attempt += 1) {
          context.progress(0, 'Reading the repository');
          const state = await stateOf(repository, config, bundle);
          if (state.conflict !== null) throw new AssayError('targets/conflict', state.conflict);
          const made = await commitVersion(repository, config, { state, bundle, context });
          const sending = (percent: number) => context.progress(0.3 + 0.65 * (percent / 100), 'Sending');
          if (made.refs.length === 0 || (await repository.push(made.refs, sending))) {
            context.sent(made.sentBytes);
            const { model, version } = bundle.version;
            const { name: tag } = state.next;
            return {
              where: whereOf(config, tag),
              link: linkOf(config, tag),
              remoteIds: { model, version, tag, commit: made.commit, object: made.tagObject },
              files: bundle.files.map(({ path, digest, sizeBytes }) => ({
                path,
                digest,
                sizeBytes,
                sent: made.sent.has(path),
              })),
            };
          }
          if (attempt === maxTries)
            throw new AssayError('targets/unreachable', `Others push to ${config.url} all the time.`);
          context.log('Somebody pushed to the repository meanwhile; committing again.');
        }
      });
    },

    verify: ({ remoteIds }, bundle, context) =>
      withRepository(config, context, async (repository) => {
        const { model = '', tag = '' } = remoteIds;
        const layout = layoutOf(config, slugOf(model));
        const rev = tagRef(tag);
        await repository.fetch([rev]);
        const found = await manifestAt(repository, rev, layout.manifest);
        return verifyFiles(
          bundle,
          await fetchFiles(found?.files ?? [], await reader(repository, rev, layout)),
        );
      }),

    observe: ({ remoteIds }, context) =>
      withRepository(config, context, async (repository) => {
        const { model = '', version = '', tag = '', object = '' } = remoteIds;
        const slug = slugOf(model);
        const refs = await repository.refs(slug);
        const now = refs.get(tagRef(tag));
        if (now === undefined) return { state: 'gone', detail: `The tag ${tag} is not there any more.` };
        if (now.object !== object)
          return {
            state: 'changed',
            detail: `The tag ${tag} was moved: it is ${now.object}, not ${object}.`,
          };
        const newest = versionTags(refs, slug).get(version)?.name ?? tag;
        return newest === tag
          ? { state: 'in-sync', detail: `The tag ${tag} is as it was pushed.` }
          : { state: 'changed', detail: `Other documents were pushed since, as ${newest}.` };
      }),

    pull: (ref, dir, context) =>
      withRepository(config, context, async (repository) => {
        const wanted = wantedVersion(ref);
        const slug = slugOf(wanted.name);
        const layout = layoutOf(config, slug);
        const refs = await repository.refs(slug);
        const tag = wantedTag(refs, slug, wanted);
        const rev = tag === null ? '' : tagRef(tag.name);
        if (tag !== null) await repository.fetch([rev]);
        const found = tag === null ? null : await manifestAt(repository, rev, layout.manifest);
        if (tag === null || found === null || found.model !== wanted.name)
          throw new AssayError('targets/not-there', `${config.url} has no ${ref}.`);
        await pullFiles(found.files, dir, await reader(repository, rev, layout), context.progress);
        const at = refs.get(rev)?.commit;
        const pointing = [...aliasTags(refs, slug).commits].filter(([, commit]) => commit === at);
        const aliases = pointing.map(([alias]) => alias);
        return pulledVersion(found, { aliases, from: whereOf(config, tag.name) });
      }),
  };
}

function lineOf(
  what: PushPlanLine['what'],
  name: string,
  action: PushPlanLine['action'],
  detail: string,
  sizeBytes: number | null = null,
): PushPlanLine {
  return { what, name, action, detail, sizeBytes };
}

async function planLines(
  { verdict, known, tag, next, moves }: VersionState,
  { files }: Bundle,
): Promise<PushPlanLine[]> {
  const lines: PushPlanLine[] = [];
  for (const { path, digest, sizeBytes, bytes } of files) {
    const isThere = verdict === 'same' || known.has(objectOf(await bytes()));
    lines.push(lineOf('file', path, isThere ? 'keep' : 'create', digest, isThere ? 0 : sizeBytes));
  }
  const detail = tag === null ? 'a commit and a tag' : `${tag.name} has ${tag.bundleDigest}, and stays`;
  lines.push(lineOf('version', next.name, verdict === 'same' ? 'keep' : 'create', detail));
  for (const { alias, was, name } of moves)
    lines.push(lineOf('alias', alias, was === null ? 'create' : 'change', `by the tag ${name}`));
  return lines;
}

function warningsOf(config: GitConfig, { verdict, isNewest }: VersionState, bundle: Bundle): string[] {
  const warnings = tooLarge(bundle, config).map(
    ({ path }) => `${path} is larger than the settings of the target let pass: the push will be refused.`,
  );
  if (verdict !== 'same' && !isNewest)
    warnings.push(
      `A higher version is on the branch ${config.branch}: it stays, and this one is found by its tag.`,
    );
  return warnings;
}

/** Reads files of a bundle, fetched at once. */
async function reader(repository: Repository, rev: string, layout: ReturnType<typeof layoutOf>) {
  const objects = await repository.entries(rev, layout.root);
  await repository.prefetch([...objects.values()]);
  return async ({ path }: { path: string }): Promise<Uint8Array> => {
    const object = objects.get(layout.file(path));
    if (object === undefined) throw new AssayError('targets/damaged', `${path} is not in the commit.`);
    return repository.object(object);
  };
}

function tooLarge({ files }: Bundle, { maxFileMb }: GitConfig) {
  return files.filter(({ sizeBytes }) => sizeBytes > maxFileMb * 1024 ** 2);
}

function refuseLarge(bundle: Bundle, config: GitConfig): void {
  const large = tooLarge(bundle, config);
  if (large.length === 0) return;
  const names = large.map(({ path, sizeBytes }) => `${path} (${Math.ceil(sizeBytes / 1024 ** 2)} MB)`);
  throw new AssayError('targets/unsupported', `Too large for a git repository: ${names.join(', ')}.`, {
    hint: 'Push this model to an object store or a registry, or raise "Largest file" where the service takes more.',
  });
}

/** Goes as far as a push does before it sends anything. */
async function checkWay(repository: Repository, config: GitConfig): Promise<TargetFinding[]> {
  const findings: TargetFinding[] = [];
  try {
    const refs = await repository.refs('assay-check');
    findings.push(good('connection', `${config.url} answers, and can be read.`));
    const isThere = refs.has(branchRef(config));
    const branch = `The branch ${config.branch} is ${isThere ? 'there' : 'made by the first push'}.`;
    findings.push(good('path', branch));
    await repository.tryPush('assay-check');
    findings.push(good('credentials', 'It can be pushed to.'));
    return isThere ? [...findings, ...(await lfsFindings(repository, config))] : findings;
  } catch (thrown) {
    return [...findings, findingOf(thrown)];
  }
}

/** Rules of the repository that would have our files be pointers to Git LFS, which they are not. */
async function lfsFindings(repository: Repository, config: GitConfig): Promise<TargetFinding[]> {
  const branch = branchRef(config);
  await repository.fetch([branch]);
  const attributes = (await repository.read(branch, '.gitattributes'))?.toString('utf8') ?? '';
  const patterns = [...attributes.matchAll(/^([^\s#]\S*)\s.*\bfilter=lfs\b/gm)].map(([, pattern]) => pattern);
  const folder = config.folder === '' ? '*' : `${config.folder}/**`;
  if (patterns.length === 0 || attributes.includes(`${folder} -filter`)) return [];
  return [
    {
      check: 'Git LFS',
      level: 'warning',
      message: `The repository keeps ${patterns.slice(0, 5).join(', ')} in Git LFS; Assay commits files as they are.`,
      fix: `End .gitattributes with the line "${folder} -filter -diff -merge", or push to a bucket or a registry.`,
    },
  ];
}
