import { newSigningKey } from '../../../engine/bundles/signing-key.ts';
import { createRemoteHttp, type RemoteHttpOptions } from '../../../engine/http/remote-http.ts';
import { withOnnx } from '../../../engine/onnx/index.ts';
import { digestOf, makeBundle } from '../../../engine/remotes/bundle.ts';
import type { Bundle, PushContext } from '../../../engine/remotes/target.ts';
import type { ModelVersion, PushReceipt } from '../../../local-api/contract/index.ts';
import { samplePlan } from '../models/sample-bundle.ts';
import { lateModel, versionOf } from '../models/sample-models.ts';

/** One for all: the same version gives the same bytes. */
const signingKey = newSigningKey();

/** A small model with a run behind it; `files` go along. */
export async function pushedBundle(
  change: Partial<ModelVersion> = {},
  files: Record<string, Uint8Array> = {},
  model = lateModel(),
): Promise<Bundle> {
  const version = withOnnx({
    ...versionOf('Late flights', digestOf(model.bytes), model.signature),
    sizeBytes: model.bytes.byteLength,
    description: 'Is it late?',
    metrics: { auc: 0.75 },
    createdAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    ...change,
  });
  const runFiles = Object.entries(files).map(([path, bytes]) => ({ path, bytes }));
  return makeBundle({
    version,
    plan: samplePlan(model, { version, runFiles, signingKey }),
    run: {
      id: 'a'.repeat(32),
      name: 'calm-river-1',
      params: { trainer: 'linear' },
      metrics: { auc: { value: 0.75, step: 0, timestampMs: Date.UTC(2026, 0, 1) } },
      tags: {},
      startedAtMs: Date.UTC(2026, 0, 1),
      endedAtMs: Date.UTC(2026, 0, 1, 0, 1),
    },
  });
}

/** Bytes that look like no others: enough of them to go in parts. */
export function manyBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 2654435761) >>> 24;
  return bytes;
}

export type PushRecord = { sentBytes: number; log: string[]; saved: unknown; fractions: number[] };

/** What a push is given, and what it did with it. Requests are tried again without long pauses. */
export function pushContext(
  options: { saved?: unknown; signal?: AbortSignal } & Pick<RemoteHttpOptions, 'idleMs' | 'tries'> = {},
): PushContext & { record: PushRecord } {
  const { saved = null, signal = new AbortController().signal, ...http } = options;
  const record: PushRecord = { sentBytes: 0, log: [], saved, fractions: [] };
  return {
    record,
    signal,
    http: createRemoteHttp({
      signal,
      firstPauseMs: 5,
      onSent(bytes) {
        record.sentBytes += bytes;
      },
      ...http,
    }),
    nowMs: () => Date.now(),
    progress(fraction) {
      if (fraction !== null) record.fractions.push(fraction);
    },
    log: (text) => record.log.push(text),
    sent(bytes) {
      record.sentBytes += bytes;
    },
    state: {
      saved,
      save(state) {
        record.saved = structuredClone(state);
      },
    },
  };
}

/** The receipt as the core completes it. */
export function receiptOf(
  bundle: Bundle,
  part: Pick<PushReceipt, 'where' | 'link' | 'remoteIds' | 'files'>,
): PushReceipt {
  const filesSent = part.files.filter(({ sent }) => sent).length;
  return { ...part, bundleDigest: bundle.digest, filesSent, bytesSent: 0, seconds: 0, atMs: 0 };
}
