/** A field of a message: a number, or bytes that its number gives a meaning. */
type Field = { number: number; value: bigint } | { number: number; bytes: Uint8Array };

/** The fields of one message, in order (Protocol Buffers encoding: varint, 64-bit, length-delimited, 32-bit). */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('This is not an ONNX file: a number in it has no end.');
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (wireType === 0) yield { number, value: varint() };
    else {
      const length = wireType === 1 ? 8 : wireType === 5 ? 4 : wireType === 2 ? Number(varint()) : -1;
      if (length < 0 || at + length > bytes.length) {
        throw new RangeError('This is not an ONNX file: a part of it reaches beyond its end.');
      }
      yield { number, bytes: bytes.subarray(at, at + length) };
      at += length;
    }
  }
}
