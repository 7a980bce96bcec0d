import { digestOf } from '../bundle.ts';
import type { Bundle, BundleFile } from '../target.ts';
import type { MlflowClient } from './mlflow-client.ts';

const checksumsFile = 'checksums.sha256';

/**
 * Files of a bundle that are not in a folder there: absent, of another length, or with another digest than the checksums that
 * were sent along say. The checksums come last, so that they never speak of a file that is not there. The few small files that
 * they do not list, and they themselves, are read.
 */
export async function filesToSend(
  client: MlflowClient,
  bundle: Bundle,
  folder: string,
): Promise<BundleFile[]> {
  const sizes = new Map((await client.listFiles(folder)).map(({ path, sizeBytes }) => [path, sizeBytes]));
  const checksums = sizes.has(checksumsFile) ? await client.readFile(folder, checksumsFile) : null;
  const listed = readChecksums(checksums);
  const differs = async (file: BundleFile): Promise<boolean> => {
    if (sizes.get(file.path) !== file.sizeBytes) return true;
    const known = listed.get(file.path);
    if (known !== undefined) return known !== file.digest;
    const bytes = file.path === checksumsFile ? checksums : await client.readFile(folder, file.path);
    return bytes === null || digestOf(bytes) !== file.digest;
  };
  const differing: BundleFile[] = [];
  for (const file of bundle.files) if (await differs(file)) differing.push(file);
  const isLast = ({ path }: BundleFile) => path === checksumsFile;
  return [...differing.filter((file) => !isLast(file)), ...differing.filter(isLast)];
}

function readChecksums(bytes: Buffer | null): Map<string, string> {
  const lines = bytes === null ? [] : bytes.toString('utf8').split('\n');
  const pairs = lines.map((line) => /^([0-9a-f]{64}) {2}(.+)$/.exec(line));
  return new Map(pairs.flatMap((pair) => (pair?.[1] && pair[2] ? [[pair[2], `sha256:${pair[1]}`]] : [])));
}

/** A bundle there holds another model than one here. */
export function isOtherModel(bundle: Bundle, tags: Record<string, string>, mark: string): boolean {
  const there = tags[mark];
  return there !== undefined && there !== bundle.version.digest;
}
