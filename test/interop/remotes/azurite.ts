import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sharedKey } from '../../../engine/object-store/azure/shared-key.ts';
import { freePort } from '../../kit/free-port.ts';
import { ended } from './docker-registry.ts';

const folder = fileURLToPath(new URL('../.cache/azurite', import.meta.url));
const program = join(folder, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js');
export const azuriteAccount = 'assaytest';
export const azuriteKey = Buffer.from('a key for tests alone').toString('base64');

/** Azurite, Microsoft's emulator, installed with npm at the first use; why there is none, or null. */
export async function azuriteMissing(): Promise<string | null> {
  if (existsSync(program)) return null;
  try {
    mkdirSync(folder, { recursive: true });
    // Later ones ask for a release of theirs that is not published.
    const overrides = { applicationinsights: '3.16.0' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, overrides }));
    const options = ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'azurite@3.37.0'];
    await promisify(execFile)('npm', options, { cwd: folder, timeout: 300_000 });
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Starts the emulator on a folder of its own, with one container. */
export async function startAzurite(container: string) {
  const dir = mkdtempSync(join(tmpdir(), 'assay-azurite-'));
  const port = await freePort();
  const options = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', dir, '--silent'];
  const child = spawn(
    process.execPath,
    [program, ...options, '--skipApiVersionCheck', '--disableTelemetry'],
    {
      stdio: 'ignore',
      env: { ...process.env, AZURITE_ACCOUNTS: `${azuriteAccount}:${azuriteKey}` },
    },
  );
  const stop = async () => {
    await ended(child);
    rmSync(dir, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${port}/${azuriteAccount}`;
  for (let tries = 0; tries < 150 && child.exitCode === null; tries += 1) {
    if ((await makeContainer(endpoint, container)) < 300) return { endpoint, stop };
    await pause(200);
  }
  await stop();
  throw new Error('Azurite did not start within 30 s.');
}

async function makeContainer(endpoint: string, container: string): Promise<number> {
  const url = new URL(`${endpoint}/${container}?restype=container`);
  const headers = { 'x-ms-version': '2021-12-02', 'x-ms-date': new Date().toUTCString() };
  const authorization = sharedKey({ method: 'PUT', url, headers, length: 0 }, azuriteAccount, azuriteKey);
  return fetch(url, { method: 'PUT', headers: { ...headers, authorization } }).then(
    ({ status }) => status,
    () => 503,
  );
}
