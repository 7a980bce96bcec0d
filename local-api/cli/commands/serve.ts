import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { pruneCodeCache } from '../../../engine/system/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { runningEngine } from '../running-engine.ts';
import { codeCacheDir } from '../workspace-dir.ts';

const DEFAULT_PORT = 4890;

export function serveCommand(): Command {
  return new Command('serve')
    .description('open the workspace and serve the workbench and the API on this machine')
    .option('-p, --port <port>', 'port; 0 for any free one', portOf, DEFAULT_PORT)
    .option('--open', 'open the workbench in the system browser')
    .action(async (options: { port: number; open?: boolean }, command: Command) => {
      const { dir, output } = contextOf(command);
      const running = await runningEngine(dir);
      if (running)
        throw new CommandFailure(
          'workspace/locked',
          `This workspace is open already at ${running.url}.`,
          'Use that engine (the assay command finds it by itself), or stop it first.',
          exitCodes.conflict,
        );
      const { startEngine } = await import('../../engine-host.ts');
      const rendererDir = workbenchDir();
      const engine = await startEngine({ dir, port: options.port, ...(rendererDir ? { rendererDir } : {}) });
      const isEmpty = (await engine.workspace.info()).counts.runs === 0;
      output.result({ url: engine.url, readyUrl: engine.readyUrl, workspace: dir }, () => {
        output.line(`Assay is ready: ${engine.readyUrl}`);
        output.note(pc.dim(`Workspace: ${dir}`));
        if (isEmpty)
          output.note(
            pc.dim(
              'Nothing here yet. Run the sample loop on the Home page, or in another terminal: npm run quickstart',
            ),
          );
        output.note(pc.dim('Ctrl-C stops it.'));
      });
      void pruneCodeCache(codeCacheDir(), Date.now());
      if (options.open) openBrowser(engine.readyUrl);
      await untilAskedToStop();
      output.note('Stopping: jobs are finished or put back …');
      await engine.close();
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

/** The built workbench: `dist/renderer` beside the bundle, also when this runs from the sources. */
function workbenchDir(): string | null {
  for (const relative of ['./renderer', '../../../dist/renderer']) {
    const dir = fileURLToPath(new URL(relative, import.meta.url));
    if (existsSync(join(dir, 'index.html'))) return dir;
  }
  return null;
}

/** The first signal stops gracefully; a second one ends at once. */
function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(exitCodes.interrupted);
      asked = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

function openBrowser(url: string): void {
  const [program, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url.replaceAll('&', '^&')]]
        : ['xdg-open', [url]];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => console.error('No browser could be opened; use the address above.'));
  child.unref();
}
