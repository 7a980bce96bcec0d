import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type DvcEntry, entryFault } from './parse-dvc.ts';

/** Some half a million files. */
export const MOST_DIR_BYTES = 64 * 1024 ** 2;
const MOST_PROBLEMS = 20;

/**
 * The files of a directory from the list that DVC keeps of them: JSON with `md5` and `relpath` of each.
 * Errors: `dvc/bad-file` with all faults (the first 20).
 */
export function parseDir(text: string, output: { path: string; isLegacy: boolean }): DvcEntry[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = null;
  }
  if (!Array.isArray(list))
    throw new AssayError('dvc/bad-file', `The list of the files of ${output.path} is no JSON array`);
  const problems: Problem[] = [];
  const entries = list.flatMap((item: unknown, index): DvcEntry[] => {
    const relpath = textAt(item, 'relpath');
    const md5 = textAt(item, 'md5').toLowerCase();
    const fault = entryFault(relpath, md5);
    if (fault !== null && problems.length < MOST_PROBLEMS)
      problems.push({ path: `/${index}`, message: fault });
    return [{ relpath, content: { md5, isDir: false, isLegacy: output.isLegacy, sizeBytes: null } }];
  });
  const [first] = problems;
  if (first !== undefined)
    throw new AssayError(
      'dvc/bad-file',
      `The list of the files of ${output.path} cannot be used: ${first.message}`,
      {
        problems,
      },
    );
  return entries;
}

function textAt(item: unknown, key: string): string {
  const value: unknown =
    typeof item === 'object' && item !== null
      ? Object.entries(item).find(([name]) => name === key)?.[1]
      : undefined;
  return typeof value === 'string' ? value : '';
}
