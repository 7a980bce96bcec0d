import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job, WebhookEvent } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import { type OnnxVersion, type VersionFile, withOnnx } from '../onnx/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { BatchJobInput, BatchJobOutput, BatchRows } from './batch-job.ts';
import { type BatchRow, findBatch, requestOf } from './batch-rows.ts';
import { findVersion, type SourceData } from './resolve-source.ts';

/** What a job is submitted with. */
export const BatchJob = z.object({ batchId: z.string() });

export type BatchHandlerOptions = {
  store: Store;
  events: Pick<EventBus, 'emit'>;
  artifacts: Pick<ArtifactStore, 'read' | 'putFile'>;
  models: { getVersion(name: string, version: string): Promise<VersionFile> };
  data: SourceData;
  clock: Clock;
  /** Folders of batches that are under way. */
  dir: string;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
  /** Tells those who asked to be told. */
  tell(event: WebhookEvent, data: Record<string, unknown>): void;
};

/** The model and the rows of a chunk come on top of what DuckDB takes. */
const duckDbShare = 0.4;
const mostDuckDbMb = 1536;

/** Tells of a batch that changed. */
export function announceBatch(
  events: Pick<EventBus, 'emit'>,
  { id: batchId, model, version }: Pick<BatchRow, 'id' | 'model' | 'version'>,
  state: string,
  text?: string,
): void {
  events.emit(
    { type: 'batch-prediction.changed', data: { batchId, model, version, state } },
    text === undefined ? undefined : { text, link: `/batches/${batchId}` },
  );
}

/** Jobs of kind `batch-predict`: what the engine gives to their process, and keeps of what comes back. */
export function batchHandler(options: BatchHandlerOptions): JobHandler<unknown, BatchJobOutput> {
  const { store, events, artifacts, clock } = options;
  const { db } = store;
  const tellEnd = ({ id, model, version, state, source_name, predicted, rejected }: BatchRow): void =>
    options.tell('batch_prediction.finished', {
      id,
      state,
      model,
      version,
      source: source_name,
      predicted,
      rejected,
    });
  const folderOf = (batchId: string): string => join(options.dir, batchId);
  const change = async (id: string, values: Partial<Omit<BatchRow, 'pk' | 'id'>>): Promise<BatchRow> => {
    await db.updateTable('batch_predictions').set(values).where('id', '=', id).execute();
    return findBatch(db, id);
  };

  return {
    kind: 'batch-predict',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,

    async prepare(raw): Promise<BatchJobInput> {
      const { batchId } = BatchJob.parse(raw);
      const before = await findBatch(db, batchId);
      const row = await change(batchId, {
        state: 'running',
        started_at_ms: before.started_at_ms ?? clock.nowMs(),
        ended_at_ms: null,
        error: null,
      });
      announceBatch(events, row, 'running');
      const version: OnnxVersion<VersionFile> = withOnnx(
        await options.models.getVersion(row.model, row.version),
      );
      if (version.digest !== row.model_digest)
        throw new AssayError(
          'models/version-not-found',
          `${row.model} ${row.version} is another model than when the batch was asked for.`,
        );
      const request = requestOf(row);
      return {
        folder: folderOf(batchId),
        rows: await rowsOf(options.data, request.source),
        model: await artifacts.read(version.digest),
        signature: version.signature,
        format: request.format,
        keep: request.keep,
        probabilities: request.probabilities,
        fillMissing: request.fillMissing,
        memoryMb: Math.floor(Math.min(mostDuckDbMb, options.jobMemoryMb() * duckDbShare)),
      };
    },

    async onSuccess(output, job) {
      const { batchId } = BatchJob.parse(job.input);
      const before = await findBatch(db, batchId);
      const { format } = requestOf(before);
      const name = fileName(before);
      const store = async (path: string, file: string) =>
        JSON.stringify({ ...(await artifacts.putFile(path)), name: `${file}.${format}` });
      const row = await change(batchId, {
        state: 'succeeded',
        data_digest: output.dataDigest,
        row_count: output.rows,
        predicted: output.predicted,
        rejected: output.rejected,
        reasons: JSON.stringify(output.reasons),
        rows_per_second: output.rowsPerSecond,
        seconds: output.seconds,
        output: await store(output.output, name),
        rejects: output.rejects === null ? null : await store(output.rejects, `${name}-rejects`),
        preview: JSON.stringify(output.preview),
        error: null,
        ended_at_ms: clock.nowMs(),
      });
      await rm(folderOf(batchId), { recursive: true, force: true });
      tellEnd(row);
      const aside = output.rejected === 0 ? '' : `, ${output.rejected.toLocaleString('en')} kept aside`;
      announceBatch(
        events,
        row,
        'succeeded',
        `${row.model} ${row.version} predicted ${output.predicted.toLocaleString('en')} rows of ${row.source_name}${aside}`,
      );
      return { batchId, predicted: output.predicted, rejected: output.rejected };
    },

    async onEnd(job: Job) {
      const { batchId } = BatchJob.parse(job.input);
      const row = await change(batchId, {
        state: job.state === 'cancelled' ? 'cancelled' : 'failed',
        error: job.error === null ? null : JSON.stringify(job.error),
        ended_at_ms: clock.nowMs(),
      });
      // A dead job may be tried again by hand, and goes on where it was.
      if (job.state !== 'dead') await rm(folderOf(batchId), { recursive: true, force: true });
      tellEnd(row);
      announceBatch(events, row, row.state);
    },
  };
}

async function rowsOf(data: SourceData, source: ReturnType<typeof requestOf>['source']): Promise<BatchRows> {
  if (source.kind === 'path' || source.kind === 'upload') {
    const { path, name } = await data.sourceFile(source);
    return { kind: 'file', path, name, options: source.options };
  }
  const version = await findVersion(data, source.dataset, source.version);
  const files = await data.snapshotFiles(version.id);
  if (source.kind === 'sql') return { kind: 'query', files, sql: source.sql };
  const { digest, rows, columns } = version;
  return { kind: 'snapshot', files, digest, rows, columns };
}

/** A name that every file system takes. */
function fileName({ model, version, source_name: source }: BatchRow): string {
  return `${model}-${version}-${source.replace(/\.[^.]*$/, '')}`
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 120);
}
