import type { Workspace } from '../../engine/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function workspaceRoutes(workspace: Workspace): Handlers<typeof api.workspace> {
  return {
    health: () => ({ status: 'ok' }),
    info: () => workspace.info(),
    search: async ({ query }) => ({ items: await workspace.search(query.q, query.limit) }),
    emptyTrash: ({ body }) => workspace.emptyTrash(body),
    quickstart: ({ body }) =>
      workspace.jobs.submit({
        kind: 'quickstart',
        title: `Sample loop on ${body.rows.toLocaleString('en-US')} flights`,
        input: body,
        // A second click while it runs shows the one that runs.
        dedupKey: `quickstart ${body.rows} ${body.seed}`,
      }),
  };
}
