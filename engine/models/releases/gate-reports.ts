import { type Kysely, sql } from 'kysely';
import { GateReport, GateReportRow, type Problem } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { Database, ListingSpec, Scope } from '../../store/index.ts';

export const gateReportListing: ListingSpec = {
  name: 'gate-reports',
  table: 'gate_reports',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('gate_reports.id'), indexed: true },
    version: { type: 'string', sql: sql.ref('gate_reports.version') },
    environment: { type: 'string', sql: sql.ref('gate_reports.environment') },
    passed: { type: 'boolean', sql: sql.ref('gate_reports.passed') },
    createdAtMs: { type: 'time', sql: sql.ref('gate_reports.created_at_ms') },
  },
  otherFields: ['model', 'failed', 'skipped', 'total', 'champion', 'seconds'],
  defaultSort: '-createdAtMs',
};

export function gateReportsOf(modelId: number): Scope {
  return { id: String(modelId), condition: sql`gate_reports.model_id = ${modelId}` };
}

export async function loadGateReports(
  db: Kysely<Database>,
  keys: readonly number[],
): Promise<Map<number, GateReportRow>> {
  if (keys.length === 0) return new Map();
  const rows = await db.selectFrom('gate_reports').select(['pk', 'body']).where('pk', 'in', keys).execute();
  return new Map(rows.map((row) => [row.pk, GateReportRow.parse(JSON.parse(row.body))]));
}

/** Throws releases/report-not-found. */
export async function gateReport(db: Kysely<Database>, reportId: string): Promise<GateReport> {
  const row = await db
    .selectFrom('gate_reports')
    .select('body')
    .where('id', '=', reportId)
    .executeTakeFirst();
  if (row === undefined)
    throw new AssayError('releases/report-not-found', `There is no gate report ${reportId}`);
  return GateReport.parse(JSON.parse(row.body));
}

/** The newest report that was made of the very same facts; null when there is none. */
export async function reportOfBasis(
  db: Kysely<Database>,
  modelId: number,
  basis: string,
): Promise<GateReport | null> {
  const row = await db
    .selectFrom('gate_reports')
    .select('body')
    .where('model_id', '=', modelId)
    .where('basis', '=', basis)
    .orderBy('pk', 'desc')
    .executeTakeFirst();
  return row === undefined ? null : GateReport.parse(JSON.parse(row.body));
}

/** What stops a promotion: gates that failed, and skipped ones where the policy refuses those. */
export function obstaclesOf({ gates, policy }: Pick<GateReport, 'gates' | 'policy'>): Problem[] {
  return gates.flatMap(({ verdict, title, reason, limit }, index) => {
    const stops = verdict === 'fail' || (verdict === 'skipped' && policy.skipped === 'refuse');
    if (!stops) return [];
    const said = `${title}: ${reason}`;
    return [{ path: `/gates/${index}`, message: said, ...(limit === '' ? {} : { expected: limit }) }];
  });
}
