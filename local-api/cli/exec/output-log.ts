const newline = 0x0a;

/** What a command printed, of which the first and the last bytes are kept when it is more than `headBytes + tailBytes`. */
export type OutputLog = {
  add(chunk: Buffer): void;
  /** Bytes printed so far; rises with each `add`, so it tells whether there is something new. */
  size(): number;
  content(): Buffer;
};

export function createOutputLog({ headBytes = 2 ** 20, tailBytes = 3 * 2 ** 20 } = {}): OutputLog {
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let size = 0;

  /** Whole chunks go while what stays is enough. */
  const trim = (): void => {
    let gone = 0;
    while (tailSize - (tail[gone]?.byteLength ?? Number.POSITIVE_INFINITY) >= tailBytes) {
      tailSize -= tail[gone]?.byteLength ?? 0;
      gone += 1;
    }
    if (gone > 0) tail = tail.slice(gone);
  };

  return {
    add(chunk) {
      size += chunk.byteLength;
      const first = chunk.subarray(0, headBytes - headSize);
      if (first.byteLength > 0) {
        head.push(first);
        headSize += first.byteLength;
      }
      const rest = chunk.subarray(first.byteLength);
      if (rest.byteLength === 0) return;
      tail.push(rest);
      tailSize += rest.byteLength;
      trim();
    },
    size: () => size,
    content() {
      const start = Buffer.concat(head);
      const all = Buffer.concat(tail);
      if (size <= headBytes + tailBytes) return Buffer.concat([start, all]);
      // From the next line on: half a line, or half a character, helps nobody.
      const last = all.subarray(Math.max(0, all.byteLength - tailBytes));
      const end = last.subarray(last.indexOf(newline) + 1);
      const left = size - start.byteLength - end.byteLength;
      return Buffer.concat([start, Buffer.from(`\n… ${left} bytes left out …\n`), end]);
    },
  };
}
