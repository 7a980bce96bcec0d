import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../engine/errors.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/** Writes the bytes of an answer to a file, which is in place only when it is complete. */
export async function saveDownload(
  response: Response,
  file: string,
): Promise<{ path: string; sizeBytes: number }> {
  const path = resolve(file);
  const partial = `${path}.part`;
  if (response.body === null) throw new Error('the answer has no body');
  try {
    await pipeline(Readable.fromWeb(response.body), createWriteStream(partial));
    await rename(partial, path);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw new CommandFailure(
      'export/not-writable',
      `${path} could not be written: ${messageOf(thrown)}.`,
      'Choose another place.',
      exitCodes.unexpected,
    );
  }
  const { size: sizeBytes } = await stat(path);
  return { path, sizeBytes };
}
