import { existsSync } from 'node:fs';
import { openWorkspace, type Workspace } from '../engine/index.ts';
import { quickstartHandler } from './quickstart/quickstart-handler.ts';
import { type RunningServer, startServer } from './server.ts';

export type StartEngineOptions = {
  /** Folder of the workspace; made when it is not there. */
  dir: string;
  /** 0 for any free one. A taken one moves on to the next free one, up to 20 further. */
  port: number;
  /** Folder of the built workbench; without it only the API and its documentation are served. */
  rendererDir?: string;
  /** Settings that win over files and environment, by dotted key. */
  settings?: Record<string, unknown>;
  /** Also writes the log to stderr. */
  verbose?: boolean;
};

export type RunningEngine = {
  workspace: Workspace;
  /** `http://127.0.0.1:4890` */
  url: string;
  /** `url` with the token that signs a browser in. */
  readyUrl: string;
  port: number;
  /** Lets running jobs end for up to `graceMs` (5 s), answers what is being asked, closes the workspace. */
  close(options?: { graceMs?: number }): Promise<void>;
};

/**
 * Opens a workspace and serves it: what `assay serve`, the desktop shell and `npm start` run.
 * Programs of this machine find it by the file `engine.json` in the folder.
 *
 * Errors: those of `openWorkspace`; no port free within 20 of the wanted one.
 */
export async function startEngine(options: StartEngineOptions): Promise<RunningEngine> {
  const address = Promise.withResolvers<{ url: string; token: string }>();
  // Nobody may wait for it, and then its failure is told by this function alone.
  address.promise.catch(() => undefined);
  const workspace = await openWorkspace({
    dir: options.dir,
    jobProcess: jobProcessScript(),
    jobHandlers: [quickstartHandler(() => address.promise)],
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.verbose === undefined ? {} : { verbose: options.verbose }),
  });
  try {
    const server = await startServer({
      workspace,
      port: options.port,
      logger: workspace.logger,
      ...(options.rendererDir === undefined ? {} : { rendererDir: options.rendererDir }),
    });
    address.resolve({ url: server.url, token: workspace.token });
    await workspace.announce(server.url);
    workspace.logger.info({ url: server.url }, 'ready');
    const { url, readyUrl, port } = server;
    return { workspace, url, readyUrl, port, close: (how) => close(workspace, server, how?.graceMs ?? 5000) };
  } catch (thrown) {
    address.reject(thrown);
    await workspace.close({ graceMs: 0 });
    throw thrown;
  }
}

/** Jobs first, while the API still answers: the quickstart works through it, and pages see how they end. */
async function close(workspace: Workspace, server: RunningServer, graceMs: number): Promise<void> {
  await workspace.announce(null);
  await workspace.jobs.stop(graceMs);
  await server.close();
  await workspace.close();
}

/** From the sources it stands beside this file; in a bundle beside it, or one folder up from that of the desktop shell. */
function jobProcessScript(): URL {
  const names = import.meta.url.endsWith('.ts')
    ? ['./job-process.ts']
    : ['./job-process.js', '../job-process.js'];
  const found = names.map((name) => new URL(name, import.meta.url)).find((url) => existsSync(url));
  if (!found) throw new Error(`The script of the job processes is missing beside ${import.meta.url}.`);
  return found;
}
