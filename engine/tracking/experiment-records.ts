import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { type Page, Tags } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { type Database, type Filter, type ListingSpec, listMatching, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import { experimentListing } from './experiment-listing.ts';
import { experimentNotFound, experimentNumber } from './experiments.ts';

/** An experiment with where its files go, and without the count of its runs. */
export type ExperimentRecord = {
  id: string;
  name: string;
  description: string;
  tags: Tags;
  lifecycle: 'active' | 'deleted';
  artifactLocation: string;
  createdAtMs: number;
  updatedAtMs: number;
};

/** A search in another language than ours, already taken apart. `sameAs`: what must not change between pages. */
export type Search = Filter & { limit: number; cursor?: string | undefined; sameAs: readonly string[] };

export type ExperimentRecords = {
  /** Null when there is none; deleted ones are given. */
  experimentRecord(by: { id: number } | { name: string }): Promise<ExperimentRecord | null>;
  /** Deleted ones are among them unless the condition says otherwise. Errors: request/bad-filter, request/bad-cursor. */
  searchExperiments(search: Search): Promise<Page<ExperimentRecord>>;
  /** Sets and removes tags, and gives the keys that were not there to be removed. Errors: experiments/not-found, experiments/deleted. */
  editExperimentTags(
    experimentId: string,
    edit: { set?: Tags | undefined; remove?: readonly string[] | undefined },
  ): Promise<{ missing: string[] }>;
};

/** Where the files of an experiment go unless it was made with a place of its own. */
export function defaultArtifactLocation(experimentId: number | string): string {
  return `mlflow-artifacts:/${experimentId}`;
}

function toRecord(row: Selectable<Database['experiments']>): ExperimentRecord {
  return {
    id: String(row.id),
    name: row.name,
    description: row.description,
    tags: Tags.parse(JSON.parse(row.tags)),
    lifecycle: row.lifecycle,
    artifactLocation: row.artifact_location ?? defaultArtifactLocation(row.id),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

const listing: ListingSpec = {
  ...experimentListing,
  fields: {
    ...experimentListing.fields,
    // Ids in the order of numbers, as they count up.
    number: { type: 'number', sql: sql.ref('experiments.id') },
  },
};

/** The part of the tracking service by which other protocols see experiments. */
export function experimentRecordMethods(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
}): ExperimentRecords {
  const { store, events, clock } = options;
  const { db } = store;

  return {
    async experimentRecord(by) {
      const all = db.selectFrom('experiments').selectAll();
      const one = 'id' in by ? all.where('id', '=', by.id) : all.where('name', '=', by.name);
      const row = await one.executeTakeFirst();
      return row === undefined ? null : toRecord(row);
    },

    searchExperiments: (search) =>
      listMatching(db, listing, search, async (ids) => {
        const rows = await db.selectFrom('experiments').selectAll().where('id', 'in', ids).execute();
        return new Map(rows.map((row) => [row.id, toRecord(row)]));
      }),

    async editExperimentTags(experimentId, { set = {}, remove = [] }) {
      const id = experimentNumber(experimentId);
      const missing = await store.transaction(async (trx) => {
        const row = await trx.selectFrom('experiments').selectAll().where('id', '=', id).executeTakeFirst();
        if (row === undefined) throw experimentNotFound(experimentId);
        if (row.lifecycle === 'deleted') {
          throw new AssayError('experiments/deleted', `The experiment ${experimentId} is deleted.`);
        }
        const tags = new Map(Object.entries(Tags.parse(JSON.parse(row.tags))));
        for (const [key, value] of Object.entries(set)) tags.set(key, value);
        const absent = remove.filter((key) => !tags.delete(key));
        await trx
          .updateTable('experiments')
          .set({ tags: JSON.stringify(Object.fromEntries(tags)), updated_at_ms: clock.nowMs() })
          .where('id', '=', id)
          .execute();
        return absent;
      });
      events.emit({ type: 'experiment.changed', data: { experimentId, change: 'updated' } });
      return { missing };
    },
  };
}
