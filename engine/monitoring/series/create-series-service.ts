import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import {
  DriftSeries,
  DriftSeriesRequest,
  DriftSeriesRow,
  type Job,
  type ListQuery,
  type Page,
} from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { JobHandler, JobQueue } from '../../jobs/index.ts';
import { type ListingSpec, list, type Store } from '../../store/index.ts';
import type { Clock } from '../../system/index.ts';
import { type DriftPlan, planDrift } from '../drift-plan.ts';
import type { SeriesJobInput, SeriesJobOutput } from '../series-job.ts';
import { type PlannedPair, planWindows, type WindowRooms } from '../windows/plan-windows.ts';

export type DriftSeriesService = {
  /** Submits a job whose result is { seriesId }. Errors: those of `planWindows`, drift-reports/no-common-columns. */
  start(request: DriftSeriesRequest, parentJobId?: string | null): Promise<Job>;
  list(query: ListQuery): Promise<Page<DriftSeriesRow>>;
  /** Errors: drift-series/not-found. */
  get(seriesId: string): Promise<DriftSeries>;
  /** Errors: drift-series/not-found. */
  delete(seriesId: string): Promise<void>;
};

type Options = WindowRooms & { store: Store; jobs: JobQueue; events: EventBus; clock: Clock };

/** What DuckDB may fill. */
const DUCKDB_MB = 512;

const fromSummary = (field: keyof DriftSeriesRow) =>
  sql`json_extract(drift_series.summary, ${sql.lit(`$.${field}`)})`;

const listing: ListingSpec = {
  name: 'drift-series',
  table: 'drift_series',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('drift_series.id'), indexed: true },
    referenceName: { type: 'string', sql: fromSummary('referenceName') },
    currentName: { type: 'string', sql: fromSummary('currentName') },
    drifted: { type: 'boolean', sql: sql.ref('drift_series.drifted') },
    driftedColumns: { type: 'number', sql: fromSummary('driftedColumns') },
    totalColumns: { type: 'number', sql: fromSummary('totalColumns') },
    chunks: { type: 'number', sql: fromSummary('chunks') },
    seconds: { type: 'number', sql: fromSummary('seconds') },
    createdAtMs: { type: 'time', sql: sql.ref('drift_series.created_at_ms') },
  },
  defaultSort: '-createdAtMs',
};

/** Drift over time; registers its job handler: call before the queue starts. */
export function createDriftSeriesService(options: Options): DriftSeriesService {
  const { jobs } = options;
  const { db } = options.store;
  const notFound = (seriesId: string) =>
    new AssayError('drift-series/not-found', `There is no drift series ${seriesId}`);
  jobs.register(seriesHandler(options));
  return {
    async start(request, parentId = null) {
      const input = DriftSeriesRequest.parse(request);
      const pair = await planWindows(options, input, null);
      planColumns(pair, input);
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'drift-series',
        title: `Compare ${pair.current.name} with ${pair.reference.name} over time`,
        input,
        parentId,
        dedupKey: `drift-series:${key}`,
      });
    },

    list: (query) =>
      list(db, listing, query, {
        load: async (keys) => {
          const rows = await db
            .selectFrom('drift_series')
            .select(['pk', 'summary'])
            .where('pk', 'in', keys)
            .execute();
          return new Map(rows.map((row) => [row.pk, DriftSeriesRow.parse(JSON.parse(row.summary))]));
        },
      }),

    async get(seriesId) {
      const row = await db
        .selectFrom('drift_series')
        .select('body')
        .where('id', '=', seriesId)
        .executeTakeFirst();
      if (row === undefined) throw notFound(seriesId);
      return DriftSeries.parse(JSON.parse(row.body));
    },

    async delete(seriesId) {
      const gone = await db
        .deleteFrom('drift_series')
        .where('id', '=', seriesId)
        .returning('id')
        .executeTakeFirst();
      if (gone === undefined) throw notFound(seriesId);
    },
  };
}

/** The truth is no column of the data. */
function planColumns({ reference, current, model }: PlannedPair, request: DriftSeriesRequest): DriftPlan {
  const isData = ({ name }: { name: string }) =>
    name !== model?.signature.target || request.columns?.includes(name) === true;
  return planDrift(reference.columns.filter(isData), current.columns.filter(isData), {
    columns: request.columns,
    methods: {},
    embeddingMethods: {},
    thresholds: {},
    columnThresholds: {},
  });
}

function seriesHandler(options: Options): JobHandler<unknown, SeriesJobOutput> {
  const { store, events, clock, artifacts, tmpDir } = options;
  const folderOf = (jobId: string): string => join(tmpDir, 'drift-windows', jobId);
  return {
    kind: 'drift-series',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input, job): Promise<SeriesJobInput> {
      const request = DriftSeriesRequest.parse(input);
      const pair = await planWindows(options, request, folderOf(job.id));
      const { model, modelNote, reference, current } = pair;
      return {
        ...{ reference, current, modelNote },
        by: request.by,
        plan: planColumns(pair, request),
        model:
          model === null
            ? null
            : {
                ref: `${model.model}/${model.version}`,
                signature: model.signature,
                file: await artifacts.read(model.digest),
              },
        seed: request.seed,
        memoryMb: DUCKDB_MB,
      };
    },
    async onSuccess(output, job): Promise<{ seriesId: string }> {
      const series: DriftSeries = {
        ...output,
        // One series a job: kept twice after a crash, it is still one.
        id: job.id.replace(/^job_/, 'drs_'),
        createdAtMs: clock.nowMs(),
      };
      await store.db
        .insertInto('drift_series')
        .values({
          id: series.id,
          drifted: series.drifted ? 1 : 0,
          summary: JSON.stringify(DriftSeriesRow.parse({ ...series, chunks: series.chunks.length })),
          body: JSON.stringify(series),
          created_at_ms: series.createdAtMs,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      await rm(folderOf(job.id), { recursive: true, force: true });
      const { driftedColumns, totalColumns, referenceName, currentName } = series;
      events.emit(
        { type: 'drift-series.changed', data: { seriesId: series.id, drifted: series.drifted } },
        {
          text: `${currentName} over time against ${referenceName}: ${driftedColumns} of ${totalColumns} columns outside in the last part`,
          link: `/drift/over-time/${series.id}`,
        },
      );
      return { seriesId: series.id };
    },
    async onEnd(job) {
      await rm(folderOf(job.id), { recursive: true, force: true });
    },
  };
}
