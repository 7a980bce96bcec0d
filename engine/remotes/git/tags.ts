import { newestVersion } from '../files/version-manifest.ts';

/** Refs of a repository: the object of each, and for annotated tags the commit behind it. */
export type Refs = ReadonlyMap<string, { object: string; commit: string }>;

/** Reads what `git ls-remote` prints. */
export function readRefs(text: string): Refs {
  const refs = new Map<string, { object: string; commit: string }>();
  for (const line of text.split('\n')) {
    const [object = '', name = ''] = line.split('\t');
    if (name === '') continue;
    const tag = name.replace(/\^\{\}$/, '');
    const there = refs.get(tag);
    // The commit of an annotated tag stands on a line of its own, after the tag.
    if (tag !== name && there !== undefined) there.commit = object;
    else refs.set(name, { object, commit: object });
  }
  return refs;
}

/** The name of a model in folders and tags: lower-case letters, digits and hyphens, as GTO wants them. */
export function slugOf(model: string): string {
  const plain = model.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return /^[a-z]/.test(slug) ? slug : `model-${slug}`.replace(/-$/, '');
}

/**
 * `late-flights@v1.2.0` as GTO names versions. A tag never moves: other documents of the same model are tagged
 * `late-flights@v1.2.0+2`, and the highest counts.
 */
export type VersionTag = { name: string; version: string; revision: number };

export function versionTag(slug: string, version: string, revision: number): VersionTag {
  return { name: `${slug}@v${version}${revision === 1 ? '' : `+${revision}`}`, version, revision };
}

/** The tag that counts of each version of a model. */
export function versionTags(refs: Refs, slug: string): Map<string, VersionTag> {
  const tags = new Map<string, VersionTag>();
  for (const ref of refs.keys()) {
    const [, model, version = '', revision = '1'] =
      /^refs\/tags\/([a-z0-9-]+)@v(\d+\.\d+\.\d+)(?:\+(\d+))?$/.exec(ref) ?? [];
    if (model !== slug) continue;
    const tag = versionTag(slug, version, Number(revision));
    if ((tags.get(version)?.revision ?? 0) < tag.revision) tags.set(version, tag);
  }
  return tags;
}

/** The commits of aliases, by `late-flights#champion#3` as GTO names stages; of each alias the highest number counts. */
export function aliasTags(refs: Refs, slug: string): { commits: ReadonlyMap<string, string>; next: number } {
  const found: { alias: string; count: number; commit: string }[] = [];
  for (const [ref, { commit }] of refs) {
    const [, model, alias, count] = /^refs\/tags\/([a-z0-9-]+)#([^#]+)#(\d+)$/.exec(ref) ?? [];
    if (model === slug && alias !== undefined) found.push({ alias, count: Number(count), commit });
  }
  found.sort((a, b) => a.count - b.count);
  return {
    commits: new Map(found.map(({ alias, commit }) => [alias, commit])),
    next: (found.at(-1)?.count ?? 0) + 1,
  };
}

/** The tag of what a reference asks for: an alias, a version, or the highest version. */
export function wantedTag(
  refs: Refs,
  slug: string,
  { alias, version }: { alias: string | null; version: string | null },
): VersionTag | null {
  const tags = versionTags(refs, slug);
  if (alias === null) return tags.get(version ?? newestVersion([...tags.keys()]) ?? '') ?? null;
  const commit = aliasTags(refs, slug).commits.get(alias);
  return [...tags.values()].find(({ name }) => refs.get(`refs/tags/${name}`)?.commit === commit) ?? null;
}
