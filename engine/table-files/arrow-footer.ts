/** Where a record batch lies in the file: its beginning, and the lengths of its metadata, frame included, and of its body. */
export type ArrowBlock = { offset: number; metadataLength: number; bodyLength: number };

const BLOCK_BYTES = 24;
/** The version of the format (MetadataVersion.V5 of Schema.fbs). */
const VERSION = 4;
const VTABLE_BYTES = 12;
const TABLE_BYTES = 20;

/**
 * The table `Footer` of File.fbs (Arrow Columnar Format, "IPC File Format") as a FlatBuffer: the version, the schema and the
 * places of the record batches. `schemaMessage` is the metadata of the schema's message without its frame; it is put in whole, as
 * everything in a FlatBuffer is found by relative places. Without dictionaries.
 */
export function arrowFooter(schemaMessage: Uint8Array, blocks: readonly ArrowBlock[]): Buffer {
  const message = Buffer.from(schemaMessage.buffer, schemaMessage.byteOffset, schemaMessage.byteLength);
  const schema = schemaTable(message);
  // root, vtable, table, the empty list of dictionaries, then the blocks, which begin at a multiple of 8 after their count
  const vtable = 4;
  const table = vtable + VTABLE_BYTES;
  const dictionaries = table + TABLE_BYTES;
  const records = 44;
  const tail = align(records + 4 + blocks.length * BLOCK_BYTES);
  const footer = Buffer.alloc(tail + align(message.length));
  footer.writeUInt32LE(table, 0);
  for (const [index, size] of [VTABLE_BYTES, TABLE_BYTES, 4, 8, 12, 16].entries())
    footer.writeUInt16LE(size, vtable + index * 2);
  footer.writeInt32LE(table - vtable, table);
  footer.writeInt16LE(VERSION, table + 4);
  footer.writeUInt32LE(tail + schema - (table + 8), table + 8);
  footer.writeUInt32LE(dictionaries - (table + 12), table + 12);
  footer.writeUInt32LE(records - (table + 16), table + 16);
  footer.writeUInt32LE(blocks.length, records);
  for (const [index, { offset, metadataLength, bodyLength }] of blocks.entries()) {
    const at = records + 4 + index * BLOCK_BYTES;
    footer.writeBigInt64LE(BigInt(offset), at);
    footer.writeInt32LE(metadataLength, at + 8);
    footer.writeBigInt64LE(BigInt(bodyLength), at + 16);
  }
  message.copy(footer, tail);
  return footer;
}

const align = (size: number): number => (size + 7) & ~7;

/** Place of the header, the third field of the table `Message`. */
function schemaTable(message: Buffer): number {
  const table = message.readUInt32LE(0);
  const vtable = table - message.readInt32LE(table);
  const header = table + message.readUInt16LE(vtable + 8);
  return header + message.readUInt32LE(header);
}
