import type { EventBus } from '../events/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { FactsWriter } from './facts-writer.ts';
import type { GroupCommit } from './group-commit.ts';
import type { KeyIds } from './key-ids.ts';
import { createMetricWriter } from './metric-writer.ts';
import { runNotFound } from './run-rows.ts';
import { runDeleted } from './runs.ts';
import type { TrackingService } from './tracking-service.ts';

type RunHead = { pk: number; experimentId: number; lifecycle: 'active' | 'deleted' };

/** The hot path: what a running script sends. Prepared statements, shared commits, cost by the batch and not the history. */
export function loggingMethods(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
  writes: GroupCommit;
  facts: FactsWriter;
  keyIds: KeyIds;
}): Pick<TrackingService, 'log' | 'deleteTag'> {
  const { store, events, clock, writes, facts, keyIds } = options;
  const headOf = store.sqlite.prepare<[string], RunHead>(
    'SELECT pk, experiment_id AS experimentId, lifecycle FROM runs WHERE id = ?',
  );
  const writePoints = createMetricWriter(store, keyIds);

  const activeRun = (runId: string): RunHead => {
    const run = headOf.get(runId);
    if (run === undefined) throw runNotFound([runId]);
    if (run.lifecycle === 'deleted') throw runDeleted(runId);
    return run;
  };
  const tellUpdated = (runId: string, experimentId: number): void => {
    events.emit({
      type: 'run.changed',
      data: { runId, experimentId: String(experimentId), change: 'updated' },
    });
  };

  return {
    async log(runId, batch) {
      const weight =
        1 + batch.metrics.length + Object.keys(batch.params).length + Object.keys(batch.tags).length;
      const { experimentId, keys, hasNewFacts } = await writes.run(weight, () => {
        const run = activeRun(runId);
        const hasNewParams = facts.params(run.pk, batch.params);
        const hasNewTags = facts.tags(run.pk, batch.tags);
        return {
          experimentId: run.experimentId,
          keys: writePoints(run, batch.metrics, clock.nowMs()),
          hasNewFacts: hasNewParams || hasNewTags,
        };
      });
      if (keys.length > 0) events.emit({ type: 'metrics.logged', data: { runId, keys } });
      if (hasNewFacts) tellUpdated(runId, experimentId);
    },

    async deleteTag(runId, key) {
      const experimentId = await writes.run(1, () => {
        const run = activeRun(runId);
        return facts.deleteTag(run.pk, key) ? run.experimentId : null;
      });
      if (experimentId !== null) tellUpdated(runId, experimentId);
      return experimentId !== null;
    },
  };
}
