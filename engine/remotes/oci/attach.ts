import { z } from 'zod';
import type { Attachment } from './model-pack.ts';
import { indexType, manifestType, type RegistryClient } from './registry-client.ts';

const Entry = z.looseObject({ digest: z.string() });
const Index = z.looseObject({ manifests: z.array(Entry) });

/** The tag under which registries without the referrers API keep what refers to a manifest. */
export function fallbackTag(subjectDigest: string): string {
  return subjectDigest.replace(':', '-');
}

/**
 * Puts artifacts that refer to a manifest. A registry that does not say "OCI-Subject" has no referrers API: the list of them
 * is kept as an index under the fallback tag then. Source: OCI distribution specification 1.1, "Referrers Tag Schema".
 */
export async function attach(
  client: RegistryClient,
  subjectDigest: string,
  attachments: readonly Attachment[],
): Promise<void> {
  const unlisted: Attachment[] = [];
  for (const attachment of attachments) {
    const headers = await client.putManifest(attachment.digest, manifestType, attachment.bytes);
    if (headers['oci-subject'] === undefined) unlisted.push(attachment);
  }
  if (unlisted.length === 0) return;
  const tag = fallbackTag(subjectDigest);
  const there = await client.manifest(tag);
  const kept = there === null ? [] : entriesOf(there.bytes);
  const known = new Set(kept.map(({ digest }) => digest));
  const added = unlisted.filter(({ digest }) => !known.has(digest)).map(entryOf);
  if (added.length === 0) return;
  const index = { schemaVersion: 2, mediaType: indexType, manifests: [...kept, ...added] };
  await client.putManifest(tag, indexType, Buffer.from(JSON.stringify(index), 'utf8'));
}

/** What refers to a manifest, by digest. */
export async function referrersOf(client: RegistryClient, subjectDigest: string): Promise<string[]> {
  const url = `/v2/${client.repository}/referrers/${subjectDigest}`;
  const answer = await client.request({ method: 'GET', url, expect: [404] });
  if (answer.status !== 404) return entriesOf(answer.body).map(({ digest }) => digest);
  const there = await client.manifest(fallbackTag(subjectDigest));
  return there === null ? [] : entriesOf(there.bytes).map(({ digest }) => digest);
}

function entryOf({ digest, bytes, artifactType }: Attachment) {
  return { mediaType: manifestType, digest, size: bytes.byteLength, artifactType };
}

function entriesOf(bytes: Buffer): z.infer<typeof Entry>[] {
  try {
    const index = Index.safeParse(JSON.parse(bytes.toString('utf8')));
    return index.success ? index.data.manifests : [];
  } catch {
    return [];
  }
}
