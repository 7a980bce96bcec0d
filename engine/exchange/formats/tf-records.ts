import { withByteReader } from './byte-reader.ts';
import { maskedCrc32c } from './crc32c.ts';

/** Larger than any summary; a length beyond it is damage, and reading it would take all memory. */
const maxRecordBytes = 512 * 2 ** 20;

/** A record, or how the file ends before its end. */
export type TfRecord = { bytes: Buffer } | { fault: string };

/**
 * The records of a TFRecord file: length (64 bits), its CRC, the bytes, their CRC. A last record that is only half there,
 * as in a log that is being written, ends the file silently.
 * Source: TensorFlow's documentation of the format (tensorflow.org/tutorials/load_data/tfrecord).
 */
export async function* tfRecords(path: string): AsyncGenerator<TfRecord> {
  yield* withByteReader(path, async function* (reader) {
    for (;;) {
      const head = await reader.read(12);
      if (head === null) return;
      const length = Number(head.readBigUInt64LE(0));
      if (maskedCrc32c(head.subarray(0, 8)) !== head.readUInt32LE(8) || length > maxRecordBytes) {
        yield { fault: 'the length of a record is damaged' };
        return;
      }
      const body = await reader.read(length + 4);
      if (body === null) return;
      const bytes = body.subarray(0, length);
      if (maskedCrc32c(bytes) !== body.readUInt32LE(length)) {
        yield { fault: 'a record is damaged' };
        return;
      }
      yield { bytes };
    }
  });
}
