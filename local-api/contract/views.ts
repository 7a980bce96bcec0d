import { z } from 'zod';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';

const maxStateCharacters = 64 * 1024;

/** What a page of the workbench was set to: filter, order, columns, groups, charts. Its keys belong to that page. */
export const ViewState = z
  .record(z.string(), z.json())
  .refine((state) => JSON.stringify(state).length <= maxStateCharacters, {
    error: `has more than ${maxStateCharacters.toLocaleString('en-US')} characters as JSON`,
  });
export type ViewState = z.infer<typeof ViewState>;

/** A page of the workbench with its settings, under a name. */
export const SavedView = z
  .object({
    id: z.string(),
    name: z.string(),
    page: z.enum(['runs', 'compare']),
    experimentId: z.string().nullable().describe('Where it belongs; null: to all runs'),
    state: ViewState.describe('At most 65,536 characters as JSON'),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'SavedView' });
export type SavedView = z.infer<typeof SavedView>;

const ViewName = z.string().trim().min(1).max(200);

export const CreateView = z.object({
  name: ViewName,
  page: SavedView.shape.page,
  experimentId: z.string().nullable().default(null),
  state: ViewState,
});
export type CreateView = z.infer<typeof CreateView>;

export const UpdateView = z.object({ name: ViewName.optional(), state: ViewState.optional() });
export type UpdateView = z.infer<typeof UpdateView>;

const byId = z.object({ viewId: z.string() });

export const viewsApi = {
  list: endpoint({
    id: 'views.list',
    method: 'GET',
    path: '/api/v1/views',
    summary: 'Saved views of the runs and compare pages, by name',
    description:
      "Filter by id, name, page, experimentId, lifecycle, createdAtMs, updatedAtMs. Those offered in experiment 3: page = 'runs' and (experimentId = 3 or experimentId is null). Deleted ones are left out unless the filter names lifecycle.",
    query: ListQuery,
    response: pageOf(SavedView),
    example: { query: { filter: "page = 'runs' and experimentId is null" } },
  }),
  create: endpoint({
    id: 'views.create',
    method: 'POST',
    path: '/api/v1/views',
    summary: 'Save a view',
    body: CreateView,
    status: 201,
    response: SavedView,
    errors: ['experiments/not-found'],
    example: {
      body: {
        name: 'Best of vision',
        page: 'runs',
        state: { filter: "tags.team = 'vision'", sort: '-metrics.auc' },
      },
    },
  }),
  get: endpoint({
    id: 'views.get',
    method: 'GET',
    path: '/api/v1/views/{viewId}',
    summary: 'One saved view',
    params: byId,
    response: SavedView,
    errors: ['views/not-found'],
  }),
  update: endpoint({
    id: 'views.update',
    method: 'PATCH',
    path: '/api/v1/views/{viewId}',
    summary: 'Rename a view, or save its present state',
    params: byId,
    body: UpdateView,
    response: SavedView,
    errors: ['views/not-found'],
  }),
  delete: endpoint({
    id: 'views.delete',
    method: 'DELETE',
    path: '/api/v1/views/{viewId}',
    summary: 'Delete a view (can be restored until the trash is emptied)',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['views/not-found'],
  }),
  restore: endpoint({
    id: 'views.restore',
    method: 'POST',
    path: '/api/v1/views/{viewId}/restore',
    summary: 'Bring a deleted view back',
    params: byId,
    response: SavedView,
    errors: ['views/not-found'],
  }),
};
