import { open } from 'node:fs/promises';

/** Writes a file that is not there yet; it is on the disk when this resolves. Errors: those of the file system. */
export async function writeDurably(path: string, content: Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const chunk of content instanceof Uint8Array ? [content] : content) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}
