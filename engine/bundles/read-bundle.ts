import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { BundleManifest, Cell, type Problem, RealNumber } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { nameProblem, readZip, type ZipLimits } from '../zip/index.ts';
import { type Bundle, bundlePaths, type GoldenRows } from './bundle.ts';
import { digestOf } from './digest.ts';

/** A bundle has about 30 files; models of more than this are not kept in memory. */
const limits: ZipLimits = { files: 1000, bytes: 2 * 1024 ** 3 };

/** Files of a bundle by path, nothing of them checked but that they are safe to open. */
export type FoundFiles = { format: 'zip' | 'folder'; files: Map<string, Uint8Array> };

/**
 * Reads the files of a ZIP archive or of a folder into memory. Links are never followed, and nothing is written.
 *
 * Errors: bundles/unreadable with every reason: nothing is there, unsafe names, links, more than 1,000 files or 2 GiB.
 */
export async function findFiles(path: string): Promise<FoundFiles> {
  const found = await lstat(path).catch((cause: unknown) => {
    throw new AssayError('bundles/unreadable', `"${path}" cannot be read: ${messageOf(cause)}.`, { cause });
  });
  if (found.isDirectory()) return { format: 'folder', files: await readFolder(path) };
  if (!found.isFile())
    throw new AssayError('bundles/unreadable', `"${path}" is neither a file nor a folder.`);
  if (found.size > limits.bytes)
    throw new AssayError('bundles/unreadable', `"${path}" has ${found.size} bytes, more than is opened.`);
  return { format: 'zip', files: readZip(await readWhole(path), limits) };
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const problems: Problem[] = [];
  const paths: string[] = [];
  let total = 0;
  for (const entry of entries) {
    const full = join(entry.parentPath, entry.name);
    const path = relative(folder, full).replaceAll(sep, '/');
    const wrong = nameProblem(path);
    if (wrong !== null) problems.push({ path, message: wrong });
    else if (entry.isFile()) {
      paths.push(path);
      total += (await lstat(full)).size;
    } else if (!entry.isDirectory()) problems.push({ path, message: 'is neither a file nor a folder' });
  }
  if (paths.length > limits.files || total > limits.bytes)
    problems.push({
      path: folder,
      message: `holds ${paths.length} files of ${total} bytes, more than is opened`,
    });
  if (problems.length > 0)
    throw new AssayError(
      'bundles/unreadable',
      `The folder is not safe to read: ${problems[0]?.path} ${problems[0]?.message}.`,
      { problems: problems.slice(0, 100) },
    );
  const files = new Map<string, Uint8Array>();
  for (const path of paths.sort()) files.set(path, await readFile(join(folder, path)));
  return files;
}

/**
 * A bundle out of files that were read or sent from somewhere. Only its manifest is looked at: `verifyFiles` tells whether to
 * believe it. Errors: bundles/unreadable.
 */
export function bundleOf(files: ReadonlyMap<string, Uint8Array>): Bundle {
  const manifest = files.get(bundlePaths.manifest);
  if (manifest === undefined)
    throw new AssayError('bundles/unreadable', `There is no ${bundlePaths.manifest}: this is no bundle.`);
  return {
    digest: digestOf(manifest),
    manifest: parseFile(files, bundlePaths.manifest, BundleManifest),
    files: [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => ({ path, sizeBytes: bytes.byteLength, digest: digestOf(bytes), bytes })),
  };
}

/** A file of a bundle as JSON of a schema. Errors: bundles/unreadable. */
export function parseFile<T>(files: ReadonlyMap<string, Uint8Array>, path: string, schema: z.ZodType<T>): T {
  const bytes = files.get(path);
  if (bytes === undefined) throw new AssayError('bundles/unreadable', `There is no ${path}.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new AssayError('bundles/unreadable', `${path} is no JSON: ${messageOf(cause)}.`, { cause });
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  const problems = checked.error.issues
    .slice(0, 100)
    .map((issue) => ({ path: `${path}#/${issue.path.join('/')}`, message: issue.message }));
  throw new AssayError(
    'bundles/unreadable',
    `${path} is not as it must be: ${problems[0]?.path} ${problems[0]?.message}.`,
    { problems },
  );
}

const GoldenRequest = z.object({ rows: z.array(z.record(z.string(), Cell)).min(1).max(100_000) });
const numbers = z.array(RealNumber.transform(Number));
const GoldenResponse = z.object({
  label: z.array(z.string()).optional(),
  classes: z.array(z.string()).optional(),
  probabilities: z.array(numbers).optional(),
  value: numbers.optional(),
});

/** The golden rows of a bundle with the answers stated for them. Errors: bundles/unreadable. */
export function goldenRowsOf(files: ReadonlyMap<string, Uint8Array>): GoldenRows {
  const { rows } = parseFile(files, bundlePaths.goldenRows, GoldenRequest);
  const { label, classes, probabilities, value } = parseFile(
    files,
    bundlePaths.goldenAnswers,
    GoldenResponse,
  );
  const answers = {
    ...(label === undefined ? {} : { label }),
    ...(classes === undefined ? {} : { classes }),
    ...(probabilities === undefined ? {} : { probabilities }),
    ...(value === undefined ? {} : { value }),
  };
  return { rows, answers };
}
