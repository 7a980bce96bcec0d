/**
 * Runs before anything else, so it must parse on an old Node.
 * The database driver needs Node-API 10 (Node 22.14 and later); loading it on an older one crashes the process.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Goes on when this Node is new enough; otherwise runs the same script on the pinned one, or says in one line what to do. */
export function requireNode() {
  if (Number(process.versions.napi) >= 10) return;
  const pinned = `${root}node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`;
  if (existsSync(pinned)) {
    const result = spawnSync(pinned, process.argv.slice(1), { stdio: 'inherit' });
    process.exit(result.status ?? 1);
  }
  console.error(
    `Assay needs Node 24 and this is ${process.version}. Run "npm ci": it brings Node 24 with it.`,
  );
  process.exit(1);
}
