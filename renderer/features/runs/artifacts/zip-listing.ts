/** What a ZIP archive says it holds. */
export type ZipListing = { files: { name: string; sizeBytes: number; storedBytes: number }[]; total: number };

const MOST_SHOWN = 5000;
const END_RECORD = 22;
const LONGEST_COMMENT = 65_535;

/**
 * Reads the directory at the end of a ZIP file (APPNOTE.TXT 4.3.12, 4.3.14 to 4.3.16), ZIP64 included, and nothing of
 * the files in it.
 *
 * @param read gives the bytes from an offset to another
 * @throws RangeError when it is no ZIP file
 */
export async function readZipListing(
  sizeBytes: number,
  read: (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<ZipListing> {
  const tailStart = Math.max(0, sizeBytes - END_RECORD - LONGEST_COMMENT - 20);
  const tail = viewOf(await read(tailStart, sizeBytes));
  let end = tail.byteLength - END_RECORD;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new RangeError('This is not a ZIP file: it has no directory at its end.');
  let [total, size, offset] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (end >= 20 && tail.getUint32(end - 20, true) === 0x07064b50) {
    const at = Number(tail.getBigUint64(end - 12, true));
    const wide = viewOf(await read(at, at + 56));
    [total, size, offset] = [32, 40, 48].map((place) => Number(wide.getBigUint64(place, true))) as [
      number,
      number,
      number,
    ];
  }
  return { files: filesOf(viewOf(await read(offset, offset + size))), total };
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function filesOf(directory: DataView<ArrayBuffer>): ZipListing['files'] {
  const files: ZipListing['files'] = [];
  const decoder = new TextDecoder();
  let at = 0;
  while (at + 46 <= directory.byteLength && files.length < MOST_SHOWN) {
    if (directory.getUint32(at, true) !== 0x02014b50) break;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) =>
      directory.getUint16(at + place, true),
    ) as [number, number, number];
    const name = decoder.decode(new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameLength));
    const sizes = {
      storedBytes: directory.getUint32(at + 20, true),
      sizeBytes: directory.getUint32(at + 24, true),
    };
    if (sizes.sizeBytes === 0xffff_ffff && extraLength >= 20) {
      sizes.sizeBytes = Number(directory.getBigUint64(at + 46 + nameLength + 4, true));
      sizes.storedBytes = Number(directory.getBigUint64(at + 46 + nameLength + 12, true));
    }
    files.push({ name, ...sizes });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}
