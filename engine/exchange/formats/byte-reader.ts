import { open } from 'node:fs/promises';

/** Reads a file from the start in pieces of any size, with one buffered megabyte. `read` gives null when fewer bytes are left. */
export type ByteReader = {
  read(length: number): Promise<Buffer | null>;
  /** Bytes that are read but not given, at the end of the file: what a last incomplete piece has. */
  left(): number;
};

/** Opens a file for the time of `work`. */
export async function* withByteReader<T>(
  path: string,
  work: (reader: ByteReader) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const file = await open(path, 'r');
  let buffer = Buffer.alloc(0);
  const fill = async (length: number): Promise<boolean> => {
    while (buffer.byteLength < length) {
      const chunk = Buffer.allocUnsafe(Math.max(2 ** 20, length - buffer.byteLength));
      const { bytesRead } = await file.read(chunk, 0, chunk.byteLength);
      if (bytesRead === 0) return false;
      buffer = Buffer.concat([buffer, chunk.subarray(0, bytesRead)]);
    }
    return true;
  };
  try {
    yield* work({
      async read(length) {
        if (!(await fill(length))) return null;
        const piece = buffer.subarray(0, length);
        buffer = buffer.subarray(length);
        return piece;
      },
      left: () => buffer.byteLength,
    });
  } finally {
    await file.close();
  }
}
