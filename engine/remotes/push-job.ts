import type { PushPlan, PushReceipt, PushVerification } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { createRemoteHttp, type RemoteContext } from '../http/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import { type BundleSources, makeBundle } from './bundle.ts';
import { targetKind } from './kinds.ts';
import type { Bundle, PushContext, Remote } from './target.ts';

/** What the engine hands to the process of a push or of its plan. */
export type PushJobInput = {
  kind: string;
  target: string;
  config: Record<string, unknown>;
  hidden: string[];
  sources: BundleSources;
  /** Null: only the plan. */
  push: { verify: boolean; saved: SavedState | null } | null;
};

/** What an attempt left; worth something for the same bundle only. */
export type SavedState = { bundleDigest: string; state: unknown };
/** Sent to the engine after each file. */
export type PushMessage = { type: 'saved'; saved: SavedState };

export type PushJobOutput =
  | { type: 'plan'; plan: PushPlan }
  | { type: 'pushed'; receipt: PushReceipt; verification: PushVerification | null };

/** Makes the bundle, then plans or pushes and verifies. Secrets never leave in messages. */
export async function run(context: JobContext<PushJobInput>): Promise<PushJobOutput> {
  const { input, signal, progress } = context;
  let sent = 0;
  const count = (bytes: number) => {
    sent += bytes;
  };
  const hide = (text: string) => withoutSecrets(text, input.hidden);
  const http = createRemoteHttp({
    signal,
    onSent: count,
    onRetry: (message) => context.log(hide(message), 'warn'),
  });
  const remoteContext: RemoteContext = { http, signal, nowMs: () => Date.now() };
  try {
    progress(0, 'Making the bundle');
    const bundle = await makeBundle(input.sources);
    const remote = await targetKind(input.kind).open(input.config);
    if (input.push === null)
      return { type: 'plan', plan: await planOf(input, remote, bundle, remoteContext) };
    const receipt = await push(context, { remote, bundle, remoteContext, count, sent: () => sent, hide });
    const verification = input.push.verify
      ? await verify(context, { remote, bundle, remoteContext, receipt })
      : null;
    return { type: 'pushed', receipt, verification };
  } catch (thrown) {
    throw clean(thrown, hide);
  } finally {
    http.close();
  }
}

async function planOf(
  { target }: PushJobInput,
  remote: Remote,
  bundle: Bundle,
  context: RemoteContext,
): Promise<PushPlan> {
  const plan = await remote.plan(bundle, context);
  const isSent = ({ action, sizeBytes }: PushPlan['lines'][number]) =>
    sizeBytes !== null && (action === 'create' || action === 'change');
  const sending = plan.lines.filter(isSent).map(({ sizeBytes }) => sizeBytes ?? 0);
  return {
    target,
    model: bundle.version.model,
    version: bundle.version.version,
    bundleDigest: bundle.digest,
    ...plan,
    filesToSend: sending.length,
    bytesToSend: sending.reduce((sum, bytes) => sum + bytes, 0),
  };
}

type Pushing = {
  remote: Remote;
  bundle: Bundle;
  remoteContext: RemoteContext;
  count(bytes: number): void;
  sent(): number;
  hide(text: string): string;
};

async function push(
  { input, progress, log, send }: JobContext<PushJobInput>,
  { remote, bundle, remoteContext, count, sent, hide }: Pushing,
): Promise<PushReceipt> {
  const started = performance.now();
  const saved = input.push?.saved ?? null;
  const pushContext: PushContext = {
    ...remoteContext,
    progress: (fraction, message) =>
      progress(fraction, `${message}${speed(sent(), performance.now() - started)}`),
    log: (text) => log(hide(text)),
    sent: count,
    state: {
      saved: saved?.bundleDigest === bundle.digest ? saved.state : null,
      save: (state) =>
        send({ type: 'saved', saved: { bundleDigest: bundle.digest, state } } satisfies PushMessage),
    },
  };
  const receipt = await remote.push(bundle, pushContext);
  return {
    ...receipt,
    bundleDigest: bundle.digest,
    filesSent: receipt.files.filter((file) => file.sent).length,
    bytesSent: sent(),
    seconds: (performance.now() - started) / 1000,
    atMs: Date.now(),
  };
}

/** The push stands whatever comes of this: what could not be asked is a check that failed. */
async function verify(
  { progress, signal }: JobContext<PushJobInput>,
  {
    remote,
    bundle,
    remoteContext,
    receipt,
  }: Pick<Pushing, 'remote' | 'bundle' | 'remoteContext'> & { receipt: PushReceipt },
): Promise<PushVerification> {
  progress(0.97, 'Pulling it back and scoring the golden rows');
  let checks: PushVerification['checks'];
  try {
    checks = await remote.verify(receipt, bundle, remoteContext);
  } catch (thrown) {
    signal.throwIfAborted();
    checks = [{ name: 'It can be pulled back', ok: false, detail: messageOf(thrown) }];
  }
  return { ok: checks.every(({ ok }) => ok), atMs: Date.now(), checks };
}

function speed(bytes: number, milliseconds: number): string {
  if (bytes === 0 || milliseconds < 200) return '';
  return `, ${(bytes / 1e6).toFixed(1)} MB sent at ${(bytes / 1e3 / milliseconds).toFixed(1)} MB/s`;
}

/** The same error, its texts without secrets. */
function clean(thrown: unknown, hide: (text: string) => string): unknown {
  if (thrown instanceof AssayError) {
    return new AssayError(thrown.code, hide(thrown.message), {
      hint: hide(thrown.hint),
      ...(thrown.problems === undefined ? {} : { problems: thrown.problems }),
    });
  }
  return thrown instanceof Error ? new Error(hide(thrown.message)) : thrown;
}
