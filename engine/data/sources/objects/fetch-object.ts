import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError } from '../../../errors.ts';
import type { ListedObject, ObjectStore } from '../../../object-store/index.ts';
import { formatByName, type SourcePart } from '../../source.ts';
import { compressionOf } from '../../text-file.ts';
import type { GatherContext } from '../gather-context.ts';

/** Read in such pieces: each is tried again by itself, and memory stays flat. */
const PIECE_BYTES = 16 * 1024 ** 2;
const LINE_FEED = 10;
const lineFormats: ReadonlySet<unknown> = new Set(['csv', 'tsv', 'jsonl']);

/**
 * Copies one object to the folder, all of it in the state in which it was listed. Of lines of text a preview copies the
 * first piece. `index` tells it from the others.
 *
 * Errors: `datasets/source-not-found` when it has gone, `targets/conflict` when it was replaced meanwhile.
 */
export async function fetchObject(
  store: ObjectStore,
  { key, sizeBytes, state }: ListedObject,
  index: number,
  context: GatherContext,
): Promise<SourcePart> {
  const name = nameOf(key);
  // As many characters for each, so that names can be told from paths; keys may differ in slashes alone.
  const path = join(context.folder, 'objects', String(index).padStart(5, '0'), name);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    for (let start = 0; start < sizeBytes; start += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, sizeBytes - start);
      const piece = await store.range(key, start, length, state);
      if (piece === null)
        throw new AssayError('datasets/source-not-found', `${store.address(key)} has gone meanwhile`);
      if (piece.length !== length) throw changed(store.address(key));
      if (start === 0 && length < sizeBytes && isPreviewOfLines(key, piece, context)) {
        await file.write(piece.subarray(0, piece.lastIndexOf(LINE_FEED) + 1));
        break;
      }
      await file.write(piece);
      context.progress(null, `${store.address(key)}: ${Math.round((start + length) / 1e6)} MB`);
    }
  } finally {
    await file.close();
  }
  return { path, name, sizeBytes };
}

function nameOf(key: string): string {
  return key
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}

function isPreviewOfLines(key: string, head: Buffer, { headRows, read }: GatherContext): boolean {
  const format = read.format ?? formatByName(key);
  const isText = lineFormats.has(format) && compressionOf(head) === 'none';
  return headRows !== null && isText && head.includes(LINE_FEED);
}

/** The same words as those of a store that was asked for a state. */
function changed(address: string): AssayError {
  return new AssayError('targets/conflict', `${address} was changed by somebody else meanwhile`);
}
