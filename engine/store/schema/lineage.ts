import type { Generated } from 'kysely';

export type LineageTables = {
  /** OpenLineage events, as JSON text, that a server has not taken yet. */
  lineage_outbox: { pk: Generated<number>; event: string; created_at_ms: number };
  /** Events that were told, by job and type; the row of the job '' says since when events are told. */
  lineage_told: { job_id: string; event_type: string; told_at_ms: number };
};
