/** Puts blobs of many sizes and kinds, several at once, and collects garbage meanwhile, until it is killed. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createLocalArtifactStore } from '../../../engine/artifacts/index.ts';
import { systemClock } from '../../../engine/system/index.ts';
import { acknowledge, folderAndSeed, ready } from './acknowledge.ts';

const { dir, seed } = folderAndSeed();
const tmpDir = join(dir, 'tmp');
const store = await createLocalArtifactStore({ dir: join(dir, 'artifacts'), tmpDir, clock: systemClock });
const referenced = new Set<string>();
store.addRoots(() => Readable.from([...referenced]));

/** Bytes that only this seed and number give; every third one is text. */
function content(number: number): Buffer {
  const block = createHash('sha512').update(`${seed}/${number}`).digest();
  const size = [10, 4096, 70_000, 400_000, 2_000_000][number % 5] ?? 10;
  const unit = number % 3 === 0 ? Buffer.from(block.toString('hex').repeat(8)) : block;
  const bytes = Buffer.alloc(size, unit);
  // Not the same block over and over, which would compress like text.
  if (number % 3 !== 0)
    for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE((at * 2654435761) >>> 0, at);
  bytes.write(`${seed}/${number}`);
  return bytes;
}

async function putOne(number: number): Promise<void> {
  const bytes = content(number);
  const way = number % 4;
  let digest: string;
  if (way === 0) {
    const path = join(tmpDir, `given-${number}`);
    writeFileSync(path, bytes);
    ({ digest } = await store.putFile(path));
  } else {
    ({ digest } = await store.put(way === 1 ? Readable.from([bytes]) : bytes));
  }
  referenced.add(digest);
  const expected = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  acknowledge('put', { digest, expected, sizeBytes: bytes.length });
}

let next = 0;
ready();
await Promise.all([
  ...Array.from({ length: 4 }, async () => {
    for (;;) await putOne(next++);
  }),
  (async () => {
    for (;;) {
      await store.collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })(),
]);
