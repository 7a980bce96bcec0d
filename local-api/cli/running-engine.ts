/** Finds the engine that holds a workspace. Loads nothing of the engine: job processes start quickly with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Client, createClient } from '../client/index.ts';

export type EngineAddress = { client: Client; url: string; token: string };

const EngineFile = z.object({ pid: z.int(), url: z.string().nullable() });

/** The engine that announced itself in the folder, if it answers. A file left behind by a crash is not believed. */
export async function runningEngine(dir: string): Promise<EngineAddress | null> {
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
