import { type FileHandle, open } from 'node:fs/promises';

/** One message of Arrow's IPC formats with its frame: metadata and body. */
export type ArrowMessage = { kind: 'schema' | 'dictionary' | 'records' | 'other'; bytes: Uint8Array };

const CONTINUATION = 0xffffffff;
/** A damaged length must not ask for all memory. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The messages of an Arrow file or stream, one after another (Arrow Columnar Format, "IPC File Format": a file is its
 * mark, the messages of a stream, and a footer). Memory: one message. Throws for a file that is cut off.
 */
export async function* arrowMessages(path: string): AsyncGenerator<ArrowMessage> {
  const file = await open(path, 'r');
  try {
    const mark = await readExactly(file, 0, 6);
    let at = mark.toString('latin1') === 'ARROW1' ? 8 : 0;
    for (;;) {
      const frame = await readAtMost(file, at, 8);
      if (frame.length < 4) return;
      const isContinued = frame.readUInt32LE(0) === CONTINUATION;
      if (isContinued && frame.length < 8) return;
      const metadataLength = isContinued ? frame.readUInt32LE(4) : frame.readUInt32LE(0);
      if (metadataLength === 0) return;
      const headLength = (isContinued ? 8 : 4) + metadataLength;
      if (headLength > MOST_BYTES) throw new Error('a message is too long');
      const head = await readExactly(file, at, headLength);
      const { kind, bodyLength } = describe(head.subarray(isContinued ? 8 : 4));
      if (bodyLength < 0 || bodyLength > MOST_BYTES)
        throw new Error('a message is too long: write smaller record batches');
      yield { kind, bytes: await readExactly(file, at, headLength + bodyLength) };
      at += headLength + bodyLength;
    }
  } finally {
    await file.close();
  }
}

/** Reads the table `Message` of Message.fbs: version, header type, header, body length. */
function describe(metadata: Buffer): { kind: ArrowMessage['kind']; bodyLength: number } {
  const table = metadata.readInt32LE(0);
  const fields = table - metadata.readInt32LE(table);
  const fieldsLength = metadata.readUInt16LE(fields);
  const place = (field: number): number | null => {
    const slot = 4 + field * 2;
    const offset = slot < fieldsLength ? metadata.readUInt16LE(fields + slot) : 0;
    return offset === 0 ? null : table + offset;
  };
  const type = place(1);
  const length = place(3);
  const kinds = ['other', 'schema', 'dictionary', 'records'] as const;
  return {
    kind: (type === null ? undefined : kinds[metadata.readUInt8(type)]) ?? 'other',
    bodyLength: length === null ? 0 : Number(metadata.readBigInt64LE(length)),
  };
}

async function readAtMost(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = await readAtMost(file, position, length);
  if (bytes.length < length) throw new Error('the file is cut off');
  return bytes;
}
