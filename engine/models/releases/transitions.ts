import { type Kysely, type Selectable, sql } from 'kysely';
import type { ReleaseTransition } from '../../../local-api/contract/index.ts';
import type { Database, ListingSpec, Scope } from '../../store/index.ts';
import type { ModelRow } from '../model-rows.ts';

/** A line of the history without the pushes that it set going. */
export type Transition = Omit<ReleaseTransition, 'pushes'>;

type TransitionRow = Selectable<Database['release_transitions']>;

export const transitionListing: ListingSpec = {
  name: 'release-transitions',
  table: 'release_transitions',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('release_transitions.id'), indexed: true },
    kind: { type: 'string', sql: sql.ref('release_transitions.kind') },
    environment: { type: 'string', sql: sql.ref('release_transitions.environment'), nullable: true },
    version: { type: 'string', sql: sql.ref('release_transitions.version') },
    from: { type: 'string', sql: sql.ref('release_transitions.from_version'), nullable: true },
    actor: { type: 'string', sql: sql.ref('release_transitions.actor') },
    reason: { type: 'string', sql: sql.ref('release_transitions.reason') },
    gateReportId: { type: 'string', sql: sql.ref('release_transitions.gate_report_id'), nullable: true },
    atMs: { type: 'time', sql: sql.ref('release_transitions.at_ms') },
  },
  otherFields: ['model', 'overrideReason', 'pushes'],
  defaultSort: '-atMs',
};

export function transitionsOf(modelId: number): Scope {
  return { id: String(modelId), condition: sql`release_transitions.model_id = ${modelId}` };
}

export function toTransition(row: TransitionRow, model: string): Transition {
  return {
    id: row.id,
    model,
    kind: row.kind,
    environment: row.environment,
    version: row.version,
    from: row.from_version,
    actor: row.actor,
    reason: row.reason,
    overrideReason: row.override_reason,
    gateReportId: row.gate_report_id,
    atMs: row.at_ms,
  };
}

/** Transitions of a model by their key, in any order. */
export async function loadTransitions(
  db: Kysely<Database>,
  model: ModelRow,
  keys: readonly number[],
): Promise<Map<number, Transition>> {
  if (keys.length === 0) return new Map();
  const rows = await db.selectFrom('release_transitions').selectAll().where('pk', 'in', keys).execute();
  return new Map(rows.map((row) => [row.pk, toTransition(row, model.name)]));
}

/** The whole history of a model, oldest first. Cost: its rows, some tens a release. */
export async function allTransitions(db: Kysely<Database>, model: ModelRow): Promise<Transition[]> {
  const rows = await db
    .selectFrom('release_transitions')
    .selectAll()
    .where('model_id', '=', model.id)
    .orderBy('pk')
    .execute();
  return rows.map((row) => toTransition(row, model.name));
}

/** Adds a line to the history; call it in the transaction of what it tells of. */
export async function addTransition(
  trx: Kysely<Database>,
  model: ModelRow,
  transition: Omit<Transition, 'model'>,
): Promise<Transition> {
  await trx
    .insertInto('release_transitions')
    .values({
      id: transition.id,
      model_id: model.id,
      kind: transition.kind,
      environment: transition.environment,
      version: transition.version,
      from_version: transition.from,
      actor: transition.actor,
      reason: transition.reason,
      override_reason: transition.overrideReason,
      gate_report_id: transition.gateReportId,
      at_ms: transition.atMs,
    })
    .execute();
  return { ...transition, model: model.name };
}
