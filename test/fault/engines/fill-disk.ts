/** Fills the disk under an artifact store and tells how the store takes it. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createLocalArtifactStore } from '../../../engine/artifacts/index.ts';
import { systemClock } from '../../../engine/system/index.ts';
import { acknowledge, folderAndSeed } from './acknowledge.ts';

const { dir } = folderAndSeed();
const tmpDir = join(dir, 'tmp');
const store = await createLocalArtifactStore({ dir: join(dir, 'artifacts'), tmpDir, clock: systemClock });
const kept: string[] = [];
store.addRoots(() => Readable.from(kept.slice(1)));

const attempt = async (put: () => Promise<{ digest: string }>): Promise<string> => {
  try {
    kept.push((await put()).digest);
    return 'stored';
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
  }
};

const noise = (): Buffer => randomBytes(300_000);
let outcome = 'stored';
while (outcome === 'stored') outcome = await attempt(() => store.put(noise()));
acknowledge('full', { outcome, stored: kept.length, staged: readdirSync(tmpDir) });
acknowledge('stream', { outcome: await attempt(() => store.put(Readable.from([noise()]))) });
acknowledge('copy', {
  outcome: await attempt(async () => {
    await store.copyTo(kept[0] ?? '', join(dir, 'copy'));
    return { digest: '' };
  }),
  left: readdirSync(dir).filter((name) => name.startsWith('copy')),
});
const sound = [];
for (const digest of kept) sound.push((await store.read(digest)).length === 300_000);
acknowledge('read', { sound: sound.every(Boolean) });

const { removed } = await store.collectGarbage({ graceMs: 0 });
acknowledge('freed', { removed, outcome: await attempt(() => store.put(noise())) });
