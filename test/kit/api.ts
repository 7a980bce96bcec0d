import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace, type Workspace } from '../../engine/index.ts';
import type { Logger } from '../../engine/system/index.ts';
import { type Client, createClient } from '../../local-api/client/index.ts';
import { startServer } from '../../local-api/server.ts';

export type TestApi = {
  url: string;
  token: string;
  client: Client;
  workspace: Workspace;
  /** Lines of the server's log, fields and message as JSON, from `debug` up. */
  logged(): string[];
  /** Half a second for what is being answered, unless told otherwise. */
  close(how?: { graceMs?: number }): Promise<void>;
};

/**
 * A real engine over a fresh workspace behind a real server on a free port. A folder `renderer` in the workspace folder,
 * where `prepare` makes one, is served as the workbench.
 */
export async function startTestApi(
  options: {
    prepare?: (dir: string) => Promise<void>;
    startJobs?: boolean;
    heartbeatMs?: number;
    timeoutMs?: number;
  } = {},
): Promise<TestApi> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-api-'));
  await options.prepare?.(dir);
  const lines: string[] = [];
  const note = (fields: object, message: string) =>
    lines.push(
      JSON.stringify({ ...fields, message }, (_key, value) =>
        value instanceof Error ? String(value) : value,
      ),
    );
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const workspace = await openWorkspace({ dir, logger, startJobs: options.startJobs ?? true });
  const server = await startServer({
    workspace,
    port: 0,
    rendererDir: join(dir, 'renderer'),
    logger,
    checkAnswers: true,
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  return {
    url: server.url,
    token: workspace.token,
    client: createClient({ baseUrl: server.url, token: workspace.token }),
    workspace,
    logged: () => lines,
    async close({ graceMs = 500 } = {}) {
      await server.close({ graceMs });
      await workspace.close({ graceMs: 0 });
      await rm(dir, { recursive: true, force: true });
    },
  };
}
