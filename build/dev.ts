/** `npm run dev`: the engine from its sources, started again on every change, and the workbench built again on every change. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({
  configFile: join(root, 'build/vite.config.ts'),
  mode: 'development',
  logLevel: 'warn',
  build: { watch: {} },
});

const engine = spawn(
  process.execPath,
  [
    '--watch',
    '--watch-preserve-output',
    join(root, 'local-api/cli/assay.ts'),
    'serve',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'development' } },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    engine.once('exit', () => process.exit(0));
    engine.kill(signal);
  });
}
