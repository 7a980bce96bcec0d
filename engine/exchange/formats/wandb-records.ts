import { crc32 } from 'node:zlib';
import { withByteReader } from './byte-reader.ts';

const blockBytes = 32_768;
const headerBytes = 7;
const part = { full: 1, first: 2, middle: 3, last: 4 } as const;

export type WandbRecord = { bytes: Buffer } | { fault: string };

/**
 * The records of a `.wandb` file: a head of seven bytes (`:W&B`, a magic number, a version), then LevelDB's log format in
 * blocks of 32 KiB, with the CRC-32 of zlib in place of the masked CRC-32C. A last record that is only half there ends the
 * file silently: the run was killed, or is still going on.
 * Source: LevelDB's description of its log format (github.com/google/leveldb, doc/log_format.md).
 */
export async function* wandbRecords(path: string): AsyncGenerator<WandbRecord> {
  yield* withByteReader(path, async function* (reader) {
    const ident = await reader.read(headerBytes);
    if (ident === null || ident.toString('latin1', 0, 4) !== ':W&B') {
      yield { fault: 'it does not begin as a W&B file does' };
      return;
    }
    let inBlock = headerBytes;
    let parts: Buffer[] = [];
    for (;;) {
      if (blockBytes - inBlock < headerBytes) {
        if ((await reader.read(blockBytes - inBlock)) === null) return;
        inBlock = 0;
      }
      const head = await reader.read(headerBytes);
      if (head === null) return;
      const length = head.readUInt16LE(4);
      const type = head.readUInt8(6);
      inBlock += headerBytes + length;
      if (type < part.full || type > part.last || inBlock > blockBytes) {
        yield { fault: 'a record is damaged' };
        return;
      }
      const data = await reader.read(length);
      if (data === null) return;
      if (crc32(data, crc32(head.subarray(6, 7))) !== head.readUInt32LE(0)) {
        yield { fault: 'a record is damaged' };
        return;
      }
      if (type === part.full || type === part.first) parts = [];
      parts.push(data);
      if (type === part.full || type === part.last) yield { bytes: Buffer.concat(parts) };
    }
  });
}
