import { z } from 'zod';
import {
  type Job,
  type JobError,
  PushPlan,
  PushReceipt,
  PushVerification,
} from '../../local-api/contract/index.ts';
import type { BundleService } from '../bundles/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { ModelRegistry } from '../models/index.ts';
import { withOnnx } from '../onnx/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import type { BundleSources } from './bundle.ts';
import type { PushJobInput } from './push-job.ts';
import { findPush, type PushRow } from './push-rows.ts';
import type { BundleRun } from './target.ts';
import type { Targets } from './targets.ts';

/** What a job of a push or of its plan is submitted with. */
export type SubmittedPush = z.infer<typeof SubmittedPush>;
const SubmittedPush = z.object({
  targetId: z.string(),
  model: z.string(),
  version: z.string(),
  /** Null: only the plan. */
  pushId: z.string().nullable(),
});

const Saved = z.object({ bundleDigest: z.string(), state: z.unknown() });
const Message = z.object({ type: z.literal('saved'), saved: Saved });
const Output = z.discriminatedUnion('type', [
  z.object({ type: z.literal('plan'), plan: PushPlan }),
  z.object({ type: z.literal('pushed'), receipt: PushReceipt, verification: PushVerification.nullable() }),
]);

const firstWaitMs = 15_000;
const longestWaitMs = 15 * 60_000;

/** How long a push waits after so many attempts that did not reach the target: 15 s, doubling up to 15 minutes. */
export function waitMs(attempts: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(0, attempts - 1));
}

export type PushHandlerOptions = {
  store: Store;
  events: Pick<EventBus, 'emit'>;
  bundles: Pick<BundleService, 'plan'>;
  tracking: Pick<TrackingService, 'getRun'>;
  models: Pick<ModelRegistry, 'getVersion'>;
  targets: Pick<Targets, 'ready'>;
  clock: Clock;
};

/** Tells of a push that changed. */
export function announcePush(events: Pick<EventBus, 'emit'>, row: PushRow, text?: string): void {
  const { id: pushId, target, model, version, state, remote_state: remoteState } = row;
  events.emit(
    { type: 'push.changed', data: { pushId, target, model, version, state, remoteState } },
    text === undefined ? undefined : { text, link: `/models/${encodeURIComponent(model)}` },
  );
}

/** Jobs of kind `push` and `push-plan`: what the engine gives to their process and keeps of what comes back. */
export function pushHandlers(options: PushHandlerOptions): JobHandler<unknown, unknown>[] {
  const { store, events, clock } = options;
  const { db } = store;
  const change = async (pushId: string, values: Partial<Omit<PushRow, 'pk' | 'id'>>): Promise<PushRow> => {
    await db.updateTable('pushes').set(values).where('id', '=', pushId).execute();
    return findPush(db, pushId);
  };

  const prepare = async (raw: unknown): Promise<PushJobInput> => {
    const { targetId, model, version, pushId } = SubmittedPush.parse(raw);
    const row = pushId === null ? null : await findPush(db, pushId);
    if (row !== null) {
      const running = {
        state: 'running',
        attempts: row.attempts + 1,
        next_attempt_at_ms: null,
        error: null,
      } as const;
      announcePush(events, await change(row.id, { ...running, ended_at_ms: null }));
    }
    const target = await options.targets.ready(targetId);
    return {
      kind: target.row.kind,
      target: target.row.name,
      config: target.config,
      hidden: target.hidden,
      sources: await bundleSources(options, model, version),
      push:
        row === null
          ? null
          : {
              verify: row.verify === 1,
              saved: row.saved_state === null ? null : Saved.parse(JSON.parse(row.saved_state)),
            },
    };
  };
  const shared = { takesSlot: true, prepare };

  const plan: JobHandler<unknown, unknown> = {
    ...shared,
    kind: 'push-plan',
    maxAttempts: 1,
    resumable: false,
    async onSuccess(output) {
      const parsed = Output.parse(output);
      return parsed.type === 'plan' ? parsed.plan : null;
    },
  };

  const push: JobHandler<unknown, unknown> = {
    ...shared,
    kind: 'push',
    // What a target out of reach needs is time: the push waits and a new job goes on.
    maxAttempts: 1,
    resumable: true,
    async onMessage(message, job) {
      const { saved } = Message.parse(message);
      await change(pushIdOf(job), { saved_state: JSON.stringify(saved) });
    },
    async onSuccess(output, job) {
      const parsed = Output.parse(output);
      if (parsed.type !== 'pushed') throw new AssayError('internal', 'A push gave a plan.');
      const { receipt, verification } = parsed;
      const nowMs = clock.nowMs();
      const isWell = verification?.ok !== false;
      const row = await change(pushIdOf(job), {
        state: 'pushed',
        receipt: JSON.stringify(receipt),
        verification: verification === null ? null : JSON.stringify(verification),
        remote_state: isWell ? 'in-sync' : 'changed',
        remote_detail: isWell ? 'Just pushed.' : 'What came back is not what was sent.',
        observed_at_ms: nowMs,
        ended_at_ms: nowMs,
        saved_state: null,
        error: null,
      });
      const how = isWell ? '' : ', but what came back does not answer as it does here';
      announcePush(events, row, `Pushed ${row.model} ${row.version} to ${row.target}${how}`);
      return { pushId: row.id, receipt, verification };
    },
    async onEnd(job) {
      const before = await findPush(db, pushIdOf(job));
      const error: JobError | null = job.error;
      const nowMs = clock.nowMs();
      if (error?.code === 'targets/unreachable' && before.target_id !== null) {
        const next = nowMs + waitMs(before.attempts);
        const row = await change(before.id, {
          state: 'waiting',
          next_attempt_at_ms: next,
          error: JSON.stringify(error),
        });
        const text = `${row.target} cannot be reached: ${row.model} ${row.version} waits for it`;
        announcePush(events, row, before.attempts <= 1 ? text : undefined);
        return;
      }
      const row = await change(before.id, {
        state: job.state === 'cancelled' ? 'cancelled' : 'failed',
        error: error === null ? null : JSON.stringify(error),
        ended_at_ms: nowMs,
      });
      announcePush(events, row);
    },
  };
  return [plan, push];
}

function pushIdOf(job: Job): string {
  const { pushId } = SubmittedPush.parse(job.input);
  if (pushId === null) throw new AssayError('internal', 'The job of a push names none.');
  return pushId;
}

async function bundleSources(
  options: PushHandlerOptions,
  model: string,
  number: string,
): Promise<BundleSources> {
  const version = withOnnx(await options.models.getVersion(model, number));
  const { runId } = version;
  return {
    version,
    plan: await options.bundles.plan(model, number),
    run: runId === null ? null : await unlessGone(() => readRun(options.tracking, runId)),
  };
}

/** Runs can be deleted; a version is pushed without theirs. */
async function unlessGone<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof AssayError && /\/not-found$/.test(thrown.code)) return null;
    throw thrown;
  }
}

async function readRun(tracking: Pick<TrackingService, 'getRun'>, runId: string): Promise<BundleRun> {
  const { id, name, params, metrics, tags, startedAtMs, endedAtMs } = await tracking.getRun(runId);
  const finite = Object.entries(metrics).filter(([, { last }]) => Number.isFinite(last));
  return {
    id,
    name,
    params,
    tags,
    startedAtMs,
    endedAtMs,
    metrics: Object.fromEntries(
      finite.map(([key, { last, step, timestampMs }]) => [key, { value: Number(last), step, timestampMs }]),
    ),
  };
}
