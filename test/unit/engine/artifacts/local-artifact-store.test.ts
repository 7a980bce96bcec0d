import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactStore, Digest } from '../../../../engine/artifacts/index.ts';
import { createLocalArtifactStore } from '../../../../engine/artifacts/index.ts';

const hourMs = 3_600_000;
let root: string;
let nowMs: number;
let store: ArtifactStore;

const open = (): Promise<ArtifactStore> =>
  createLocalArtifactStore({
    dir: join(root, 'artifacts'),
    tmpDir: join(root, 'tmp'),
    clock: { nowMs: () => nowMs },
  });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-artifacts-'));
  nowMs = Date.now();
  store = await open();
});
afterEach(() => rm(root, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const text = Buffer.from('date,delay,distance\n2001-01-14T21:55,14,480\n'.repeat(20_000));
const noise = randomBytes(700_000);

async function files(): Promise<string[]> {
  const entries = await readdir(join(root, 'artifacts', 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
async function onlyFile(): Promise<string> {
  const [path = '', ...others] = await files();
  expect(others).toEqual([]);
  return path;
}
async function inChunks(bytes: Uint8Array, size: number): Promise<Readable> {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return Readable.from(chunks);
}
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (thrown: { code?: unknown }) => thrown.code,
  );
const drain = async (digest: Digest, range?: { start: number; end?: number }): Promise<Buffer> =>
  Buffer.concat(await (await store.open(digest, range)).toArray());

describe('put and read', () => {
  it('names bytes by their SHA-256, as FIPS 180-2 gives it for "abc"', async () => {
    const { digest, sizeBytes } = await store.put(Buffer.from('abc'));
    expect(digest).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sizeBytes).toBe(3);
    expect((await store.read(digest)).toString()).toBe('abc');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from([7])],
    ['text', text],
    ['noise', noise],
    ['noise after a text head', Buffer.concat([text.subarray(0, 100_000), noise])],
  ])('gives back %s as it was put, from bytes and from a stream cut anywhere', async (_name, bytes) => {
    const fromBytes = await store.put(bytes);
    expect(fromBytes).toEqual({ digest: sha256(bytes), sizeBytes: bytes.length });
    for (const size of [4097, 65_536, 300_000]) {
      expect(await store.put(await inChunks(bytes, size))).toEqual(fromBytes);
    }
    expect((await store.read(fromBytes.digest)).equals(bytes)).toBe(true);
    expect((await drain(fromBytes.digest)).equals(bytes)).toBe(true);
    expect((await store.stat(fromBytes.digest)).sizeBytes).toBe(bytes.length);
    await onlyFile();
  });

  it('compresses text, in a file that any zstd tool reads, and leaves noise as it is', async () => {
    const asText = await store.put(text);
    await store.pack();
    expect((await store.stat(asText.digest)).storedBytes).toBeLessThan(text.length / 10);
    expect(zstdDecompressSync(await readFile(await onlyFile())).equals(text)).toBe(true);
    const asNoise = await store.put(noise);
    await store.pack();
    expect((await store.stat(asNoise.digest)).storedBytes).toBe(noise.length);
    expect(await store.usage()).toEqual({
      blobs: 2,
      storedBytes:
        (await store.stat(asText.digest)).storedBytes + (await store.stat(asNoise.digest)).storedBytes,
    });
  });

  it('is read on by those who found it before it was compressed', async () => {
    const { digest } = await store.put(text);
    const whole = await store.open(digest);
    const part = await store.open(digest, { start: 70_000, end: 70_099 });
    const late = await store.open(digest);
    const begun = whole[Symbol.asyncIterator]();
    const first = await begun.next();
    await store.pack();
    const rest: Buffer[] = [first.value];
    for await (const chunk of { [Symbol.asyncIterator]: () => begun }) rest.push(chunk);
    expect(Buffer.concat(rest).equals(text)).toBe(true);
    expect(Buffer.concat(await part.toArray()).equals(text.subarray(70_000, 70_100))).toBe(true);
    expect(Buffer.concat(await late.toArray()).equals(text)).toBe(true);
    await onlyFile();
  });

  it('stays compressed when the same text is put again, as bytes or as a file', async () => {
    const { digest } = await store.put(text);
    await store.pack();
    const { storedBytes } = await store.stat(digest);
    await store.put(await inChunks(text, 65_536));
    const path = join(root, 'again.txt');
    await writeFile(path, text);
    expect(await store.putFile(path)).toEqual({ digest, sizeBytes: text.length });
    await store.pack();
    expect((await store.stat(digest)).storedBytes).toBe(storedBytes);
    await onlyFile();
  });

  it('compresses by itself when nothing is put for a while', { timeout: 60_000 }, async () => {
    const { digest } = await store.put(text);
    await expect
      .poll(async () => (await store.stat(digest)).storedBytes, { timeout: 50_000 })
      .toBeLessThan(text.length / 10);
  });

  it('keeps concurrent puts of the same bytes once and leaves no temporary file', async () => {
    const puts = await Promise.all(Array.from({ length: 20 }, () => store.put(text)));
    expect(new Set(puts.map((put) => put.digest)).size).toBe(1);
    await onlyFile();
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
    expect((await store.usage()).blobs).toBe(1);
  });

  it.each([
    ['noise', noise],
    ['text', text],
    ['little', noise.subarray(0, 5000)],
  ])('stores %s as it came, also where it may have the memory of the chunks', async (_name, bytes) => {
    const kept = [Buffer.from(bytes.subarray(0, 3000)), Buffer.from(bytes.subarray(3000))];
    const blob = await store.put(Readable.from(kept));
    expect(Buffer.concat(kept)).toEqual(Buffer.from(bytes));
    const given = await inChunks(Uint8Array.from(bytes), 65_536);
    expect(await store.put(given, { ownsChunks: true })).toEqual(blob);
    expect(await store.read(blob.digest)).toEqual(Buffer.from(bytes));
  });

  it('stores nothing of a stream that fails on the way', async () => {
    const failing = Readable.from(
      (async function* () {
        yield noise;
        throw new Error('connection lost');
      })(),
    );
    await expect(store.put(failing)).rejects.toThrow('connection lost');
    expect(await files()).toEqual([]);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });

  it('answers has, and artifacts/not-found for what is absent or no digest at all', async () => {
    const { digest } = await store.put(noise);
    expect(await store.has(digest)).toBe(true);
    for (const absent of [sha256(Buffer.from('absent')), 'sha256:../../etc/passwd', '']) {
      expect(await store.has(absent)).toBe(false);
      expect(await codeOf(store.read(absent))).toBe('artifacts/not-found');
      expect(await codeOf(store.open(absent))).toBe('artifacts/not-found');
      expect(await codeOf(store.stat(absent))).toBe('artifacts/not-found');
    }
  });

  it('removes at the next start what a killed put left behind, and nothing else', async () => {
    await writeFile(join(root, 'tmp', 'put-4711-3'), 'half');
    await writeFile(join(root, 'tmp', 'upload-of-somebody-else'), 'whole');
    await open();
    expect(await readdir(join(root, 'tmp'))).toEqual(['upload-of-somebody-else']);
  });
});

describe('putFile', () => {
  it.each([
    ['moves noise', noise],
    ['compresses text', text],
  ])('%s and takes the source away', async (_name, bytes) => {
    const path = join(root, 'given');
    await writeFile(path, bytes);
    const stored = await store.putFile(path);
    expect(stored).toEqual({ digest: sha256(bytes), sizeBytes: bytes.length });
    expect((await store.read(stored.digest)).equals(bytes)).toBe(true);
    expect(await codeOf(stat(path))).toBe('ENOENT');
  });

  it('takes the source away also when the bytes are stored already', async () => {
    await store.put(noise);
    const path = join(root, 'given');
    await writeFile(path, noise);
    await store.putFile(path);
    expect(await codeOf(stat(path))).toBe('ENOENT');
    await onlyFile();
  });

  it('copies what a link points to and leaves the target alone', async () => {
    const target = join(root, 'target');
    await writeFile(target, noise);
    await symlink(target, join(root, 'link'));
    const { digest } = await store.putFile(join(root, 'link'));
    expect((await store.read(digest)).equals(noise)).toBe(true);
    expect((await readFile(target)).equals(noise)).toBe(true);
  });
});

describe('ranges', () => {
  it.each([
    ['raw', noise],
    ['compressed', text],
  ])('gives exactly the bytes asked for of a %s blob', async (_name, bytes) => {
    const { digest } = await store.put(bytes);
    for (const [start, end] of [
      [0, 0],
      [10, 19],
      [262_140, 262_150],
      [bytes.length - 3, bytes.length - 1],
      [bytes.length - 3, bytes.length + 100],
    ] as const) {
      expect((await drain(digest, { start, end })).equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    expect((await drain(digest, { start: 600_000 })).equals(bytes.subarray(600_000))).toBe(true);
    expect((await drain(digest, { start: bytes.length })).length).toBe(0);
  });

  it('refuses a range that is none', async () => {
    const { digest } = await store.put(noise);
    for (const range of [{ start: -1 }, { start: 5, end: 4 }, { start: 0.5 }]) {
      expect(await codeOf(store.open(digest, range))).toBe('request/invalid');
    }
  });
});

describe('damage', () => {
  const damages: [string, (path: string) => Promise<void>][] = [
    [
      'a flipped bit',
      async (path) => {
        const bytes = await readFile(path);
        const middle = bytes.length >> 1;
        bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
        await writeFile(path, bytes);
      },
    ],
    ['a cut end', async (path) => truncate(path, (await stat(path)).size - 20)],
    ['an empty file', (path) => truncate(path, 0)],
  ];
  const cases = damages.flatMap(([name, damage]) => [
    { name, damage, kind: 'raw', bytes: noise },
    { name, damage, kind: 'compressed', bytes: text },
  ]);

  it.each(cases)('$name in a $kind blob is artifacts/corrupt, never wrong bytes', async (sample) => {
    const { digest } = await store.put(sample.bytes);
    await sample.damage(await onlyFile());
    expect(await codeOf(store.read(digest))).toBe('artifacts/corrupt');
    expect(await codeOf(drain(digest))).toBe('artifacts/corrupt');
    expect(await codeOf(drain(digest, { start: 0, end: 10 }))).toBe('artifacts/corrupt');
    expect(await codeOf(store.copyTo(digest, join(root, 'copy')))).toBe('artifacts/corrupt');
    expect(await codeOf(stat(join(root, 'copy')))).toBe('ENOENT');
    expect(await Readable.from(store.verify()).toArray()).toEqual([{ digest, ok: false }]);
  });

  it.each(cases)('$name in a $kind blob is repaired by putting the bytes again', async (sample) => {
    const { digest } = await store.put(sample.bytes);
    await sample.damage(await onlyFile());
    await (await open()).put(sample.bytes);
    expect((await store.read(digest)).equals(sample.bytes)).toBe(true);
    expect(await Readable.from(store.verify()).toArray()).toEqual([{ digest, ok: true }]);
  });

  it('holds the last chunk back, so that a reader never has the full length of damaged bytes', async () => {
    const { digest } = await store.put(noise);
    const path = await onlyFile();
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    await writeFile(path, bytes);
    let received = 0;
    const reader = (async () => {
      for await (const chunk of await store.open(digest)) received += chunk.length;
    })();
    expect(await codeOf(reader)).toBe('artifacts/corrupt');
    expect(received).toBeLessThan(noise.length);
  });
});

describe('copyTo', () => {
  it('writes the plain bytes, making folders as needed', async () => {
    const { digest } = await store.put(text);
    await store.copyTo(digest, join(root, 'export', 'deep', 'data.csv'));
    expect((await readFile(join(root, 'export', 'deep', 'data.csv'))).equals(text)).toBe(true);
    expect(await readdir(join(root, 'export', 'deep'))).toEqual(['data.csv']);
  });
});

describe('garbage collection', () => {
  const rootsOf = (digests: Digest[]): void => store.addRoots(() => Readable.from(digests));

  it('removes what no root names once the grace has passed, and says how much', async () => {
    const kept = await store.put(text);
    const dropped = await store.put(noise);
    rootsOf([kept.digest]);
    expect(await store.collectGarbage()).toEqual({ removed: 0, freedBytes: 0 });
    nowMs += hourMs;
    expect(await store.collectGarbage({ dryRun: true })).toEqual({ removed: 1, freedBytes: noise.length });
    expect(await store.has(dropped.digest)).toBe(true);
    expect(await store.collectGarbage()).toEqual({ removed: 1, freedBytes: noise.length });
    expect(await store.has(dropped.digest)).toBe(false);
    expect((await store.read(kept.digest)).equals(text)).toBe(true);
  });

  it('keeps what any of several roots names', async () => {
    const [one, two] = [await store.put(text), await store.put(noise)];
    rootsOf([one.digest]);
    rootsOf([two.digest]);
    expect((await store.collectGarbage({ graceMs: 0 })).removed).toBe(0);
  });

  it('keeps an old blob that was put again a moment ago', async () => {
    const { digest } = await store.put(text);
    rootsOf([]);
    nowMs += 10 * hourMs;
    await store.put(text);
    expect((await store.collectGarbage()).removed).toBe(0);
    expect(await store.has(digest)).toBe(true);
  });

  it('never removes a blob that puts of the same bytes race with', async () => {
    rootsOf([]);
    for (let round = 0; round < 30; round++) {
      nowMs += 2 * hourMs;
      const [, put] = await Promise.all([store.collectGarbage(), store.put(text)]);
      expect((await store.read(put.digest)).equals(text)).toBe(true);
    }
  });

  it('removes nothing when a root cannot be read, or when there is no root at all', async () => {
    await store.put(text);
    expect((await store.collectGarbage({ graceMs: 0 })).removed).toBe(0);
    store.addRoots(() => Readable.from([]).map(() => ''));
    store.addRoots(async function* () {
      yield '';
      throw new Error('database is gone');
    });
    await expect(store.collectGarbage({ graceMs: 0 })).rejects.toThrow('database is gone');
    expect((await store.usage()).blobs).toBe(1);
  });
});

describe('usage', () => {
  it('follows puts, repeated puts and removals without counting anew', async () => {
    expect(await store.usage()).toEqual({ blobs: 0, storedBytes: 0 });
    await store.put(noise);
    await store.put(noise);
    const { digest } = await store.put(text);
    const { storedBytes } = await store.stat(digest);
    expect(await store.usage()).toEqual({ blobs: 2, storedBytes: noise.length + storedBytes });
    store.addRoots(() => Readable.from([digest]));
    await store.collectGarbage({ graceMs: 0 });
    expect(await store.usage()).toEqual({ blobs: 1, storedBytes });
  });

  it('is exact when the first count runs beside puts', async () => {
    await Promise.all([
      ...Array.from({ length: 50 }, (_, index) => store.put(Buffer.from(`blob ${index}`))),
      store.usage(),
    ]);
    expect((await store.usage()).blobs).toBe(50);
  });

  it('counts what an earlier process stored, and no foreign files', async () => {
    await store.put(noise);
    await mkdir(join(root, 'artifacts', 'objects', 'zz'));
    await writeFile(join(root, 'artifacts', 'objects', 'zz', 'notes.txt'), 'mine');
    await writeFile(join(root, 'artifacts', 'objects', '.DS_Store'), '');
    expect(await (await open()).usage()).toEqual({ blobs: 1, storedBytes: noise.length });
  });
});
