import type { RemotesService } from '../../engine/remotes/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function targetRoutes(remotes: RemotesService): Handlers<typeof api.targets> {
  return {
    kinds: async () => ({ items: remotes.kinds() }),
    list: async () => ({ items: await remotes.list() }),
    create: ({ body }) => remotes.create(body),
    get: ({ params }) => remotes.get(params.target),
    update: ({ params, body }) => remotes.update(params.target, body),
    delete: ({ params }) => remotes.delete(params.target),
    check: ({ params, signal }) => remotes.check(params.target, signal),
    plan: ({ params, body, signal }) => remotes.plan(params.target, body.model, signal),
    push: ({ params, body, parentJobId }) => remotes.push(params.target, body, { parentJobId }),
    pull: ({ params, body }) => remotes.pull(params.target, body),
  };
}

export function pushRoutes(remotes: RemotesService): Handlers<typeof api.pushes> {
  return {
    list: async ({ query }) => ({ items: await remotes.listPushes(query) }),
    get: ({ params }) => remotes.getPush(params.pushId),
    cancel: ({ params }) => remotes.cancelPush(params.pushId),
    observe: ({ params }) => remotes.observe(params.pushId),
  };
}
