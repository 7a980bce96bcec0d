import type { BundleService } from '../../engine/bundles/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function bundleRoutes(bundles: BundleService): Handlers<typeof api.bundles> {
  return {
    verify: ({ body, parentJobId }) => bundles.verify(body, parentJobId),
    import: ({ body, parentJobId }) => bundles.import(body, parentJobId),
  };
}

export function keyRoutes({ keys }: BundleService): Handlers<typeof api.keys> {
  return {
    list: async () => ({ items: await keys.list() }),
    trust: ({ body }) => keys.trust(body.name, body.publicKey),
    distrust: ({ params }) => keys.distrust(params.keyId),
    rotate: () => keys.rotate(),
  };
}
