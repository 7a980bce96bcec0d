import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameProblem, readZip, zipChunks } from '../../../../engine/zip/index.ts';
import { centralHeader, endRecords, localHeader } from '../../../../engine/zip/records.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const limits = { files: 100, bytes: 1_000_000 };
const zip = (files: Iterable<readonly [string, Uint8Array]>): Buffer => Buffer.concat([...zipChunks(files)]);
const text = (value: string): Uint8Array => Buffer.from(value);

/** An archive of one deflated file that says what it wants of its size. */
function deflated(name: string, content: Buffer, claimed: number, crc: number): Buffer {
  const packed = deflateRawSync(content);
  const local = localHeader({ name, sizeBytes: claimed, checksum: crc });
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  const central = centralHeader({ name, sizeBytes: claimed }, crc, 0, false);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  return Buffer.concat([local, packed, central, endRecords(1, central.length, local.length + packed.length)]);
}

describe('an archive', () => {
  test('gives back the files that went in, whatever their names and bytes', () => {
    const name = fc.array(fc.stringMatching(/^[\p{L}\d][\p{L}\d_-]{0,8}$/u), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.uint8Array()), { maxLength: 8 }), (entries) => {
        const seen = new Set<string>();
        const files = entries.flatMap(([parts, bytes]) => {
          const path = parts.join('/');
          if (nameProblem(path) !== null || seen.has(path.toLowerCase())) return [];
          seen.add(path.toLowerCase());
          return [[path, bytes] as const];
        });
        const back = [...readZip(zip(files), limits)];
        expect(back.map(([path, bytes]) => [path, [...bytes]])).toEqual(
          files.map(([path, bytes]) => [path, [...bytes]]),
        );
      }),
    );
  });

  test('is one that the unzip of Python opens and tests', async () => {
    const path = join(tempFolder(), 'x.zip');
    await writeFile(
      path,
      zip([
        ['a/ä.txt', text('one')],
        ['b', text('')],
      ]),
    );
    const { stdout } = await promisify(execFile)('python3', ['-m', 'zipfile', '-l', path]);
    expect(stdout).toContain('a/ä.txt');
    const tested = await promisify(execFile)('python3', ['-m', 'zipfile', '-t', path]);
    expect(tested.stdout).toContain('Done testing');
  });

  test('may be packed by others: deflated entries are read', () => {
    const content = Buffer.alloc(1000, 'x');
    const packed = deflated('x', content, 1000, 0x7a0b_9d7d);
    const crc = readCrc(content);
    expect(Buffer.from(readZip(deflated('x', content, 1000, crc), limits).get('x') ?? [])).toEqual(content);
    expect(() => readZip(packed, limits)).toThrow('CRC-32');
  });
});

function readCrc(content: Buffer): number {
  return zip([['x', content]]).readUInt32LE(14);
}

describe('an archive is refused', () => {
  test('for names that lead out of it or are harmless on one system only', () => {
    for (const name of [
      '../x',
      'a/../../x',
      '/etc/passwd',
      'C:\\x',
      'a\\..\\x',
      'a//b',
      './a',
      'nul',
      'a/CON.txt',
      'a.',
      'x\u0000',
    ])
      expect(() => readZip(zip([[name, text('')]]), limits), name).toThrow('not safe');
  });

  test('with every bad name listed', () => {
    const bad = zip([
      ['../a', text('')],
      ['ok', text('')],
      ['/b', text('')],
    ]);
    expect(() => readZip(bad, limits)).toThrow(
      expect.objectContaining({
        code: 'bundles/unreadable',
        problems: [
          { path: '../a', message: 'leads out of the archive' },
          { path: '/b', message: 'leads out of the archive' },
        ],
      }),
    );
  });

  test('when a name comes twice, also in another case', () => {
    expect(() =>
      readZip(
        zip([
          ['a', text('1')],
          ['A', text('2')],
        ]),
        limits,
      ),
    ).toThrow('comes twice');
  });

  test('when it is larger than allowed, before anything is unpacked', () => {
    expect(() => readZip(deflated('bomb', Buffer.alloc(2_000_000), 2_000_000, 0), limits)).toThrow(
      'holds 2000000 bytes',
    );
    const many = Array.from({ length: 101 }, (_, n) => [`${n}`, text('')] as const);
    expect(() => readZip(zip(many), limits)).toThrow('101 files');
  });

  test('when a file unpacks to more than it states', () => {
    expect(() => readZip(deflated('bomb', Buffer.alloc(900_000), 10, 0), limits)).toThrow(
      'cannot be unpacked',
    );
  });

  test('when an entry is a link, is encrypted, or has another name in front of its data', () => {
    const plain = zip([['a', text('target')]]);
    const directory = plain.indexOf('PK\u0001\u0002');
    const changed = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(plain);
      change(bytes);
      return () => readZip(bytes, limits);
    };
    expect(changed((bytes) => bytes.writeUInt32LE((0o120777 << 16) >>> 0, directory + 38))).toThrow(
      'symbolic link',
    );
    expect(changed((bytes) => bytes.writeUInt16LE(1, directory + 8))).toThrow('encrypted');
    expect(changed((bytes) => bytes.write('b', 30))).toThrow('another name');
  });

  test('when two entries share their bytes', () => {
    const one = zip([['a', text('x')]]);
    const start = one.indexOf('PK\u0001\u0002');
    const central = one.subarray(start, one.length - 22);
    const second = Buffer.from(central);
    second.write('b', 46);
    const both = Buffer.concat([
      one.subarray(0, start),
      central,
      second,
      endRecords(2, central.length * 2, start),
    ]);
    expect(() => readZip(both, limits)).toThrow('overlaps');
  });

  test('when it is cut off or anything in it is changed, and never otherwise than by this error', () => {
    const whole = zip([
      ['a', text('some text')],
      ['b/c', text('more')],
    ]);
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, bits, cut) => {
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] ?? 0) ^ bits;
          try {
            readZip(cut ? whole.subarray(0, at) : bytes, limits);
          } catch (error) {
            expect(error).toMatchObject({ code: 'bundles/unreadable' });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
