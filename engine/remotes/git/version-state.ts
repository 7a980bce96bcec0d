import { createHash } from 'node:crypto';
import { AssayError } from '../../errors.ts';
import {
  isSameBundle,
  newestVersion,
  readManifest,
  type VersionManifest,
  verdictOf,
} from '../files/version-manifest.ts';
import type { Bundle } from '../target.ts';
import type { GitConfig } from './git-kind.ts';
import { branchRef, layoutOf, tagRef } from './layout.ts';
import type { Repository } from './repository.ts';
import { aliasTags, slugOf, type VersionTag, versionTag, versionTags } from './tags.ts';

const maxManifestBytes = 4 * 1024 ** 2;

/** What a repository holds of a version, and what a push of it would do. */
export type VersionState = {
  slug: string;
  verdict: 'new' | 'update' | 'same' | 'conflict';
  /** Why it is a conflict; null when it is none. */
  conflict: string | null;
  /** The tag that stands for the version now; null: none. */
  tag: (VersionTag & { object: string; commit: string; bundleDigest: string }) | null;
  /** The tag that it has after the push. */
  next: VersionTag;
  /** The commit of the branch; null: there is none. */
  head: string | null;
  /** Whether no higher version is there: the branch holds the highest. */
  isNewest: boolean;
  /** Files of the model by path, on the branch; and all objects known there. */
  files: ReadonlyMap<string, string>;
  known: ReadonlySet<string>;
  /** Aliases that do not point at it yet, with the tags that will say so. */
  moves: { alias: string; was: string | null; name: string }[];
};

/** Reads the manifest of a model in a commit; null when there is none. Errors: targets/damaged. */
export async function manifestAt(
  repository: Repository,
  rev: string,
  path: string,
): Promise<VersionManifest | null> {
  const bytes = await repository.read(rev, path);
  if (bytes === null) return null;
  if (bytes.byteLength > maxManifestBytes)
    throw new AssayError('targets/damaged', `${path} is too long for a manifest.`);
  return readManifest(bytes, `${path} of ${rev}`);
}

/** Fetches what is there of the version of a bundle and judges it. */
export async function stateOf(
  repository: Repository,
  config: GitConfig,
  bundle: Bundle,
): Promise<VersionState> {
  const { model, version, aliases } = bundle.version;
  const slug = slugOf(model);
  const layout = layoutOf(config, slug);
  const branch = branchRef(config);
  const refs = await repository.refs(slug);
  const head = refs.get(branch)?.commit ?? null;
  const tags = versionTags(refs, slug);
  const tag = tags.get(version) ?? null;
  const at = tag === null ? undefined : refs.get(tagRef(tag.name));
  const revs = [...(head === null ? [] : [branch]), ...(tag === null ? [] : [tagRef(tag.name)])];
  await repository.fetch(revs);
  const there = tag === null ? null : await manifestAt(repository, tagRef(tag.name), layout.manifest);
  const onBranch = head === null ? null : await manifestAt(repository, branch, layout.manifest);
  const entries = await Promise.all(revs.map((rev) => repository.entries(rev, layout.root)));

  const conflict = conflictOf(config, bundle, { slug, tag, there, onBranch });
  const isSame = isSameBundle(there, bundle);
  const verdict = conflict === null ? verdictOf(there, bundle.version, isSame) : 'conflict';
  const { commits, next } = aliasTags(refs, slug);
  const wanted = config.aliases ? aliases : [];
  return {
    slug,
    verdict,
    conflict,
    tag: tag === null || at === undefined ? null : { ...tag, ...at, bundleDigest: there?.bundleDigest ?? '' },
    next: verdict === 'same' && tag !== null ? tag : versionTag(slug, version, (tag?.revision ?? 0) + 1),
    head,
    isNewest: newestVersion([...tags.keys(), version]) === version,
    files: (head === null ? undefined : entries[0]) ?? new Map(),
    known: new Set(entries.flatMap((files) => [...files.values()])),
    moves: wanted
      .filter((alias) => verdict !== 'same' || commits.get(alias) !== at?.commit)
      .map((alias, index) => ({
        alias,
        was: commits.get(alias) ?? null,
        name: `${slug}#${alias}#${next + index}`,
      })),
  };
}

type Found = VersionManifest | null;

/** A tag of others, another model under the tag, or a model whose name is written the same way. */
function conflictOf(
  { url }: GitConfig,
  { version: { model, digest } }: Bundle,
  { slug, tag, there, onBranch }: { slug: string; tag: VersionTag | null; there: Found; onBranch: Found },
): string | null {
  if (onBranch !== null && onBranch.model !== model)
    return `${url} holds "${onBranch.model}" under the name ${slug}.`;
  if (tag === null) return null;
  if (there === null) return `${url} has a tag ${tag.name} that Assay did not make.`;
  return there.model === model && there.modelDigest === digest
    ? null
    : `${url} holds another model under the tag ${tag.name} (${there.modelDigest}).`;
}

/** The name that git gives to a file. */
export function objectOf(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}
