import type { RunStatus, Tags } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { Store } from '../store/index.ts';
import { experimentNumber } from './experiments.ts';
import type { FactsWriter } from './facts-writer.ts';
import type { GroupCommit } from './group-commit.ts';
import { runName } from './run-name.ts';
import type { StoredRun } from './run-rows.ts';

/** A run as another tracker kept it, less its points and files. Tags with MLflow's names set user, source, notes and parent. */
export type ImportedRun = {
  /** 32 hexadecimal digits. */
  id: string;
  experimentId: string;
  /** A readable one is made when it is empty. */
  name: string;
  status: RunStatus;
  startedAtMs: number;
  endedAtMs: number | null;
  params: Record<string, string>;
  tags: Tags;
};

/** `added`: it is new. `updated`: it has ended or got params since. `deleted`: it is in the bin here and was left alone. */
export type RunImportOutcome = {
  change: 'added' | 'updated' | 'unchanged' | 'deleted';
  /** Params that have another value here; they keep it. */
  changedParams: string[];
};

export type RunImports = {
  /**
   * Takes a run over with its id and times, in one transaction. For one that is here already, the name and tags given here
   * stay; params that are new are added, and its end when it had not ended. Errors: experiments/not-found.
   */
  importRun(run: ImportedRun): Promise<RunImportOutcome>;
};

const underWay: ReadonlySet<RunStatus> = new Set(['running', 'scheduled']);

/** The part of the tracking service that takes over runs of other trackers. */
export function runImportMethods(options: {
  store: Store;
  events: EventBus;
  writes: GroupCommit;
  facts: FactsWriter;
}): RunImports {
  const { events, writes, facts } = options;
  const { sqlite } = options.store;
  const byId = sqlite.prepare<[string], StoredRun>('SELECT * FROM runs WHERE id = ?');
  const experimentById = sqlite.prepare<[number], { id: number }>('SELECT id FROM experiments WHERE id = ?');
  const insertRun = sqlite.prepare(
    `INSERT INTO runs (id, experiment_id, name, status, started_at_ms, ended_at_ms)
     VALUES (@id, @experimentId, @name, @status, @startedAtMs, @endedAtMs)`,
  );
  const endRun = sqlite.prepare<[string, number | null, number]>(
    'UPDATE runs SET status = ?, ended_at_ms = ? WHERE pk = ?',
  );

  const add = (run: ImportedRun, experimentId: number): void => {
    const { id, status, startedAtMs, endedAtMs } = run;
    const name = run.name === '' ? runName(id) : run.name;
    const { lastInsertRowid } = insertRun.run({ id, experimentId, name, status, startedAtMs, endedAtMs });
    facts.params(Number(lastInsertRowid), run.params);
    facts.tags(Number(lastInsertRowid), run.tags);
  };

  const renew = (row: StoredRun, run: ImportedRun): RunImportOutcome => {
    const changedParams: string[] = [];
    let isChanged = underWay.has(row.status) && !underWay.has(run.status);
    if (isChanged) endRun.run(run.status, run.endedAtMs, row.pk);
    for (const [key, value] of Object.entries(run.params)) {
      try {
        isChanged = facts.params(row.pk, { [key]: value }) || isChanged;
      } catch (thrown) {
        if (!(thrown instanceof AssayError) || thrown.code !== 'runs/param-changed') throw thrown;
        changedParams.push(key);
      }
    }
    return { change: isChanged ? 'updated' : 'unchanged', changedParams };
  };

  return {
    async importRun(run) {
      const experimentId = experimentNumber(run.experimentId);
      const weight = 10 + Object.keys(run.params).length + Object.keys(run.tags).length;
      const outcome = await writes.run(weight, (): RunImportOutcome => {
        const row = byId.get(run.id);
        if (row !== undefined) {
          return row.lifecycle === 'deleted' ? { change: 'deleted', changedParams: [] } : renew(row, run);
        }
        if (experimentById.get(experimentId) === undefined) {
          throw new AssayError('experiments/not-found', `There is no experiment ${run.experimentId}.`);
        }
        add(run, experimentId);
        return { change: 'added', changedParams: [] };
      });
      if (outcome.change === 'added' || outcome.change === 'updated') {
        const change = outcome.change === 'added' ? 'created' : 'updated';
        events.emit({ type: 'run.changed', data: { runId: run.id, experimentId: run.experimentId, change } });
      }
      return outcome;
    },
  };
}
