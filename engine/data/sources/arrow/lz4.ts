/**
 * Decompresses a frame of LZ4 (LZ4 Frame Format 1.6.x, LZ4 Block Format), as Arrow files hold it. Checksums are passed
 * over. Throws for anything that is no whole frame.
 */
export function decompressLz4(frame: Uint8Array, size: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 7 || view.getUint32(0, true) !== 0x184d2204) throw new Error('no LZ4 frame');
  const flags = frame[4] as number;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = 6 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  const out = new Uint8Array(size);
  let length = 0;
  for (;;) {
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) break;
    const blockLength = head & 0x7fffffff;
    const block = frame.subarray(at, at + blockLength);
    if (block.length < blockLength) throw new Error('an LZ4 block is cut off');
    if (head >>> 31 === 1) {
      out.set(block, length);
      length += blockLength;
    } else length = decompressBlock(block, out, length);
    at += blockLength + (hasBlockChecksum ? 4 : 0);
  }
  if (length !== size) throw new Error(`an LZ4 frame holds ${length} bytes, not ${size}`);
  return out;
}

/** Blocks may refer back to those before them, so all are written into one array. */
function decompressBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let from = 0;
  let to = start;
  const longer = (short: number): number => {
    let total = short;
    if (short !== 15) return total;
    for (let more = 255; more === 255; ) {
      more = block[from++] ?? 0;
      total += more;
    }
    return total;
  };
  while (from < block.length) {
    const token = block[from++] as number;
    const literals = longer(token >> 4);
    out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= block.length) break;
    const offset = (block[from] as number) | ((block[from + 1] as number) << 8);
    from += 2;
    const length = longer(token & 15) + 4;
    if (offset === 0 || offset > to) throw new Error('an LZ4 block refers to what is not there');
    if (offset >= length) out.copyWithin(to, to - offset, to - offset + length);
    else for (let index = 0; index < length; index++) out[to + index] = out[to + index - offset] as number;
    to += length;
  }
  return to;
}
