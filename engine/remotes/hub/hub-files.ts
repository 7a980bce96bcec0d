import { createHash } from 'node:crypto';
import { AssayError } from '../../errors.ts';
import { digestOf } from '../bundle.ts';
import { manifestOf, manifestPath } from '../files/version-manifest.ts';
import type { Bundle, BundleFile } from '../target.ts';
import type { HubClient, TreeFile } from './hub-client.ts';
import { hubReadme, readmeIn } from './model-card.ts';

const readmePath = 'README.md';

/** The files of a commit: those of the bundle, the README with the card, and the manifest. */
export async function hubFiles(bundle: Bundle, license: string | undefined): Promise<BundleFile[]> {
  const readme = bundle.files.find(({ path }) => path === readmePath);
  const own = readme === undefined ? '' : Buffer.from(await readme.bytes()).toString('utf8');
  return [
    ...bundle.files.filter((file) => file !== readme),
    inMemory(readmePath, Buffer.from(hubReadme(bundle, own, license), 'utf8')),
    inMemory(manifestPath, manifestOf(bundle)),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function inMemory(path: string, bytes: Uint8Array): BundleFile {
  return { path, digest: digestOf(bytes), sizeBytes: bytes.byteLength, bytes: async () => bytes };
}

/** Those files that a tree has otherwise or not at all. */
export async function missingFiles(
  files: readonly BundleFile[],
  tree: readonly TreeFile[],
): Promise<BundleFile[]> {
  const there = new Map(tree.map((entry) => [entry.path, entry]));
  const missing: BundleFile[] = [];
  for (const file of files) {
    const entry = there.get(file.path);
    if (entry === undefined || !(await isSame(file, entry))) missing.push(file);
  }
  return missing;
}

async function isSame(file: BundleFile, { sizeBytes, sha256, gitOid }: TreeFile): Promise<boolean> {
  if (sha256 !== null) return `sha256:${sha256}` === file.digest;
  return sizeBytes === file.sizeBytes && gitOid === gitDigest(await file.bytes());
}

/** As git names a file. */
export function gitDigest(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

/** A file of the bundle at a revision. Errors: targets/damaged when it is not there. */
export async function fileAt(
  client: HubClient,
  revision: string,
  { path, sizeBytes }: { path: string; sizeBytes: number },
): Promise<Uint8Array> {
  const isReadme = path === readmePath;
  const bytes = await client.file(revision, path, isReadme ? 4 * 1024 ** 2 : sizeBytes);
  if (bytes === null)
    throw new AssayError('targets/damaged', `${client.repo} has no ${path} at ${revision}.`);
  if (!isReadme) return bytes;
  const own = readmeIn(bytes.toString('utf8'));
  return own === null ? bytes : Buffer.from(own, 'utf8');
}
