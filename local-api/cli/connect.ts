/** Finds the engine that holds a workspace, or opens the workspace for the time of one command. */
import { createClient } from '../client/index.ts';
import { type EngineAddress, runningEngine } from './running-engine.ts';

export type Connection = EngineAddress & { close(): Promise<void> };

/** An engine that runs is used over its API, as any script would; otherwise one is started here, without pages, on a free port. */
export async function connect(dir: string): Promise<Connection> {
  const running = await runningEngine(dir);
  if (running) return { ...running, close: async () => {} };
  // Most commands ask an engine that runs already: they need none of its code.
  const { startEngine } = await import('../engine-host.ts');
  const engine = await startEngine({ dir, port: 0 });
  return {
    client: createClient({ baseUrl: engine.url, token: engine.workspace.token }),
    url: engine.url,
    token: engine.workspace.token,
    close: () => engine.close(),
  };
}
