import type { Transform } from 'node:stream';
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';

/** How the plain bytes lie on disk. */
export type BlobEncoding = 'raw' | 'zstd';

/** So many bytes from the start decide whether the whole is compressed; the same content always decides alike. */
export const sampleBytes = 64 * 1024;

// Below one disk block nothing is saved.
const minCompressedBytes = 4096;
// Text shrinks to less than half, model weights by 8 %: well between the two.
const payingRatio = 0.75;
const zstdLevel = 3;

/** Whether zstd pays for content that starts with this sample (its first `sampleBytes`). Takes about 0.3 ms. */
export function chooseEncoding(sample: Uint8Array): BlobEncoding {
  if (sample.length <= minCompressedBytes) return 'raw';
  const packed = zstdCompressSync(sample, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return packed.length < sample.length * payingRatio ? 'zstd' : 'raw';
}

/** Plain bytes in, a zstd frame out. */
export function createEncoder(): Transform {
  return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } });
}

/*
 * A streamed zstd frame does not tell its plain length, so one follows in a "skippable frame" (RFC 8878, 3.1.2):
 * magic, payload length, plain length as 64 bits, all little-endian. Any zstd tool reads the file and skips it.
 */
const trailerMagic = 0x184d2a5b;
export const trailerBytes = 16;

/** Ends a zstd file with the length of its plain bytes. */
export function encodeTrailer(sizeBytes: number): Buffer {
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(trailerMagic, 0);
  trailer.writeUInt32LE(8, 4);
  trailer.writeBigUInt64LE(BigInt(sizeBytes), 8);
  return trailer;
}

/** The plain length, or undefined where these are not the last bytes of a whole file. */
export function decodeTrailer(trailer: Buffer): number | undefined {
  if (trailer.length !== trailerBytes) return undefined;
  if (trailer.readUInt32LE(0) !== trailerMagic || trailer.readUInt32LE(4) !== 8) return undefined;
  return Number(trailer.readBigUInt64LE(8));
}
