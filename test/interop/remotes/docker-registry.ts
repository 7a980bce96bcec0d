import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../kit/free-port.ts';

/** Debian's package "docker-registry", or what the environment names. */
export const registryBinary = process.env.ASSAY_INTEROP_REGISTRY ?? 'docker-registry';

/** Why the registry cannot be used; null when it can. */
export function registryMissing(): string | null {
  try {
    execFileSync(registryBinary, ['--version'], { stdio: 'ignore' });
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

export type RunningRegistry = { host: string; stop(): Promise<void> };

/** Starts a registry on a folder of its own. `htpasswd`: lines of user and bcrypt hash. */
export async function startRegistry(htpasswd: string | null = null): Promise<RunningRegistry> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-registry-'));
  const port = await freePort();
  mkdirSync(join(dir, 'data'));
  const auth =
    htpasswd === null ? '' : `auth:\n  htpasswd:\n    realm: assay\n    path: ${join(dir, 'htpasswd')}\n`;
  if (htpasswd !== null) writeFileSync(join(dir, 'htpasswd'), htpasswd);
  writeFileSync(
    join(dir, 'config.yml'),
    `version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: ${join(dir, 'data')}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:${port}
${auth}`,
  );
  const child = spawn(registryBinary, ['serve', join(dir, 'config.yml')], { stdio: 'ignore' });
  const stop = async () => {
    await ended(child);
    rmSync(dir, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 200; tries += 1) {
    const answers = await fetch(`http://127.0.0.1:${port}/v2/`).then(
      () => true,
      () => false,
    );
    if (answers) return { host: `127.0.0.1:${port}`, stop };
    await pause(50);
  }
  await stop();
  throw new Error('The registry did not start within 10 s.');
}

/** Ends a process and waits until it is gone. */
export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill();
  });
}
