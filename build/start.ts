import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStale } from './build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Path of the Electron binary if it is on this machine. Importing `electron` would try to download it. */
function electronBinary(): string | null {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist');
  try {
    const name = readFileSync(join(root, 'node_modules/electron/path.txt'), 'utf8').trim();
    const path = join(folder, name);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** Starts the workbench and resolves with the exit code when it ends. */
export async function start(args: string[]): Promise<number> {
  const wantsWindow = !args.includes('--no-window');
  const electron = wantsWindow && hasDisplay() ? electronBinary() : null;
  try {
    await buildStale((line) => console.error(line), {
      electron: electron !== null,
      workbench: true,
    });
  } catch (error) {
    console.error(`Assay could not be built: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  if (electron) return runElectron(electron, args);
  if (wantsWindow && hasDisplay()) {
    console.error('The Electron binary is not on this machine: the workbench opens in the browser instead.');
  }
  process.argv = [
    process.argv[0] ?? 'node',
    'assay',
    'serve',
    ...(wantsWindow ? ['--open'] : []),
    ...args.filter((a) => a !== '--no-window'),
  ];
  await import(new URL('../dist/assay.js', import.meta.url).href);
  return Number(process.exitCode ?? 0);
}

function runElectron(binary: string, args: string[]): Promise<number> {
  const child = spawn(binary, [join(root, 'dist/electron/main.js'), ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 0));
  });
}
