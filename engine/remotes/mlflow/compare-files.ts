import type { Bundle, BundleFile } from '../target.ts';
import type { MlflowClient } from './mlflow-client.ts';

const checksumsFile = 'checksums.sha256';

/**
 * Files of a bundle that are not in a folder there: absent, of another length, or with another digest in the checksums that
 * were sent along. The checksums come last, so that they never speak of a file that is not there.
 */
export async function filesToSend(
  client: MlflowClient,
  bundle: Bundle,
  folder: string,
): Promise<BundleFile[]> {
  const sizes = new Map((await client.listFiles(folder)).map(({ path, sizeBytes }) => [path, sizeBytes]));
  const digests = sizes.has(checksumsFile)
    ? readChecksums(await client.readFile(folder, checksumsFile))
    : null;
  const differs = (file: BundleFile): boolean => {
    if (sizes.get(file.path) !== file.sizeBytes) return true;
    if (digests === null) return true;
    return file.path === checksumsFile ? false : digests.get(file.path) !== file.digest;
  };
  const differing = bundle.files.filter(differs);
  const others = differing.filter(({ path }) => path !== checksumsFile);
  const checksums = bundle.files.find(({ path }) => path === checksumsFile);
  return differing.length > 0 && checksums !== undefined ? [...others, checksums] : others;
}

function readChecksums(bytes: Buffer | null): Map<string, string> | null {
  if (bytes === null) return null;
  const lines = bytes.toString('utf8').split('\n');
  const pairs = lines.map((line) => /^([0-9a-f]{64}) {2}(.+)$/.exec(line));
  return new Map(pairs.flatMap((pair) => (pair?.[1] && pair[2] ? [[pair[2], `sha256:${pair[1]}`]] : [])));
}

/** A bundle there holds another model than one here. */
export function isOtherModel(bundle: Bundle, tags: Record<string, string>, mark: string): boolean {
  const there = tags[mark];
  return there !== undefined && there !== bundle.version.digest;
}
