import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyBundle } from '../bundles/index.ts';
import { AssayError } from '../errors.ts';
import { createRemoteHttp } from '../http/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import { targetKind } from './kinds.ts';
import type { PulledVersion } from './target.ts';

/** What the engine hands to the process of a pull. */
export type PullJobInput = { kind: string; config: Record<string, unknown>; hidden: string[]; ref: string };

/** Folder of the files in the folder of the job. */
export const pulledFolder = 'pulled';

const bundleManifest = 'manifest.json';

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
    const fetching = (fraction: number | null, message: string) =>
      progress(fraction === null ? null : 0.8 * fraction, message);
    const pulled = await remote.pull(input.ref, dir, {
      http,
      signal,
      nowMs: () => Date.now(),
      progress: fetching,
    });
    if (pulled.files.some(({ path }) => path === bundleManifest)) await checkGenuine(dir, progress);
    return pulled;
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw new AssayError(thrown.code, hide(thrown.message), { hint: hide(thrown.hint) });
  } finally {
    http.close();
  }
}

/** A bundle says of itself how every byte must be. Who signed it is shown, and is no reason to refuse what was asked for. */
async function checkGenuine(dir: string, progress: JobContext<PullJobInput>['progress']): Promise<void> {
  const { report } = await verifyBundle(dir, [], (title, done, of) =>
    progress(0.8 + (0.2 * done) / of, title),
  );
  const faults = report.checks.filter(({ id, verdict }) => verdict === 'failed' && id !== 'signer');
  if (faults.length === 0) return;
  throw new AssayError('targets/damaged', `The bundle is not as it was signed: ${faults[0]?.detail}`, {
    problems: faults.map(({ id, detail }) => ({ path: id, message: detail })),
  });
}
