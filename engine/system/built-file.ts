import { readFile } from 'node:fs/promises';

/** From a bundle beside it or one folder up, as in the desktop shell; from the sources in `dist`. */
const folders = import.meta.url.endsWith('.ts') ? ['../../dist/'] : ['./', '../'];

/** A program that the build made as one file, to be sent or written elsewhere; null where it was not built. */
export async function readBuiltFile(name: string): Promise<Uint8Array | null> {
  for (const folder of folders) {
    const bytes = await readFile(new URL(`${folder}${name}`, import.meta.url)).catch(() => null);
    if (bytes !== null) return bytes;
  }
  return null;
}
