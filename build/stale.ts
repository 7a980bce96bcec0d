/** Which parts of `dist/` are older than their sources. Costs one stat a source file (about 10 ms). */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'tsconfig.json']);

/** A digest of names, sizes and modification times below the given paths. */
function fingerprint(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  const visit = (path: string): void => {
    const full = join(root, path);
    const stat = statSync(full, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(full).sort()) if (!skipped.has(name)) visit(join(path, name));
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}

/** Runs `build` unless the sources are those of the last successful build. */
export async function whenStale(
  root: string,
  part: string,
  sources: readonly string[],
  build: () => Promise<void>,
): Promise<boolean> {
  const stampPath = join(root, 'dist', `.${part}.stamp`);
  const current = fingerprint(root, [...sources, 'package-lock.json']);
  let last = '';
  try {
    last = readFileSync(stampPath, 'utf8');
  } catch {
    // Never built.
  }
  if (last === current) return false;
  await build();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampPath, current);
  return true;
}
