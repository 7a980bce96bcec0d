import type { ChangeRunTags, Problem } from '../../local-api/contract/index.ts';
import type { EventBus } from '../events/index.ts';
import type { Store } from '../store/index.ts';
import type { FactsWriter } from './facts-writer.ts';
import type { GroupCommit } from './group-commit.ts';

export type RunTags = {
  /**
   * Sets and removes tags of up to 1,000 runs in one transaction. Runs that are not there, or deleted, are told as problems;
   * the others are changed. Cost: an index seek a run and tag.
   */
  changeRunTags(change: ChangeRunTags): Promise<{ changed: number; problems: Problem[] }>;
};

type Head = { pk: number; experimentId: number; lifecycle: 'active' | 'deleted' };

/** The part of the tracking service that tags many runs at once. */
export function runTagMethods(options: {
  store: Store;
  events: EventBus;
  writes: GroupCommit;
  facts: FactsWriter;
}): RunTags {
  const { store, events, writes, facts } = options;
  const headOf = store.sqlite.prepare<[string], Head>(
    'SELECT pk, experiment_id AS experimentId, lifecycle FROM runs WHERE id = ?',
  );

  return {
    async changeRunTags({ runIds, set, remove }) {
      const ids = [...new Set(runIds)];
      const removed = [...new Set(remove)].filter((key) => !Object.hasOwn(set, key));
      const weight = ids.length * (1 + Object.keys(set).length + removed.length);
      const { changed, problems } = await writes.run(weight, () => {
        const changed: { runId: string; experimentId: string }[] = [];
        const problems: Problem[] = [];
        for (const runId of ids) {
          const head = headOf.get(runId);
          if (head === undefined || head.lifecycle === 'deleted') {
            const message = head === undefined ? 'is not a run of this workspace' : 'is deleted';
            problems.push({ path: runId, message });
            continue;
          }
          const isSet = facts.tags(head.pk, set);
          const areRemoved = removed.map((key) => facts.deleteTag(head.pk, key)).includes(true);
          if (isSet || areRemoved) changed.push({ runId, experimentId: String(head.experimentId) });
        }
        return { changed, problems };
      });
      for (const data of changed) {
        events.emit({ type: 'run.changed', data: { ...data, change: 'updated' } });
      }
      return { changed: changed.length, problems };
    },
  };
}
