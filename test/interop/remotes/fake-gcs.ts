import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../kit/free-port.ts';
import { ended } from './docker-registry.ts';

const folder = fileURLToPath(new URL('../.cache/go-bin', import.meta.url));
const program = join(folder, 'fake-gcs-server');

/** fake-gcs-server, built with Go at the first use; why there is none, or null. */
export async function fakeGcsMissing(): Promise<string | null> {
  if (existsSync(program)) return null;
  try {
    const from = 'github.com/fsouza/fake-gcs-server@v1.56.1';
    const env = { ...process.env, GOBIN: folder };
    await promisify(execFile)('go', ['install', from], { env, timeout: 500_000 });
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Starts the server in memory, with one bucket. */
export async function startFakeGcs(bucket: string) {
  const dir = mkdtempSync(join(tmpdir(), 'assay-gcs-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const options = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
  const child = spawn(program, [...options, '-external-url', endpoint, '-data', dir, '-log-level', 'error'], {
    stdio: 'ignore',
    cwd: dir,
  });
  const stop = async () => {
    await ended(child);
    rmSync(dir, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 150 && child.exitCode === null; tries += 1) {
    if ((await makeBucket(endpoint, bucket)) < 300) return { endpoint, stop };
    await pause(200);
  }
  await stop();
  throw new Error('fake-gcs-server did not start within 30 s.');
}

function makeBucket(endpoint: string, name: string): Promise<number> {
  return fetch(`${endpoint}/storage/v1/b`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  }).then(
    ({ status }) => status,
    () => 503,
  );
}
