import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import {
  DriftReport,
  DriftReportRow,
  DriftRequest,
  DriftSettings,
  defaultDriftRules,
} from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import { type ListingSpec, list, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';

import type { DriftJobInput, DriftJobOutput } from './drift-job.ts';
import { planDrift } from './drift-plan.ts';
import type { DriftService } from './drift-service.ts';
import { isDatasetDrifted } from './verdict.ts';

export type DriftServiceOptions = {
  store: Store;
  jobs: JobQueue;
  events: EventBus;
  data: DataService;
  clock: Clock;
};

/** What DuckDB may fill; it reads two files column by column. */
const DUCKDB_MB = 512;

const driftListing: ListingSpec = {
  name: 'drift-reports',
  table: 'drift_reports',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('drift_reports.id'), indexed: true },
    referenceVersionId: { type: 'string', sql: sql.ref('drift_reports.reference_version_id') },
    currentVersionId: { type: 'string', sql: sql.ref('drift_reports.current_version_id') },
    referenceName: { type: 'string', sql: fromSummary('referenceName') },
    currentName: { type: 'string', sql: fromSummary('currentName') },
    referenceRows: { type: 'number', sql: fromSummary('referenceRows') },
    currentRows: { type: 'number', sql: fromSummary('currentRows') },
    drifted: { type: 'boolean', sql: sql.ref('drift_reports.drifted') },
    driftedColumns: { type: 'number', sql: fromSummary('driftedColumns') },
    totalColumns: { type: 'number', sql: fromSummary('totalColumns') },
    seconds: { type: 'number', sql: fromSummary('seconds') },
    createdAtMs: { type: 'time', sql: sql.ref('drift_reports.created_at_ms') },
  },
  defaultSort: '-createdAtMs',
};

function fromSummary(field: keyof DriftReportRow) {
  return sql`json_extract(drift_reports.summary, ${sql.lit(`$.${field}`)})`;
}

/** Opens the drift part of monitoring and registers its job handler: call before the queue starts. */
export function createDriftService(options: DriftServiceOptions): DriftService {
  const { store, jobs, data } = options;
  const { db } = store;
  const notFound = (reportId: string) =>
    new AssayError('drift-reports/not-found', `There is no drift report ${reportId}`);

  jobs.register(driftHandler(options));

  return {
    async start(request, parentJobId = null) {
      const input = DriftRequest.parse(request);
      const { reference, current } = await versionsOf(data, input);
      planDrift(reference.columns, current.columns, input);
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'drift',
        title: `Compare ${nameOf(current)} with ${nameOf(reference)}`,
        input,
        parentId: parentJobId,
        dedupKey: `drift:${key}`,
      });
    },

    list: (query) =>
      list(db, driftListing, query, {
        load: async (keys) => {
          const rows = await db
            .selectFrom('drift_reports')
            .select(['pk', 'summary'])
            .where('pk', 'in', keys)
            .execute();
          return new Map(rows.map((row) => [row.pk, DriftReportRow.parse(JSON.parse(row.summary))]));
        },
      }),

    async get(reportId) {
      const row = await db
        .selectFrom('drift_reports')
        .select('body')
        .where('id', '=', reportId)
        .executeTakeFirst();
      if (row === undefined) throw notFound(reportId);
      return DriftReport.parse(JSON.parse(row.body));
    },

    async delete(reportId) {
      const gone = await db
        .deleteFrom('drift_reports')
        .where('id', '=', reportId)
        .returning('drifted')
        .executeTakeFirst();
      if (gone === undefined) throw notFound(reportId);
      options.events.emit({
        type: 'drift-report.changed',
        data: { reportId, drifted: gone.drifted === 1, change: 'deleted' },
      });
    },
  };
}

async function versionsOf(data: DataService, request: DriftRequest) {
  const reference = await data.getVersion(request.referenceVersionId);
  const current = await data.getVersion(request.currentVersionId);
  return { reference, current };
}

function nameOf({ dataset, version }: { dataset: string; version: number }): string {
  return `${dataset} v${version}`;
}

function driftHandler(options: DriftServiceOptions): JobHandler<unknown, DriftJobOutput> {
  const { store, events, data, clock } = options;
  return {
    kind: 'drift',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<DriftJobInput> {
      const request = DriftRequest.parse(input);
      const { reference, current } = await versionsOf(data, request);
      return {
        reference: { files: await data.snapshotFiles(reference.id), rows: reference.rows },
        current: { files: await data.snapshotFiles(current.id), rows: current.rows },
        plan: planDrift(reference.columns, current.columns, request),
        ...DriftSettings.parse(request),
        memoryMb: DUCKDB_MB,
      };
    },
    async onSuccess({ columns, skipped, seconds }, job): Promise<{ reportId: string }> {
      const request = DriftRequest.parse(job.input);
      const { reference, current } = await versionsOf(data, request);
      const driftedColumns = columns.filter((column) => column.drifted).length;
      const report: DriftReport = {
        // One report a job: kept twice after a crash, it is still one.
        id: job.id.replace(/^job_/, 'drf_'),
        referenceVersionId: reference.id,
        currentVersionId: current.id,
        referenceName: nameOf(reference),
        currentName: nameOf(current),
        referenceRows: reference.rows,
        currentRows: current.rows,
        drifted: isDatasetDrifted(columns, request.rule ?? defaultDriftRules[request.preset]),
        driftedColumns,
        totalColumns: columns.length,
        skippedColumns: skipped,
        columns,
        seconds,
        createdAtMs: clock.nowMs(),
      };
      await store.db
        .insertInto('drift_reports')
        .values({
          id: report.id,
          reference_version_id: report.referenceVersionId,
          current_version_id: report.currentVersionId,
          drifted: report.drifted ? 1 : 0,
          summary: JSON.stringify(DriftReportRow.parse(report)),
          body: JSON.stringify(report),
          created_at_ms: report.createdAtMs,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      events.emit(
        {
          type: 'drift-report.changed',
          data: { reportId: report.id, drifted: report.drifted, change: 'created' },
        },
        {
          text: `${report.currentName} against ${report.referenceName}: ${driftedColumns} of ${columns.length} columns drifted`,
          link: `/drift/${report.id}`,
        },
      );
      return { reportId: report.id };
    },
  };
}
