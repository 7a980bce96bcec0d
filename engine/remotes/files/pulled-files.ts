import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError } from '../../errors.ts';
import { digestOf } from '../bundle.ts';
import type { PulledFiles } from '../target.ts';

/** A file to fetch: its path is relative and safe. */
type Listed = { path: string; digest: string; sizeBytes: number };
type Fetch = (file: Listed) => Promise<Uint8Array>;

/** All files in memory, as they came: whoever asks compares them. */
export async function fetchFiles(files: readonly Listed[], fetch: Fetch): Promise<PulledFiles> {
  const fetched = new Map<string, Uint8Array>();
  for (const file of files) fetched.set(file.path, await fetch(file));
  return fetched;
}

/** Writes files below a folder, one at a time, each after its digest was compared. Errors: targets/damaged. */
export async function pullFiles(
  files: readonly Listed[],
  dir: string,
  fetch: Fetch,
  progress: (fraction: number | null, message: string) => void,
): Promise<void> {
  const total = Math.max(
    1,
    files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  let done = 0;
  for (const file of files) {
    progress(done / total, `Fetching ${file.path}`);
    const bytes = await fetch(file);
    checkDigest(file, bytes);
    const path = join(dir, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    done += file.sizeBytes;
  }
}

/** Errors: targets/damaged. */
export function checkDigest({ path, digest }: Pick<Listed, 'path' | 'digest'>, bytes: Uint8Array): void {
  const found = digestOf(bytes);
  if (found === digest) return;
  throw new AssayError('targets/damaged', `${path} came back with the digest ${found} instead of ${digest}.`);
}
