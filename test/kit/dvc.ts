import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** `repository` was written by DVC 3, `repository-2` by DVC 2; see test/fixtures/dvc/make.py. */
type Fixture = 'repository' | 'repository-2';

const files = (fixture: Fixture): Promise<string> =>
  readFile(new URL(`../fixtures/dvc/${fixture}.json`, import.meta.url), 'utf8');

/** Lays a repository of DVC out in a folder, its default remote beside it; gives its root. */
export async function dvcRepository(folder: string, fixture: Fixture = 'repository'): Promise<string> {
  const content: Record<string, string> = JSON.parse(await files(fixture));
  for (const [name, base64] of Object.entries(content)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(base64, 'base64'));
  }
  return join(folder, 'repo');
}
