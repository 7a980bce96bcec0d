import type { Selectable } from 'kysely';
import type { Assessment, Span, SpanOutline, Trace } from '../../local-api/contract/index.ts';
import type { Database, Store } from '../store/index.ts';

type AssessmentRow = Selectable<Database['assessments']>;
type SpanRow = Selectable<Database['spans']>;

/** What of an assessment is not in a column of its own. */
export type AssessmentBody = Pick<
  Assessment,
  'spanId' | 'value' | 'error' | 'rationale' | 'source' | 'metadata' | 'overrides'
>;

/** Written by `bodyOf` and `restOf` only. */
function fromJson<T>(text: string): T {
  return JSON.parse(text);
}

export function toAssessment(row: AssessmentRow, traceId: string): Assessment {
  return {
    ...fromJson<AssessmentBody>(row.body),
    id: row.id,
    traceId,
    name: row.name,
    kind: row.kind,
    runId: row.run_id,
    valid: row.valid === 1,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

export function toSpan(row: SpanRow): Span {
  const { statusMessage, events, links } = fromJson<Pick<Span, 'statusMessage' | 'events' | 'links'>>(
    row.rest,
  );
  const attributes = fromJson<Span['attributes']>(row.attributes);
  return { ...toOutline({ ...row, status_message: statusMessage }), attributes, events, links };
}

/** Columns of `spans` that a tree needs. */
export const outlineColumns = [
  'span_id',
  'parent_id',
  'name',
  'type',
  'status',
  'start_ns',
  'end_ns',
] as const;

export function toOutline(
  row: Pick<SpanRow, (typeof outlineColumns)[number]> & { status_message: string },
): SpanOutline {
  return {
    id: row.span_id,
    parentId: row.parent_id,
    name: row.name,
    type: row.type,
    status: row.status,
    statusMessage: row.status_message,
    startNs: row.start_ns.replace(/^0+(?=\d)/, ''),
    endNs: row.end_ns === null ? null : row.end_ns.replace(/^0+(?=\d)/, ''),
  };
}

/** Reads traces whole but for their spans, at one query a table. */
export function createTraceReader({ db }: Pick<Store, 'db'>) {
  const records = async (table: 'trace_tags' | 'trace_metadata', pks: readonly number[]) => {
    const rows = await db
      .selectFrom(table)
      .innerJoin('keys', 'keys.id', `${table}.key_id`)
      .select([`${table}.trace_pk`, 'keys.name', `${table}.value`])
      .where(`${table}.trace_pk`, 'in', pks)
      .orderBy('keys.name')
      .execute();
    return Map.groupBy(rows, (row) => row.trace_pk);
  };
  const recordOf = (rows: readonly { name: string; value: string }[] = []) =>
    Object.fromEntries(rows.map(({ name, value }) => [name, value]));

  return async (pks: readonly number[]): Promise<Map<number, Trace>> => {
    if (pks.length === 0) return new Map();
    const rows = await db.selectFrom('traces').selectAll().where('pk', 'in', pks).execute();
    const tags = await records('trace_tags', pks);
    const metadata = await records('trace_metadata', pks);
    const runs = await db.selectFrom('trace_runs').selectAll().where('trace_pk', 'in', pks).execute();
    const runsOf = Map.groupBy(runs, (row) => row.trace_pk);
    const said = await db
      .selectFrom('assessments')
      .selectAll()
      .where('trace_pk', 'in', pks)
      .orderBy('pk')
      .execute();
    const saidOf = Map.groupBy(said, (row) => row.trace_pk);
    return new Map(
      rows.map((row) => [
        row.pk,
        {
          id: row.id,
          experimentId: String(row.experiment_id),
          name: row.name,
          state: row.state,
          requestTimeMs: row.request_time_ms,
          durationMs: row.duration_ms,
          clientRequestId: row.client_request_id,
          requestPreview: row.request_preview,
          responsePreview: row.response_preview,
          spans: row.span_count,
          runIds: (runsOf.get(row.pk) ?? []).map(({ run_id }) => run_id),
          tags: recordOf(tags.get(row.pk)),
          metadata: recordOf(metadata.get(row.pk)),
          assessments: (saidOf.get(row.pk) ?? []).map((each) => toAssessment(each, row.id)),
        },
      ]),
    );
  };
}
