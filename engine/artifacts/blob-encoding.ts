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
// Level 3, zstd's own default, takes twice as long and saves next to nothing more on tables and logs.
const params = { [constants.ZSTD_c_compressionLevel]: 1 };
const encodedChunkBytes = 256 * 1024;

/** Whether zstd pays for content that starts with this sample (its first `sampleBytes`). Takes about 0.3 ms. */
export function chooseEncoding(sample: Uint8Array): BlobEncoding {
  return tryPacking(sample) === null ? 'raw' : 'zstd';
}

function tryPacking(plain: Uint8Array): Buffer | null {
  if (plain.length <= minCompressedBytes || looksPacked(plain)) return null;
  const packed = zstdCompressSync(plain, { params });
  return packed.length < plain.length * payingRatio ? packed : null;
}

/** Bytes whose entropy is counted. */
const countedBytes = 4096;
/** Bits a byte: 7.95 for random ones and for zip, PNG and JPEG, 7.5 for weights, 5 for text. */
const packedEntropy = 7.8;

/** Whether bytes are spread as evenly as in compressed or encrypted content: trying costs a hundred times more than counting. */
function looksPacked(plain: Uint8Array): boolean {
  const start = Math.max(0, Math.floor((plain.length - countedBytes) / 2));
  const part = plain.subarray(start, start + countedBytes);
  const counts = new Uint32Array(256);
  for (const byte of part) counts[byte] = (counts[byte] as number) + 1;
  let entropy = 0;
  for (const count of counts)
    if (count > 0) entropy -= (count / part.length) * Math.log2(count / part.length);
  return entropy > packedEntropy;
}

/** Plain bytes in, a zstd frame out. */
export function createEncoder(): Transform {
  return createZstdCompress({ params, chunkSize: encodedChunkBytes });
}

/** A whole file in its encoding, for small content: under a millisecond for `sampleBytes`. */
export function encodeSmall(plain: Uint8Array): { encoding: BlobEncoding; parts: Uint8Array[] } {
  const packed = tryPacking(plain);
  if (packed === null) return { encoding: 'raw', parts: [plain] };
  return { encoding: 'zstd', parts: [packed, encodeTrailer(plain.length)] };
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
