import { type Selectable, sql } from 'kysely';
import {
  type CreateView,
  type ListQuery,
  type Page,
  type SavedView,
  type UpdateView,
  ViewState,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { type Database, type ListingSpec, list, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { experimentNotFound, experimentNumber } from './experiments.ts';

type StoredView = Selectable<Database['saved_views']>;

export type SavedViews = {
  listViews(query: ListQuery): Promise<Page<SavedView>>;
  /** Errors: experiments/not-found. */
  createView(view: CreateView): Promise<SavedView>;
  /** Of a deleted view too, so that an undo can show it. Errors: views/not-found. */
  getView(viewId: string): Promise<SavedView>;
  /** Errors: views/not-found, also for a deleted one. */
  updateView(viewId: string, patch: UpdateView): Promise<SavedView>;
  /** It can be restored until the trash is emptied. Errors: views/not-found. */
  deleteView(viewId: string): Promise<void>;
  /** Errors: views/not-found. */
  restoreView(viewId: string): Promise<SavedView>;
  /** Removes views for good that were deleted at this time or before; gives how many. */
  purgeViews(deletedUntilMs: number): Promise<number>;
};

const viewListing: ListingSpec = {
  name: 'views',
  table: 'saved_views',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('saved_views.id') },
    name: { type: 'string', sql: sql.ref('saved_views.name') },
    page: { type: 'string', sql: sql.ref('saved_views.page'), values: ['runs', 'compare'] },
    experimentId: { type: 'decimalId', sql: sql.ref('saved_views.experiment_id'), nullable: true },
    lifecycle: { type: 'string', sql: sql.ref('saved_views.lifecycle'), values: ['active', 'deleted'] },
    createdAtMs: { type: 'time', sql: sql.ref('saved_views.created_at_ms') },
    updatedAtMs: { type: 'time', sql: sql.ref('saved_views.updated_at_ms') },
  },
  otherFields: ['state'],
  defaultSort: 'name',
  hiddenUnlessNamed: { field: 'lifecycle', condition: sql`saved_views.lifecycle = 'active'` },
};

function toView(row: StoredView): SavedView {
  return {
    id: row.id,
    name: row.name,
    page: row.page,
    experimentId: row.experiment_id === null ? null : String(row.experiment_id),
    state: ViewState.parse(JSON.parse(row.state)),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

/** The part of the tracking service that keeps what pages of the workbench were set to. */
export function savedViewMethods(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
  ids: Ids;
}): SavedViews {
  const { store, events, clock, ids } = options;
  const { db } = store;

  const find = async (viewId: string): Promise<StoredView> => {
    const row = await db.selectFrom('saved_views').selectAll().where('id', '=', viewId).executeTakeFirst();
    if (row === undefined) throw new AssayError('views/not-found', `There is no saved view ${viewId}.`);
    return row;
  };
  const findActive = async (viewId: string): Promise<StoredView> => {
    const row = await find(viewId);
    if (row.lifecycle === 'deleted') {
      throw new AssayError('views/not-found', `The saved view "${row.name}" (${viewId}) is deleted.`);
    }
    return row;
  };
  const tell = (view: SavedView, change: 'created' | 'updated' | 'deleted' | 'restored'): SavedView => {
    const { id: viewId, experimentId } = view;
    events.emit({ type: 'view.changed', data: { viewId, experimentId, change } });
    return view;
  };
  const write = (viewId: string, values: Partial<Omit<StoredView, 'pk' | 'id'>>) =>
    db.updateTable('saved_views').set(values).where('id', '=', viewId).execute();

  return {
    listViews: (query) =>
      list(db, viewListing, query, {
        load: async (pks) => {
          const rows = await db.selectFrom('saved_views').selectAll().where('pk', 'in', pks).execute();
          return new Map(rows.map((row) => [row.pk, toView(row)]));
        },
      }),

    async createView({ name, page, experimentId, state }) {
      const experiment = experimentId === null ? null : experimentNumber(experimentId);
      if (experiment !== null) {
        const found = await db.selectFrom('experiments').select('id').where('id', '=', experiment).execute();
        if (found.length === 0) throw experimentNotFound(String(experimentId));
      }
      const nowMs = clock.nowMs();
      const id = ids.id('view');
      await db
        .insertInto('saved_views')
        .values({
          id,
          name,
          page,
          experiment_id: experiment,
          state: JSON.stringify(state),
          created_at_ms: nowMs,
          updated_at_ms: nowMs,
        })
        .execute();
      return tell(toView(await find(id)), 'created');
    },

    getView: async (viewId) => toView(await find(viewId)),

    async updateView(viewId, { name, state }) {
      await findActive(viewId);
      await write(viewId, {
        ...(name === undefined ? {} : { name }),
        ...(state === undefined ? {} : { state: JSON.stringify(state) }),
        updated_at_ms: clock.nowMs(),
      });
      return tell(toView(await find(viewId)), 'updated');
    },

    async deleteView(viewId) {
      const row = await find(viewId);
      if (row.lifecycle === 'deleted') return;
      await write(viewId, { lifecycle: 'deleted', deleted_at_ms: clock.nowMs() });
      tell(toView(row), 'deleted');
    },

    async restoreView(viewId) {
      const row = await find(viewId);
      if (row.lifecycle === 'active') return toView(row);
      await write(viewId, { lifecycle: 'active', deleted_at_ms: null });
      return tell(toView(row), 'restored');
    },

    async purgeViews(deletedUntilMs) {
      const { numDeletedRows } = await db
        .deleteFrom('saved_views')
        .where('lifecycle', '=', 'deleted')
        .where('deleted_at_ms', '<=', deletedUntilMs)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
