import { appendFile, mkdir, open, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a killed engine may have written last lies in the end of the file. */
const END_BYTES = 4 * 1024 * 1024;

/** Adds a line. */
export async function addLine(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, `${line}\n`);
}

/**
 * Takes away half a line that a killed engine left, and gives the last lines of the file, at most about 4 MB of them. Empty without
 * a file.
 */
export async function lastLines(path: string): Promise<string[]> {
  const file = await open(path).catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const length = Math.min(size, END_BYTES);
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, size - length);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < length) await truncate(path, size - length + end);
    const lines = bytes.subarray(0, end).toString().split('\n').slice(0, -1);
    return length < size ? lines.slice(1) : lines;
  } finally {
    await file.close();
  }
}
