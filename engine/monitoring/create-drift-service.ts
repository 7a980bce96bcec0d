import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import {
  DriftReport,
  DriftReportRow,
  DriftRequest,
  DriftSection,
  type DriftSections,
  DriftSettings,
  type DriftWindow,
  defaultDriftRules,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import { type ListingSpec, list, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';

import { planUpstream } from './causes/plan-upstream.ts';
import type { DriftJobInput, DriftJobOutput } from './drift-job.ts';
import { type DriftPlan, planDrift } from './drift-plan.ts';
import type { DriftService } from './drift-service.ts';
import { isDatasetDrifted } from './verdict.ts';
import { lookAtWindow } from './windows/look-at-window.ts';
import { type PlannedPair, planWindows, type WindowRooms } from './windows/plan-windows.ts';

export type DriftServiceOptions = WindowRooms & {
  store: Store;
  jobs: JobQueue;
  events: EventBus;
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
    model: { type: 'string', sql: fromSummary('model') },
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
  const { store, jobs } = options;
  const { db } = store;
  const notFound = (reportId: string) =>
    new AssayError('drift-reports/not-found', `There is no drift report ${reportId}`);

  jobs.register(driftHandler(options));

  return {
    async start(request, parentJobId = null) {
      const input = DriftRequest.parse(request);
      const pair = await planWindows(options, { ...input, ...windowsOf(input) }, null);
      planColumns(pair, input);
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'drift',
        title: `Compare ${pair.current.name} with ${pair.reference.name}`,
        input,
        parentId: parentJobId,
        dedupKey: `drift:${key}`,
      });
    },

    look: (window, model) => lookAtWindow(options, window, model),

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

/** The windows of a request, however they were named. */
function windowsOf(request: DriftRequest): { reference: DriftWindow; current: DriftWindow } {
  const window = (side: 'reference' | 'current'): DriftWindow =>
    request[side] ?? { kind: 'version', versionId: request[`${side}VersionId`] ?? '' };
  return { reference: window('reference'), current: window('current') };
}

/** The truth is no column of the data where it has a part of its own, unless it is asked for by name. */
function planColumns({ reference, current, model }: PlannedPair, request: DriftRequest): DriftPlan {
  const target = request.target ?? model?.signature.target;
  const isData = ({ name }: { name: string }) =>
    name !== target || request.columns?.includes(name) === true || request.methods[name] !== undefined;
  return planDrift(reference.columns.filter(isData), current.columns.filter(isData), request);
}

function driftHandler(options: DriftServiceOptions): JobHandler<unknown, DriftJobOutput> {
  const { store, events, clock, artifacts, tmpDir } = options;
  const folderOf = (jobId: string): string => join(tmpDir, 'drift-windows', jobId);
  return {
    kind: 'drift',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input, job): Promise<DriftJobInput> {
      const request = DriftRequest.parse(input);
      const pair = await planWindows(options, { ...request, ...windowsOf(request) }, folderOf(job.id));
      const { model, modelNote, reference, current } = pair;
      return {
        ...{ reference, current, modelNote },
        model:
          model === null
            ? null
            : {
                ref: `${model.model}/${model.version}`,
                signature: model.signature,
                file: await artifacts.read(model.digest),
              },
        upstream: await planUpstream(options, versionBehind(reference), versionBehind(current)),
        target: request.target ?? model?.signature.target ?? null,
        sections: request.sections ?? DriftSection.options,
        seed: request.seed,
        plan: planColumns(pair, request),
        ...DriftSettings.parse(request),
        memoryMb: DUCKDB_MB,
      };
    },
    async onSuccess(output, job): Promise<{ reportId: string }> {
      const { columns, skipped, seconds, reference, current, sections } = output;
      const request = DriftRequest.parse(job.input);
      // A column of vectors is a column of the data too; what is numbered is judged column by column.
      const judged = [...columns, ...listEmbeddings(sections)];
      const driftedColumns = judged.filter((column) => column.drifted).length;
      const report: DriftReport = {
        // One report a job: kept twice after a crash, it is still one.
        id: job.id.replace(/^job_/, 'drf_'),
        referenceVersionId: reference.versionId,
        currentVersionId: current.versionId,
        referenceName: reference.name,
        currentName: current.name,
        referenceRows: reference.rows,
        currentRows: current.rows,
        drifted: isDatasetDrifted(judged, request.rule ?? defaultDriftRules[request.preset]),
        driftedColumns,
        totalColumns: judged.length,
        skippedColumns: skipped,
        columns,
        settings: DriftSettings.parse(request),
        model: output.model,
        reference,
        current,
        sections,
        driftedSections:
          sections === null
            ? []
            : DriftSection.options.filter((name) => {
                const section = sections[name];
                return name !== 'causes' && section.status === 'done' && section.drifted;
              }),
        seconds,
        createdAtMs: clock.nowMs(),
      };
      await keep(store, report);
      await rm(folderOf(job.id), { recursive: true, force: true });
      events.emit(
        {
          type: 'drift-report.changed',
          data: { reportId: report.id, drifted: report.drifted, change: 'created' },
        },
        {
          text: `${report.currentName} against ${report.referenceName}: ${driftedColumns} of ${judged.length} columns drifted`,
          link: `/drift/${report.id}`,
        },
      );
      return { reportId: report.id };
    },
    async onEnd(job) {
      await rm(folderOf(job.id), { recursive: true, force: true });
    },
  };
}

/** A slice is no whole version: what others hold says nothing of it. */
function versionBehind({ window, versionId }: PlannedPair['current']): string | null {
  return window.slice === undefined ? versionId : null;
}

function listEmbeddings(sections: DriftSections | null): { drifted: boolean }[] {
  const embedding = sections?.embedding;
  return embedding?.status === 'done' ? embedding.embeddings.filter(({ source }) => source === 'list') : [];
}

async function keep({ db }: Store, report: DriftReport): Promise<void> {
  await db
    .insertInto('drift_reports')
    .values({
      id: report.id,
      reference_version_id: report.referenceVersionId,
      current_version_id: report.currentVersionId,
      drifted: report.drifted ? 1 : 0,
      summary: JSON.stringify(
        DriftReportRow.parse({ ...report, currentWindow: report.current?.window ?? null }),
      ),
      body: JSON.stringify(report),
      created_at_ms: report.createdAtMs,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
