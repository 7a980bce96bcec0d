import type { Run, RunStatus } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { count, list, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { experimentNotFound, experimentNumber } from './experiments.ts';
import type { FactsWriter } from './facts-writer.ts';
import type { GroupCommit } from './group-commit.ts';
import { runListing } from './run-listing.ts';
import { runName } from './run-name.ts';
import { createRunReader, runNotFound, type StoredRun } from './run-rows.ts';
import type { TrackingService } from './tracking-service.ts';

export function runDeleted(runId: string): AssayError {
  return new AssayError('runs/deleted', `The run ${runId} is deleted.`);
}

const ended: ReadonlySet<RunStatus> = new Set(['finished', 'failed', 'killed']);

type RunMethods = Pick<
  TrackingService,
  'listRuns' | 'countRuns' | 'createRun' | 'getRun' | 'updateRun' | 'deleteRun' | 'restoreRun'
>;
type UpdateRun = Parameters<TrackingService['updateRun']>[1];

/** When a run started and ended after a change of its status. Throws request/invalid when it would end before it began. */
function timesAfter(
  row: StoredRun,
  patch: UpdateRun,
  nowMs: number,
): { startedAtMs: number; endedAtMs: number | null } {
  const status = patch.status ?? row.status;
  // A queued run starts when its job does.
  const startedAtMs = row.status === 'scheduled' && status === 'running' ? nowMs : row.started_at_ms;
  const natural = ended.has(status) ? (row.ended_at_ms ?? Math.max(nowMs, startedAtMs)) : null;
  const endedAtMs = patch.endedAtMs === undefined ? natural : patch.endedAtMs;
  if (endedAtMs !== null && endedAtMs < startedAtMs) {
    throw new AssayError('request/invalid', `The run ${row.id} would end before it started.`, {
      problems: [
        {
          path: '/endedAtMs',
          message: `${endedAtMs} is before startedAtMs`,
          expected: `at least ${startedAtMs}`,
        },
      ],
    });
  }
  return { startedAtMs, endedAtMs };
}

/** The part of the tracking service that deals with runs as such. */
export function runMethods(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
  ids: Ids;
  writes: GroupCommit;
  facts: FactsWriter;
}): RunMethods {
  const { store, events, clock, ids, writes, facts } = options;
  const { sqlite } = store;
  const reader = createRunReader(store);

  const byId = sqlite.prepare<[string], StoredRun>('SELECT * FROM runs WHERE id = ?');
  const experimentById = sqlite.prepare<[number], { lifecycle: string }>(
    'SELECT lifecycle FROM experiments WHERE id = ?',
  );
  const touchExperiment = sqlite.prepare<[number, number]>(
    'UPDATE experiments SET updated_at_ms = ? WHERE id = ?',
  );
  const insertRun = sqlite.prepare(
    `INSERT INTO runs (id, experiment_id, name, status, user, source, parent_run_id, job_id, notes, started_at_ms, ended_at_ms)
     VALUES (@id, @experimentId, @name, @status, @user, @source, @parentRunId, @jobId, @notes, @startedAtMs, @endedAtMs)`,
  );
  const insertInput = sqlite.prepare<[number, string, string, string, string | null]>(
    'INSERT INTO run_inputs (run_pk, name, digest, context, dataset_version_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const updateRow = sqlite.prepare(
    `UPDATE runs SET name = @name, status = @status, notes = @notes, job_id = @jobId,
       started_at_ms = @startedAtMs, ended_at_ms = @endedAtMs WHERE pk = @pk`,
  );
  const setLifecycle = sqlite.prepare<[string, number | null, number]>(
    'UPDATE runs SET lifecycle = ?, deleted_at_ms = ? WHERE pk = ?',
  );

  const find = (runId: string): StoredRun => {
    const row = byId.get(runId);
    if (row === undefined) throw runNotFound([runId]);
    return row;
  };
  const requireActiveExperiment = (id: number): void => {
    const experiment = experimentById.get(id);
    if (experiment === undefined) throw experimentNotFound(String(id));
    if (experiment.lifecycle === 'deleted') {
      throw new AssayError('experiments/deleted', `The experiment ${id} is deleted.`);
    }
  };
  const changed = (
    run: { id: string; experimentId: number },
    change: 'created' | 'updated' | 'deleted' | 'restored',
    text?: string,
  ): void => {
    const data = { runId: run.id, experimentId: String(run.experimentId), change };
    events.emit(
      { type: 'run.changed', data },
      text === undefined ? undefined : { text, link: `/runs/${run.id}` },
    );
  };

  const createRun: RunMethods['createRun'] = async (input, extra = {}) => {
    const id = ids.runId();
    const experimentId = experimentNumber(input.experimentId);
    const name = input.name ?? runName(id);
    await writes.run(10, () => {
      const nowMs = clock.nowMs();
      const startedAtMs = extra.startedAtMs ?? nowMs;
      requireActiveExperiment(experimentId);
      if (input.parentRunId !== undefined) find(input.parentRunId);
      const { lastInsertRowid } = insertRun.run({
        id,
        experimentId,
        name,
        status: input.status,
        user: extra.user ?? '',
        source: input.source,
        parentRunId: input.parentRunId ?? null,
        jobId: extra.jobId ?? null,
        notes: input.notes,
        startedAtMs,
        endedAtMs: ended.has(input.status) ? Math.max(nowMs, startedAtMs) : null,
      });
      const pk = Number(lastInsertRowid);
      facts.params(pk, input.params);
      facts.tags(pk, input.tags);
      for (const each of input.inputs) {
        insertInput.run(pk, each.name, each.digest, each.context, each.datasetVersionId);
      }
      touchExperiment.run(nowMs, experimentId);
    });
    // Of a run that a job fills, the job tells when it starts and ends.
    changed(
      { id, experimentId },
      'created',
      input.status === 'scheduled' ? undefined : `Run "${name}" started`,
    );
    return reader.run(id);
  };

  const updateRun: RunMethods['updateRun'] = async (runId, patch) => {
    const { before, status, name } = await writes.run(1, () => {
      const row = find(runId);
      if (row.lifecycle === 'deleted') throw runDeleted(runId);
      const after = {
        pk: row.pk,
        name: patch.name ?? row.name,
        status: patch.status ?? row.status,
        notes: patch.notes ?? row.notes,
        jobId: patch.jobId ?? row.job_id,
        ...timesAfter(row, patch, clock.nowMs()),
      };
      updateRow.run(after);
      return { before: row, status: after.status, name: after.name };
    });
    const isNews = ended.has(status) && !ended.has(before.status) && before.job_id === null;
    changed(
      { id: runId, experimentId: before.experiment_id },
      'updated',
      isNews ? `Run "${name}" ${status === 'killed' ? 'was stopped' : status}` : undefined,
    );
    return reader.run(runId);
  };

  /** Gives the run as it was, or null when it was so already. */
  const moveTo = (runId: string, lifecycle: 'active' | 'deleted'): Promise<StoredRun | null> =>
    writes.run(1, () => {
      const row = find(runId);
      if (row.lifecycle === lifecycle) return null;
      // Its parts are being removed.
      if (row.deleted_at_ms === 0) throw runNotFound([runId]);
      if (lifecycle === 'active') requireActiveExperiment(row.experiment_id);
      setLifecycle.run(lifecycle, lifecycle === 'deleted' ? clock.nowMs() : null, row.pk);
      return row;
    });

  return {
    listRuns: (query) =>
      list(store.db, runListing, query, { load: (pks, selection) => reader.rows(pks, selection) }),
    countRuns: (filter) => count(store.db, runListing, filter),
    createRun,
    getRun: (runId): Promise<Run> => reader.run(runId),
    updateRun,
    async deleteRun(runId) {
      const row = await moveTo(runId, 'deleted');
      if (row !== null)
        changed({ id: runId, experimentId: row.experiment_id }, 'deleted', `Run "${row.name}" deleted`);
    },
    async restoreRun(runId) {
      const row = await moveTo(runId, 'active');
      if (row !== null)
        changed({ id: runId, experimentId: row.experiment_id }, 'restored', `Run "${row.name}" restored`);
      return reader.run(runId);
    },
  };
}
