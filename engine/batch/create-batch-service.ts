import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchPredictionRequest } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import { type OnnxVersion, type VersionFile, withOnnx } from '../onnx/index.ts';
import { list } from '../store/index.ts';
import type { Ids } from '../system/index.ts';
import { announceBatch, type BatchHandlerOptions, BatchJob, batchHandler } from './batch-handler.ts';
import { batchListing, findBatch, loadBatches, previewOf, toBatch } from './batch-rows.ts';
import type { BatchService } from './batch-service.ts';
import { fitColumns } from './fit-columns.ts';
import { keepProblems, resolveSource } from './resolve-source.ts';

type BatchOptions = BatchHandlerOptions & {
  models: BatchHandlerOptions['models'] & { resolve(ref: string): Promise<VersionFile> };
  jobs: Pick<JobQueue, 'register' | 'submit' | 'newJobId' | 'get'>;
  ids: Ids;
};

/** Batch predictions over the workspace database. Registers the handler of their jobs: call before the queue starts. */
export function createBatchService(options: BatchOptions): BatchService {
  const { store, events, jobs, models, data, clock, ids } = options;
  const { db } = store;
  jobs.register(batchHandler(options));

  const plan = async (request: BatchPredictionRequest) => {
    const version: OnnxVersion<VersionFile> = withOnnx(await models.resolve(request.model));
    const resolved = await resolveSource(data, request.source, version.signature);
    const fit = fitColumns(version.signature, resolved.columns, request);
    return {
      version,
      resolved,
      notes: fit.notes,
      problems: [...fit.problems, ...keepProblems(request.keep, resolved.columns)],
    };
  };

  return {
    async check(request) {
      const { version, resolved, problems, notes } = await plan(request);
      return {
        model: version.model,
        version: version.version,
        sourceName: resolved.name,
        rows: resolved.rows,
        columns: resolved.columns,
        problems,
        notes,
      };
    },

    async start(request, { parentJobId = null, scheduleId = null } = {}) {
      const { version, resolved, problems } = await plan(request);
      const [first] = problems;
      if (first !== undefined) {
        const others = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
        throw new AssayError('batch-predictions/columns-do-not-fit', `${first.message}${others}`, {
          problems,
        });
      }
      const id = ids.id('bat');
      const jobId = jobs.newJobId();
      const { model, version: number, digest } = version;
      const row = await db
        .insertInto('batch_predictions')
        .values({
          id,
          job_id: jobId,
          state: 'queued',
          model,
          version: number,
          model_digest: digest,
          request: JSON.stringify({ ...request, model: `${model}/${number}`, source: resolved.source }),
          source_name: resolved.name,
          row_count: resolved.rows,
          reasons: '[]',
          schedule_id: scheduleId,
          created_at_ms: clock.nowMs(),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await jobs.submit({
        id: jobId,
        kind: 'batch-predict',
        title: `Predict ${resolved.name} with ${model} ${number}`,
        input: BatchJob.parse({ batchId: id }),
        parentId: parentJobId,
      });
      announceBatch(events, row, 'queued');
      return toBatch(await findBatch(db, id));
    },

    list: (query) => list(db, batchListing, query, { load: (keys) => loadBatches(db, keys) }),
    get: async (batchId) => toBatch(await findBatch(db, batchId)),
    preview: async (batchId) => previewOf(await findBatch(db, batchId)),

    async delete(batchId) {
      const row = await findBatch(db, batchId);
      if (row.state === 'queued' || row.state === 'running')
        throw new AssayError(
          'batch-predictions/under-way',
          `The batch prediction ${batchId} is ${row.state}.`,
        );
      await db.deleteFrom('batch_predictions').where('id', '=', batchId).execute();
      await rm(join(options.dir, batchId), { recursive: true, force: true });
      announceBatch(events, row, 'deleted');
    },

    async *digests() {
      const rows = await db.selectFrom('batch_predictions').select(['output', 'rejects']).execute();
      for (const row of rows) {
        for (const file of [row.output, row.rejects])
          if (file !== null) yield String(JSON.parse(file).digest);
      }
    },

    async recover() {
      const open = await db
        .selectFrom('batch_predictions')
        .selectAll()
        .where('state', 'in', ['queued', 'running'])
        .execute();
      for (const row of open) {
        const job = await jobs.get(row.job_id).catch(() => null);
        if (job?.state === 'queued' || job?.state === 'running') continue;
        await db
          .updateTable('batch_predictions')
          .set({ state: 'failed', ended_at_ms: clock.nowMs() })
          .where('id', '=', row.id)
          .execute();
      }
      const known = await db
        .selectFrom('batch_predictions')
        .select('id')
        .where('state', '!=', 'succeeded')
        .execute();
      const ids = new Set(known.map(({ id }) => id));
      for (const name of await readdir(options.dir).catch(() => []))
        if (!ids.has(name)) await rm(join(options.dir, name), { recursive: true, force: true });
    },
  };
}
