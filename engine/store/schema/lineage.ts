import type { Generated } from 'kysely';

export type LineageTables = {
  /** OpenLineage events, as JSON text, that a server has not taken yet. */
  lineage_outbox: { pk: Generated<number>; event: string; created_at_ms: number };
};
