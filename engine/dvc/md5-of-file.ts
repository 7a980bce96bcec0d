import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** DVC looks at texts in blocks of this size, and takes a line end that lies across two of them as it is. */
const BLOCK_BYTES = 2 ** 20;
const HEAD_BYTES = 512;

export type FoundMd5 = {
  md5: string;
  /** With CRLF read as LF in texts, as DVC 2 counted; the same as `md5` unless that was asked for. */
  legacyMd5: string;
  sizeBytes: number;
};

/** Reads a whole file, some 600 MB a second; for job processes. Errors: those of the file system. */
export async function md5OfFile(
  path: string,
  options: { isLegacy?: boolean; signal?: AbortSignal | undefined; onBytes?(done: number): void } = {},
): Promise<FoundMd5> {
  const plain = createHash('md5');
  const legacy = options.isLegacy === true ? createHash('md5') : null;
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: BLOCK_BYTES })) {
    options.signal?.throwIfAborted();
    const block: Buffer = chunk;
    plain.update(block);
    legacy?.update(isText(block.subarray(0, HEAD_BYTES)) ? withLineFeeds(block) : block);
    sizeBytes += block.length;
    options.onBytes?.(sizeBytes);
  }
  const md5 = plain.digest('hex');
  return { md5, legacyMd5: legacy?.digest('hex') ?? md5, sizeBytes };
}

/** DVC's guess: no zero byte, and at most 30 % that stand in no plain text. */
function isText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  const odd = head.filter((byte) => !((byte >= 32 && byte < 127) || [8, 9, 10, 12, 13].includes(byte)));
  return odd.length <= 0.3 * head.length;
}

function withLineFeeds(block: Buffer): Buffer {
  if (!block.includes('\r\n')) return block;
  return Buffer.from(block.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
