import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import { manifestPath, readManifest, type VersionManifest } from '../files/version-manifest.ts';
import { filepathKey } from './model-pack.ts';
import type { RegistryClient } from './registry-client.ts';

const Layer = z.looseObject({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().min(0),
  annotations: z.record(z.string(), z.string()).default({}),
});
const Manifest = z.looseObject({ layers: z.array(Layer).default([]) });

/** A version as a repository has it; `described` is null for an artifact of another maker. */
export type RemoteVersion = { digest: string; described: VersionManifest | null };

/** By tag or digest; null when it is not there. */
export async function remoteVersion(
  client: RegistryClient,
  reference: string,
): Promise<RemoteVersion | null> {
  const stored = await client.manifest(reference);
  if (stored === null) return null;
  const layer = layersOf(stored.bytes).find(({ path }) => path === manifestPath);
  if (layer === undefined) return { digest: stored.digest, described: null };
  const where = `${client.repository}@${layer.digest}`;
  const bytes = await client.blob(layer.digest, layer.sizeBytes);
  if (bytes === null) {
    throw new AssayError(
      'targets/damaged',
      `${where} is named by the manifest ${reference} but is not there.`,
    );
  }
  return { digest: stored.digest, described: readManifest(bytes, where) };
}

function layersOf(manifest: Buffer): { path: string; digest: string; sizeBytes: number }[] {
  let raw: unknown;
  try {
    raw = JSON.parse(manifest.toString('utf8'));
  } catch {
    return [];
  }
  const parsed = Manifest.safeParse(raw);
  if (!parsed.success) return [];
  return parsed.data.layers.map(({ digest, size, annotations }) => ({
    path: annotations[filepathKey] ?? '',
    digest,
    sizeBytes: size,
  }));
}

/** A file of a version. Errors: targets/damaged when it is not there. */
export async function fileOf(
  client: RegistryClient,
  { path, digest, sizeBytes }: { path: string; digest: string; sizeBytes: number },
): Promise<Uint8Array> {
  const bytes = await client.blob(digest, sizeBytes);
  if (bytes !== null) return bytes;
  throw new AssayError('targets/damaged', `${path} (${digest}) is not in ${client.repository} any more.`);
}
