import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { createRemoteHttp } from './http/remote-http.ts';
import { targetKind } from './kinds.ts';
import { withoutSecrets } from './settings-of-target.ts';
import type { PulledVersion } from './target.ts';

/** What the engine hands to the process of a pull. */
export type PullJobInput = { kind: string; config: Record<string, unknown>; hidden: string[]; ref: string };

/** Folder of the files in the folder of the job. */
export const pulledFolder = 'pulled';

/** Fetches a version to the folder of the job. */
export async function run({
  input,
  signal,
  progress,
  log,
  tmpDir,
}: JobContext<PullJobInput>): Promise<PulledVersion> {
  const hide = (text: string) => withoutSecrets(text, input.hidden);
  const http = createRemoteHttp({ signal, onRetry: (message) => log(hide(message), 'warn') });
  try {
    const remote = await targetKind(input.kind).open(input.config);
    if (remote.pull === undefined)
      throw new AssayError('targets/cannot-pull', 'This kind of target gives nothing back.');
    const dir = join(tmpDir, pulledFolder);
    await mkdir(dir);
    return await remote.pull(input.ref, dir, { http, signal, nowMs: () => Date.now(), progress });
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw new AssayError(thrown.code, hide(thrown.message), { hint: hide(thrown.hint) });
  } finally {
    http.close();
  }
}
