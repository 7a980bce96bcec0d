import type { Problem } from '../../../local-api/contract/index.ts';
import { type Bundle, bundlePaths, outsideManifest } from '../bundle.ts';
import { type Finding, verdictOf } from './finding.ts';

/** Whether the files are those that the manifest lists, with the four that it cannot list. */
export function filesCheck({ manifest, files }: Bundle): Finding {
  const there = new Set(files.map(({ path }) => path));
  const listed = new Set([...manifest.files.map(({ path }) => path), ...outsideManifest]);
  const problems = [
    ...[...listed].filter((path) => !there.has(path)).map((path) => ({ path, message: 'is missing' })),
    ...[...there].filter((path) => !listed.has(path)).map((path) => ({ path, message: 'was added' })),
  ];
  return verdictOf(problems, {
    failed: `The manifest and what is there differ in ${problems.length} files: ${shown(problems)}.`,
    passed: `${files.length} files, as the manifest lists them.`,
  });
}

/** Whether size and digest of each file are those of the manifest, and the list for sha256sum says the same. */
export function checksumsCheck({ manifest, files }: Bundle): Finding {
  const found = new Map(files.map((file) => [file.path, file]));
  const problems: Problem[] = [];
  for (const { path, sizeBytes, digest } of manifest.files) {
    const file = found.get(path);
    if (file === undefined) continue;
    if (file.sizeBytes !== sizeBytes)
      problems.push({ path, message: `has ${file.sizeBytes} bytes; the manifest says ${sizeBytes}` });
    else if (file.digest !== digest)
      problems.push({ path, message: `has digest ${file.digest}; the manifest says ${digest}` });
  }
  const lines = found.get(bundlePaths.checksums);
  if (lines === undefined || Buffer.from(lines.bytes).toString('utf8') !== checksumLines(found, manifest))
    problems.push({ path: bundlePaths.checksums, message: 'is not the list of these files' });
  return verdictOf(problems, {
    failed: `${problems.length} files are not as they were: ${shown(problems)}.`,
    passed: `${manifest.files.length} digests hold.`,
  });
}

/** The list as it was written: by the manifest's digests, so that it is right or wrong on its own. */
function checksumLines(
  found: ReadonlyMap<string, Bundle['files'][number]>,
  manifest: Bundle['manifest'],
): string {
  const manifestDigest = found.get(bundlePaths.manifest)?.digest ?? '';
  return [...manifest.files, { path: bundlePaths.manifest, digest: manifestDigest }]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, digest }) => `${digest.slice('sha256:'.length)}  ${path}\n`)
    .join('');
}

/** The first few paths. */
export function shown(problems: readonly Problem[]): string {
  const paths = problems.slice(0, 5).map(({ path }) => path);
  return `${paths.join(', ')}${problems.length > paths.length ? ' …' : ''}`;
}
