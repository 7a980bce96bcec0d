import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../../engine/exchange/formats/crc32c.ts';
import { fieldsOf } from '../../../../engine/exchange/formats/protobuf-fields.ts';

describe('CRC-32C', () => {
  it('has the values of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
  });
});

describe('the fields of a protobuf message', () => {
  it('are read as the encoding guide shows: 150 in field 1, "testing" in field 2', () => {
    expect([...fieldsOf(Uint8Array.of(0x08, 0x96, 0x01))]).toEqual([{ id: 1, number: 150, bytes: null }]);
    const [field] = fieldsOf(Uint8Array.of(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67));
    expect([field?.id, Buffer.from(field?.bytes ?? []).toString()]).toEqual([2, 'testing']);
  });

  it('may be negative', () => {
    const minusOne = Uint8Array.of(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
    expect([...fieldsOf(minusOne)][0]?.number).toBe(-1);
  });

  it('are refused where they end in the middle', () => {
    expect(() => [...fieldsOf(Uint8Array.of(0x12, 0x07, 0x74))]).toThrow(RangeError);
    expect(() => [...fieldsOf(Uint8Array.of(0x08, 0x96))]).toThrow(RangeError);
    expect(() => [...fieldsOf(Uint8Array.of(0x0b))]).toThrow(RangeError);
  });
});
