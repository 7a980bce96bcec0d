import type { Kysely, Selectable } from 'kysely';
import { JobError, type Push, PushReceipt, PushVerification } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Database } from '../store/index.ts';

export type PushRow = Selectable<Database['pushes']>;

export type PushQuery = {
  target?: string | undefined;
  model?: string | undefined;
  version?: string | undefined;
  limit: number;
};

export function toPush(row: PushRow): Push {
  return {
    id: row.id,
    target: row.target,
    targetId: row.target_id,
    kind: row.kind,
    model: row.model,
    version: row.version,
    state: row.state,
    jobId: row.job_id,
    by: row.pushed_by,
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at_ms,
    error: row.error === null ? null : JobError.parse(JSON.parse(row.error)),
    receipt: receiptOf(row),
    verification: row.verification === null ? null : PushVerification.parse(JSON.parse(row.verification)),
    remoteState: row.remote_state,
    remoteDetail: row.remote_detail,
    observedAtMs: row.observed_at_ms,
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
  };
}

export function receiptOf({ receipt }: Pick<PushRow, 'receipt'>): PushReceipt | null {
  return receipt === null ? null : PushReceipt.parse(JSON.parse(receipt));
}

/** Newest first. */
export function listPushes(
  db: Kysely<Database>,
  { target, model, version, limit }: PushQuery,
): Promise<PushRow[]> {
  let query = db.selectFrom('pushes').selectAll().orderBy('pk', 'desc').limit(limit);
  if (target !== undefined) {
    query = query.where((where) => where.or([where('target_id', '=', target), where('target', '=', target)]));
  }
  if (model !== undefined) query = query.where('model', '=', model);
  if (version !== undefined) query = query.where('version', '=', version);
  return query.execute();
}

/** Throws pushes/not-found. */
export async function findPush(db: Kysely<Database>, id: string): Promise<PushRow> {
  const row = await db.selectFrom('pushes').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new AssayError('pushes/not-found', `There is no push ${id}.`);
  return row;
}

/** The last push of a version to a target. */
export function lastPush(
  db: Kysely<Database>,
  { targetId, model, version }: { targetId: string; model: string; version: string },
): Promise<PushRow | undefined> {
  return db
    .selectFrom('pushes')
    .selectAll()
    .where('target_id', '=', targetId)
    .where('model', '=', model)
    .where('version', '=', version)
    .orderBy('pk', 'desc')
    .limit(1)
    .executeTakeFirst();
}
