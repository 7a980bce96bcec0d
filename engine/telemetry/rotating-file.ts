import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export type RotatingFileOptions = {
  path: string;
  /** A file that would grow beyond is put aside under a name with its time. */
  maxBytes: number;
  /** Files put aside that are kept. */
  keep: number;
  nowMs: () => number;
};

/**
 * A log file that stays within bounds. A line is written before `write` returns (some microseconds), so the last words
 * of a crash are there, and is never split between two files. A disk that is full loses lines and nothing else.
 */
export function openRotatingFile({ path, maxBytes, keep, nowMs }: RotatingFileOptions) {
  const folder = dirname(path);
  const open = (): number => openSync(path, 'a', 0o600);
  mkdirSync(folder, { recursive: true });
  let file: number | null = open();
  let bytes = statSync(path).size;
  let isClosed = false;

  const putAside = (): void => {
    if (file !== null) closeSync(file);
    file = null;
    const stamp = new Date(nowMs()).toISOString().replace(/[-:]/g, '');
    renameSync(path, join(folder, `engine-${stamp}.jsonl`));
    file = open();
    bytes = 0;
    const old = readdirSync(folder).filter((name) => /^engine-.*\.jsonl$/.test(name));
    for (const name of old.sort().slice(0, -keep)) rmSync(join(folder, name), { force: true });
  };

  return {
    write(line: string): void {
      // A last word after the end would open the file again.
      if (isClosed) return;
      try {
        const size = Buffer.byteLength(line);
        if (bytes > 0 && bytes + size > maxBytes) putAside();
        file ??= open();
        writeSync(file, line);
        bytes += size;
      } catch {
        // The engine is worth more than its log.
      }
    },
    close(): void {
      isClosed = true;
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}
