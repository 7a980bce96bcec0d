import type { Kysely } from 'kysely';
import type { Assessment } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Database, Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { type AssessmentBody, toAssessment } from './trace-rows.ts';
import type { TracingService } from './tracing-service.ts';

type AssessmentMethods = Pick<
  TracingService,
  'addAssessment' | 'assessment' | 'updateAssessment' | 'deleteAssessment'
>;

function notFound(traceId: string, id: string): AssayError {
  return new AssayError('assessments/not-found', `The trace ${traceId} has no assessment ${id}.`);
}

/** The value as a text that searches compare with. */
function valueText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function bodyOf({ spanId, value, error, rationale, source, metadata, overrides }: AssessmentBody): string {
  return JSON.stringify({ spanId, value, error, rationale, source, metadata, overrides });
}

/** The part of the tracing service that keeps what people and programs say of traces. */
export function assessmentMethods(options: {
  store: Store;
  clock: Clock;
  ids: Ids;
  /** Does something to a trace and tells of it; throws traces/not-found. */
  change<T>(traceId: string, work: (pk: number) => Promise<T>): Promise<T>;
}): AssessmentMethods {
  const { store, clock, ids, change } = options;

  const find = async (db: Kysely<Database>, traceId: string, id: string) => {
    const row = await db
      .selectFrom('assessments')
      .innerJoin('traces', 'traces.pk', 'assessments.trace_pk')
      .selectAll('assessments')
      .where('assessments.id', '=', id)
      .where('traces.id', '=', traceId)
      .executeTakeFirst();
    if (row === undefined) throw notFound(traceId, id);
    return row;
  };
  const setValid = (db: Kysely<Database>, id: string, valid: 0 | 1) =>
    db.updateTable('assessments').set({ valid, updated_at_ms: clock.nowMs() }).where('id', '=', id).execute();
  const read = async (traceId: string, id: string): Promise<Assessment> =>
    toAssessment(await find(store.db, traceId, id), traceId);

  return {
    assessment: read,

    async addAssessment(traceId, added) {
      const id = `a-${ids.runId()}`;
      const nowMs = clock.nowMs();
      await change(traceId, (tracePk) =>
        store.transaction(async (trx) => {
          if (added.overrides !== null) {
            await find(trx, traceId, added.overrides);
            await setValid(trx, added.overrides, 0);
          }
          await trx
            .insertInto('assessments')
            .values({
              id,
              trace_pk: tracePk,
              name: added.name,
              kind: added.kind,
              value: valueText(added.value),
              valid: added.valid ? 1 : 0,
              run_id: added.runId,
              body: bodyOf(added),
              created_at_ms: nowMs,
              updated_at_ms: nowMs,
            })
            .execute();
        }),
      );
      return read(traceId, id);
    },

    async updateAssessment(traceId, id, patch) {
      await change(traceId, () =>
        store.transaction(async (trx) => {
          const before = toAssessment(await find(trx, traceId, id), traceId);
          const after = { ...before, ...patch };
          await trx
            .updateTable('assessments')
            .set({
              name: after.name,
              value: valueText(after.value),
              body: bodyOf(after),
              updated_at_ms: clock.nowMs(),
            })
            .where('id', '=', id)
            .execute();
        }),
      );
      return read(traceId, id);
    },

    async deleteAssessment(traceId, id) {
      await change(traceId, () =>
        store.transaction(async (trx) => {
          const known = await find(trx, traceId, id).catch(() => null);
          if (known === null) return;
          const { overrides } = toAssessment(known, traceId);
          await trx.deleteFrom('assessments').where('id', '=', id).execute();
          if (overrides !== null) await setValid(trx, overrides, 1);
        }),
      );
    },
  };
}
