/** Finds the engine that holds a workspace, or opens the workspace for the time of one command. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Client, createClient } from '../client/index.ts';
import { startEngine } from '../engine-host.ts';

export type Connection = { client: Client; url: string; token: string; close(): Promise<void> };

const EngineFile = z.object({ pid: z.int(), url: z.string().nullable() });

/** An engine that runs is used over its API, as any script would; otherwise one is started here, without pages, on a free port. */
export async function connect(dir: string): Promise<Connection> {
  const running = await runningEngine(dir);
  if (running) return { ...running, close: async () => {} };
  const engine = await startEngine({ dir, port: 0 });
  return {
    client: createClient({ baseUrl: engine.url, token: engine.workspace.token }),
    url: engine.url,
    token: engine.workspace.token,
    close: () => engine.close(),
  };
}

/** The engine that announced itself in the folder, if it answers. A file left behind by a crash is not believed. */
export async function runningEngine(dir: string): Promise<Omit<Connection, 'close'> | null> {
  let file: z.infer<typeof EngineFile>;
  let token: string;
  try {
    file = EngineFile.parse(JSON.parse(readFileSync(join(dir, 'engine.json'), 'utf8')));
    token = readFileSync(join(dir, 'token'), 'utf8').trim();
  } catch {
    return null;
  }
  if (file.url === null) return null;
  const client = createClient({ baseUrl: file.url, token });
  try {
    const info = await client.workspace.info({ signal: AbortSignal.timeout(2000) });
    return info.path === dir ? { client, url: file.url, token } : null;
  } catch {
    return null;
  }
}
