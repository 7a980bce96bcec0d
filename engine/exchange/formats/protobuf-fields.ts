/** One field of a message as it stands on the wire. `bytes` for strings, messages and packed lists, otherwise `number`. */
export type Field = { id: number; number: number; bytes: Uint8Array | null };

/**
 * The fields of a protobuf message in their order, without a schema: for the few messages of other programs whose field
 * numbers are known. 64-bit integers are exact up to 2^53. Throws RangeError for bytes that are no message.
 * Source: Protocol Buffers encoding (protobuf.dev/programming-guides/encoding).
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('A number has more than ten bytes.');
  };
  while (at < message.byteLength) {
    const tag = Number(varint());
    const id = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { id, number: Number(BigInt.asIntN(64, varint())), bytes: null };
        break;
      case 1:
        yield { id, number: view.getFloat64(at, true), bytes: null };
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        if (at + length > message.byteLength) throw new RangeError('A field is longer than its message.');
        yield { id, number: length, bytes: message.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        yield { id, number: view.getFloat32(at, true), bytes: null };
        at += 4;
        break;
      default:
        throw new RangeError(`There is no wire type ${tag & 7}.`);
    }
  }
}

const decoder = new TextDecoder();

/** Text of a field; empty where it has none. */
export function textOf(field: Field | undefined): string {
  return field?.bytes == null ? '' : decoder.decode(field.bytes);
}

/** Fields of a message by number, the last of each, as protobuf reads repeated scalars that are declared once. */
export function lastFields(message: Uint8Array): Map<number, Field> {
  const fields = new Map<number, Field>();
  for (const field of fieldsOf(message)) fields.set(field.id, field);
  return fields;
}
