import { AssayError } from '../../../engine/errors.ts';

/** Element types of the Open Inference Protocol with their bytes; BYTES has elements of any length. */
const widths = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: 0,
} as const;
export type Datatype = keyof typeof widths;

export type Element = number | bigint | string | boolean | null;

export function isDatatype(name: unknown): name is Datatype {
  return typeof name === 'string' && Object.hasOwn(widths, name);
}

export function badTensor(message: string): AssayError {
  return new AssayError('predictions/bad-rows', message);
}

/**
 * The elements of a binary tensor: little-endian, row-major; BYTES have a length of 4 bytes before each.
 * Errors: `predictions/bad-rows` when the bytes are not those of `count` elements.
 */
export function decodeBinary(
  name: string,
  datatype: Datatype,
  bytes: Buffer,
  count: number,
): ArrayLike<Element> {
  if (datatype === 'BYTES') return decodeTexts(name, bytes, count);
  const expected = count * widths[datatype];
  if (bytes.length !== expected)
    throw badTensor(
      `input "${name}" has ${bytes.length} bytes, and ${count} elements of ${datatype} have ${expected}`,
    );
  // A copy: typed arrays need the alignment of their elements.
  const { buffer } = Uint8Array.from(bytes);
  switch (datatype) {
    case 'BOOL':
      return Array.from(bytes, (byte) => byte !== 0);
    case 'UINT8':
      return new Uint8Array(buffer);
    case 'UINT16':
      return new Uint16Array(buffer);
    case 'UINT32':
      return new Uint32Array(buffer);
    case 'UINT64':
      return new BigUint64Array(buffer);
    case 'INT8':
      return new Int8Array(buffer);
    case 'INT16':
      return new Int16Array(buffer);
    case 'INT32':
      return new Int32Array(buffer);
    case 'INT64':
      return new BigInt64Array(buffer);
    case 'FP16':
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
    case 'FP32':
      return new Float32Array(buffer);
    case 'FP64':
      return new Float64Array(buffer);
  }
}

function decodeTexts(name: string, bytes: Buffer, count: number): string[] {
  const texts: string[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && texts.length < count) {
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) break;
    texts.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  if (texts.length === count && at === bytes.length) return texts;
  throw badTensor(`the bytes of input "${name}" are not ${count} texts with their lengths`);
}

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

export function encodeTexts(texts: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  for (const text of texts) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(Buffer.byteLength(text));
    parts.push(length, Buffer.from(text, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Bytes of float32 as they lie in memory, which is little-endian wherever Node runs with ONNX Runtime. */
export function encodeFloats(values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}
