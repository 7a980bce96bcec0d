import { userInfo } from 'node:os';
import { isErrorCode, type Job, PushPlan, type TargetFinding } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { createRemoteHttp, findingOf } from '../http/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { ModelRegistry } from '../models/index.ts';
import { withOnnx } from '../onnx/index.ts';
import { type SecretStore, withoutSecrets } from '../secrets/index.ts';
import type { Ids, Logger } from '../system/index.ts';
import { targetKinds } from './kinds.ts';
import { createWatch } from './look-after.ts';
import { type PullHandlerOptions, pullHandler, type SubmittedPull } from './pull-handler.ts';
import { announcePush, type PushHandlerOptions, pushHandlers, type SubmittedPush } from './push-handler.ts';
import { findPush, lastPush, listPushes, type PushRow, toPush } from './push-rows.ts';
import { type RemoteTrainOptions, remoteTrainHandler } from './remote-train-handler.ts';
import type { RemotesService } from './remotes-service.ts';
import { kindInfo } from './settings-of-target.ts';
import { createTargets } from './targets.ts';

type RemotesOptions = Omit<PushHandlerOptions, 'targets' | 'models' | 'tracking'> & {
  models: PushHandlerOptions['models'] & PullHandlerOptions['models'] & Pick<ModelRegistry, 'resolve'>;
  tracking: PushHandlerOptions['tracking'] & PullHandlerOptions['tracking'] & RemoteTrainOptions['tracking'];
  training: RemoteTrainOptions['training'];
  artifacts: PullHandlerOptions['artifacts'];
  jobs: Pick<JobQueue, 'register' | 'submit' | 'wait' | 'cancel' | 'newJobId'>;
  secrets: SecretStore;
  ids: Ids;
  logger: Logger;
  /** Between two rounds of looking after pushes. */
  roundMs?: number;
};

const checkTimeoutMs = 45_000;
const defaultRoundMs = 10_000;
const underWay: ReadonlySet<string> = new Set(['queued', 'running']);

/** Targets, pushes and pulls over the workspace database. Registers the handlers of their jobs. */
export function createRemotesService(options: RemotesOptions): RemotesService {
  const { store, events, jobs, models, clock, ids, logger, roundMs = defaultRoundMs } = options;
  const { db } = store;
  const targets = createTargets(options);
  const watch = createWatch({ ...options, targets });
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  for (const handler of pushHandlers({ ...options, targets })) jobs.register(handler);
  jobs.register(pullHandler({ ...options, targets }));
  jobs.register(remoteTrainHandler({ ...options, targets }));

  /** Queues the job of a push that is in the table. */
  const submit = async (row: PushRow, parentId: string | null): Promise<PushRow> => {
    if (row.target_id === null)
      throw new AssayError('targets/not-found', `The target "${row.target}" was removed.`);
    const { model, version, id: pushId, target_id: targetId } = row;
    const jobId = jobs.newJobId();
    const values = { state: 'queued', job_id: jobId, next_attempt_at_ms: null } as const;
    await db.updateTable('pushes').set(values).where('id', '=', pushId).execute();
    await jobs.submit({
      id: jobId,
      kind: 'push',
      title: `Push ${model} ${version} to ${row.target}`,
      input: { targetId, model, version, pushId } satisfies SubmittedPush,
      parentId,
    });
    const queued = await findPush(db, pushId);
    announcePush(events, queued);
    return queued;
  };

  const add = async (
    target: { id: string; name: string; kind: string },
    version: { model: string; version: string },
    { verify, saved }: { verify: boolean; saved: string | null },
  ): Promise<PushRow> => {
    const id = ids.id('push');
    await db
      .insertInto('pushes')
      .values({
        id,
        target_id: target.id,
        target: target.name,
        kind: target.kind,
        model: version.model,
        version: version.version,
        state: 'queued',
        job_id: '',
        pushed_by: userInfo().username,
        verify: verify ? 1 : 0,
        attempts: 0,
        saved_state: saved,
        remote_state: 'unknown',
        remote_detail: '',
        created_at_ms: clock.nowMs(),
      })
      .execute();
    return findPush(db, id);
  };

  const lookAfter = async (): Promise<void> => {
    for (const id of await watch.due()) {
      if (stopped.signal.aborted) return;
      await submit(await findPush(db, id), null);
    }
    for (const row of await watch.stale()) {
      if (stopped.signal.aborted) return;
      await watch.observe(row, stopped.signal);
    }
  };

  return {
    ...targets,
    kinds: () => targetKinds.map(kindInfo),

    async check(name, signal) {
      const { row, kind, config, hidden } = await targets.ready(name);
      const started = performance.now();
      const ending = AbortSignal.any([
        ...(signal === undefined ? [] : [signal]),
        stopped.signal,
        AbortSignal.timeout(checkTimeoutMs),
      ]);
      const http = createRemoteHttp({ signal: ending, tries: 1, idleMs: 15_000 });
      let findings: TargetFinding[];
      try {
        const remote = await kind.open(config);
        findings = await remote.check({ http, signal: ending, nowMs: () => clock.nowMs() });
      } catch (thrown) {
        findings = [findingOf(thrown)];
      } finally {
        http.close();
      }
      const check = {
        ok: findings.every(({ level }) => level !== 'error'),
        atMs: clock.nowMs(),
        milliseconds: performance.now() - started,
        findings: findings.map((finding) => ({
          ...finding,
          message: withoutSecrets(finding.message, hidden),
        })),
      };
      await targets.keepCheck(row.id, check);
      return check;
    },

    async plan(name, ref, signal) {
      const { row } = await targets.ready(name);
      const { model, version } = withOnnx(await models.resolve(ref));
      const submitted = await jobs.submit({
        kind: 'push-plan',
        title: `Plan the push of ${model} ${version} to ${row.name}`,
        input: { targetId: row.id, model, version, pushId: null } satisfies SubmittedPush,
      });
      const job = await jobs.wait(submitted.id, signal);
      if (job.state === 'succeeded') return PushPlan.parse(job.result);
      throw failureOf(job);
    },

    async push(name, { model: ref, verify }, { parentJobId = null } = {}) {
      const { row: target } = await targets.ready(name);
      const version = withOnnx(await models.resolve(ref));
      const last = await lastPush(db, {
        targetId: target.id,
        model: version.model,
        version: version.version,
      });
      if (last !== undefined && underWay.has(last.state)) return toPush(last);
      if (last?.state === 'waiting') return toPush(await submit(last, parentJobId));
      const row = await add(target, version, { verify, saved: last?.saved_state ?? null });
      return toPush(await submit(row, parentJobId));
    },

    async pull(name, { model, as }) {
      const { row, kind } = await targets.ready(name);
      if (!kind.canPull) {
        throw new AssayError('targets/cannot-pull', `Nothing can be pulled from a ${kind.title}.`);
      }
      return jobs.submit({
        kind: 'pull',
        title: `Pull ${model} from ${row.name}`,
        input: { targetId: row.id, ref: model, as: as ?? null } satisfies SubmittedPull,
      });
    },

    async trainingPlace(name) {
      const { row, kind } = await targets.ready(name);
      if (kind.openTrainer === null)
        throw new AssayError('targets/cannot-train', `Nothing can be trained on a ${kind.title}.`);
      return { id: row.id, name: row.name };
    },

    listPushes: async (query) => (await listPushes(db, query)).map(toPush),
    getPush: async (pushId) => toPush(await findPush(db, pushId)),

    async cancelPush(pushId) {
      const row = await findPush(db, pushId);
      if (underWay.has(row.state)) await jobs.cancel(row.job_id);
      else if (row.state === 'waiting') {
        const values = { state: 'cancelled', next_attempt_at_ms: null, ended_at_ms: clock.nowMs() } as const;
        await db.updateTable('pushes').set(values).where('id', '=', pushId).execute();
        announcePush(events, await findPush(db, pushId));
      } else throw new AssayError('pushes/ended', `The push has ended already: ${row.state}.`);
      return toPush(await findPush(db, pushId));
    },

    async observe(pushId) {
      const row = await findPush(db, pushId);
      if (row.receipt === null)
        throw new AssayError('pushes/no-receipt', 'This push has left nothing there.');
      if (row.target_id === null)
        throw new AssayError('targets/not-found', `The target "${row.target}" was removed.`);
      return toPush(await watch.observe(row, stopped.signal));
    },

    start() {
      const next = () => {
        round = lookAfter().catch((thrown: unknown) =>
          logger.warn({ error: messageOf(thrown) }, 'looking after pushes failed'),
        );
        void round.then(() => {
          if (!stopped.signal.aborted) timer = setTimeout(next, roundMs).unref();
        });
      };
      timer = setTimeout(next, roundMs).unref();
    },
    lookAfter,

    async close() {
      stopped.abort();
      clearTimeout(timer);
      await round;
    },
  };
}

/** The error that a job ended with. */
function failureOf({ error }: Job): AssayError {
  if (error === null) return new AssayError('jobs/cancelled', 'The plan was cancelled.');
  const { code, message, hint, problems } = error;
  // Codes of jobs are those of the table: they were thrown as AssayError.
  return new AssayError(isErrorCode(code) ? code : 'internal', message, {
    hint,
    ...(problems === undefined ? {} : { problems }),
  });
}
