import { type Kysely, type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import {
  BatchPrediction,
  BatchPredictionRequest,
  BatchPreview,
  BatchState,
  JobError,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Database, ListingSpec } from '../store/index.ts';

export type BatchRow = Selectable<Database['batch_predictions']>;

const { reasons: Reasons, output: File } = BatchPrediction.shape;

const column = (name: string) => sql.ref(`batch_predictions.${name}`);

export const batchListing: ListingSpec = {
  name: 'batch-predictions',
  table: 'batch_predictions',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: column('id'), indexed: true },
    jobId: { type: 'string', sql: column('job_id'), indexed: true },
    model: { type: 'string', sql: column('model'), indexed: true },
    version: { type: 'string', sql: column('version') },
    state: { type: 'string', sql: column('state'), values: BatchState.options },
    sourceName: { type: 'string', sql: column('source_name') },
    format: { type: 'string', sql: sql`json_extract(batch_predictions.request, '$.format')` },
    scheduleId: { type: 'string', sql: column('schedule_id'), nullable: true },
    rows: { type: 'number', sql: column('row_count'), nullable: true },
    predicted: { type: 'number', sql: column('predicted'), nullable: true },
    rejected: { type: 'number', sql: column('rejected'), nullable: true },
    rowsPerSecond: { type: 'number', sql: column('rows_per_second'), nullable: true },
    seconds: { type: 'number', sql: column('seconds'), nullable: true },
    createdAtMs: { type: 'time', sql: column('created_at_ms') },
    endedAtMs: { type: 'time', sql: column('ended_at_ms'), nullable: true },
  },
  defaultSort: '-createdAtMs',
};

export async function loadBatches(
  db: Kysely<Database>,
  keys: readonly number[],
): Promise<Map<number, BatchPrediction>> {
  const rows = await db.selectFrom('batch_predictions').selectAll().where('pk', 'in', keys).execute();
  return new Map(rows.map((row) => [row.pk, toBatch(row)]));
}

/** Throws batch-predictions/not-found. */
export async function findBatch(db: Kysely<Database>, id: string): Promise<BatchRow> {
  const row = await db.selectFrom('batch_predictions').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined)
    throw new AssayError('batch-predictions/not-found', `There is no batch prediction ${id}.`);
  return row;
}

export function requestOf(row: Pick<BatchRow, 'request'>): BatchPredictionRequest {
  return BatchPredictionRequest.parse(JSON.parse(row.request));
}

export function previewOf(row: Pick<BatchRow, 'preview' | 'id'>): BatchPreview {
  if (row.preview === null) throw noOutput(row.id);
  return BatchPreview.parse(JSON.parse(row.preview));
}

function noOutput(id: string): AssayError {
  return new AssayError('batch-predictions/no-output', `The batch prediction ${id} has no result.`);
}

export function toBatch(row: BatchRow): BatchPrediction {
  const { source, format, keep, probabilities, fillMissing } = requestOf(row);
  return {
    id: row.id,
    jobId: row.job_id,
    state: row.state,
    model: row.model,
    version: row.version,
    modelDigest: row.model_digest,
    source,
    sourceName: row.source_name,
    dataDigest: row.data_digest,
    format,
    keep,
    probabilities,
    fillMissing,
    rows: row.row_count,
    predicted: row.predicted,
    rejected: row.rejected,
    reasons: Reasons.parse(JSON.parse(row.reasons)),
    rowsPerSecond: row.rows_per_second,
    seconds: row.seconds,
    output: stored(File, row.output),
    rejects: stored(File, row.rejects),
    error: stored(JobError.nullable(), row.error),
    scheduleId: row.schedule_id,
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
  };
}

function stored<T>(schema: z.ZodType<T | null>, text: string | null): T | null {
  return text === null ? null : schema.parse(JSON.parse(text));
}
