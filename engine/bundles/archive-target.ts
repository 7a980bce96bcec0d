import { stat } from 'node:fs/promises';
import { AssayError } from '../errors.ts';

/** Makes sure that an archive may be put at `target`: nothing there, or, with `overwrite`, a file. Errors: export/target-exists. */
export async function checkFileFree(target: string, overwrite: boolean): Promise<void> {
  const there = await stat(target).catch(() => null);
  if (there === null) return;
  if (there.isDirectory())
    throw new AssayError('export/target-exists', `"${target}" is a folder; an archive is a file`);
  if (!overwrite || !there.isFile())
    throw new AssayError('export/target-exists', `"${target}" is there already`);
}
