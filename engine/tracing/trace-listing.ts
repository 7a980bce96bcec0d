import { sql } from 'kysely';
import type { ListingSpec } from '../store/index.ts';

const column = (name: string) => sql.ref(`traces.${name}`);
const ended = sql`(traces.request_time_ms + traces.duration_ms)`;

const plainSpanFields: Record<string, string> = { name: 'name', type: 'type', status: 'status' };

/** Conditions on tags and metadata are answered by indexes; those on spans look at the spans of each trace. */
export const traceListing: ListingSpec = {
  name: 'traces',
  table: 'traces',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: column('id'), indexed: true },
    experimentId: { type: 'decimalId', sql: column('experiment_id') },
    name: { type: 'string', sql: column('name') },
    state: {
      type: 'string',
      sql: column('state'),
      values: ['ok', 'error', 'in-progress', 'unspecified'],
    },
    requestTimeMs: { type: 'time', sql: column('request_time_ms') },
    durationMs: { type: 'number', sql: column('duration_ms'), nullable: true },
    endTimeMs: { type: 'time', sql: ended, nullable: true },
    clientRequestId: { type: 'string', sql: column('client_request_id'), nullable: true },
    spans: { type: 'number', sql: column('span_count') },
  },
  families: {
    tags: { kind: 'tag', table: 'trace_tags', owner: 'trace_pk' },
    metadata: { kind: 'tag', table: 'trace_metadata', owner: 'trace_pk' },
    run: {
      kind: 'many',
      table: 'trace_runs',
      owner: 'trace_pk',
      entry: (key) =>
        key === 'id'
          ? { type: 'string', value: sql.ref('entry.run_id'), isNan: null, condition: null }
          : null,
      sortValue: () =>
        sql`(SELECT min(entry.run_id) FROM trace_runs AS entry WHERE entry.trace_pk = traces.pk)`,
    },
    span: { kind: 'many', table: 'spans', owner: 'trace_pk', entry: spanEntry, sortValue: () => null },
    feedback: assessments('feedback'),
    expectation: assessments('expectation'),
  },
  otherFields: ['assessments', 'runIds', 'requestPreview', 'responsePreview'],
  defaultSort: '-requestTimeMs',
};

/** span.name, span.type, span.status, span.content, span.attributes.<key> */
function spanEntry(key: string) {
  const plain = Object.hasOwn(plainSpanFields, key) ? plainSpanFields[key] : undefined;
  if (plain !== undefined) return text(sql.ref(`entry.${plain}`));
  if (key === 'content') return text(sql`(entry.name || ' ' || entry.attributes || ' ' || entry.rest)`);
  const [, attribute] = /^attributes\.(.+)$/s.exec(key) ?? [];
  if (attribute === undefined) return null;
  return text(
    sql`(SELECT attribute.value FROM json_each(entry.attributes) AS attribute WHERE attribute.key = ${attribute})`,
  );
}

function text(value: ReturnType<typeof sql>) {
  return { type: 'string', value, isNan: null, condition: null } as const;
}

function assessments(kind: 'feedback' | 'expectation') {
  return {
    kind: 'many',
    table: 'assessments',
    owner: 'trace_pk',
    entry: (name: string) => ({
      type: 'string' as const,
      value: sql.ref('entry.value'),
      isNan: null,
      condition: sql`entry.kind = ${kind} AND entry.name = ${name} AND entry.valid = 1`,
    }),
    sortValue: () => null,
  } as const;
}
