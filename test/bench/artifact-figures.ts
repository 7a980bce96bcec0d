/** Artifacts through the server, both ways. */
import { randomBytes } from 'node:crypto';
import type { FigureTaker } from './figures.ts';
import type { RestClient } from './rest-client.ts';

type File = { name: string; bytes: Buffer };

/** Weights of a model do not compress; a table in text does. */
export function artifactFiles(isQuick: boolean): File[] {
  const sizesKb = isQuick ? [64, 8 * 1024] : [64, 8 * 1024, 64 * 1024, 512 * 1024];
  const textMb = isQuick ? 8 : 64;
  const nameOf = (kb: number) => (kb < 1024 ? `${kb} KB` : `${kb / 1024} MB`);
  return [
    ...sizesKb.map((kb) => ({ name: nameOf(kb), bytes: randomBytes(kb * 1024) })),
    { name: `${textMb} MB of CSV`, bytes: csv(textMb * 1024 ** 2) },
  ];
}

function csv(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; ) {
    state = (state * 48_271) % 2_147_483_647;
    at += bytes.write(`2026-01-${(state % 28) + 1},${state / 1e4},${state % 1000},class-${state % 7}\n`, at);
  }
  return bytes;
}

/** How often a file of this size is sent: enough that one disturbed measurement does not decide. */
const timesOf = (bytes: number): number => (bytes < 1024 ** 2 ? 200 : bytes < 32 * 1024 ** 2 ? 15 : 4);

export async function takeArtifactFigures(
  taker: FigureTaker,
  client: RestClient,
  runId: string,
  files: readonly File[],
): Promise<void> {
  const folder = `/api/2.0/mlflow-artifacts/artifacts/1/${runId}/artifacts`;
  for (const { name, bytes } of files) {
    const times = timesOf(bytes.length);
    const address = (i: number) => `${folder}/${encodeURIComponent(name)}-${i % 4}.bin`;
    await taker.rate(`artifact of ${name} up`, 'MB/s', () =>
      megabytesPerSecond(bytes.length, times, async (i) => {
        // Another content each time: a store that keeps equal files once must not be measured at that.
        bytes.writeUInt32LE(i + 1, bytes.length - 4);
        await client.call('PUT', address(i), bytes);
      }),
    );
    await taker.rate(`artifact of ${name} down`, 'MB/s', () =>
      megabytesPerSecond(bytes.length, times, async (i) => {
        const length = await client.drain('GET', address(i));
        if (length !== bytes.length) throw new Error(`${length} bytes came back`);
      }),
    );
  }
}

/** The middle of `times` measurements, after one to warm up. */
async function megabytesPerSecond(
  bytes: number,
  times: number,
  work: (i: number) => Promise<void>,
): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i <= times; i += 1) {
    const at = performance.now();
    await work(i);
    if (i > 0) taken.push(performance.now() - at);
  }
  taken.sort((a, b) => a - b);
  const middle = taken[Math.floor(taken.length / 2)] ?? Number.NaN;
  return bytes / 1024 ** 2 / (middle / 1000);
}
