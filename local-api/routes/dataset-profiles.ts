import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ProfileService } from '../../engine/data/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function datasetProfileRoutes(profiles: ProfileService): Handlers<typeof api.datasetProfiles> {
  return {
    get: ({ params, query }) => profiles.get(params.versionId, query.target),
    compute: ({ params, body, parentJobId }) => profiles.compute(params.versionId, body.target, parentJobId),
    html: async ({ params, query }) => {
      const { name, html } = await profiles.html(params.versionId, query.target);
      const bytes = Buffer.from(html);
      return {
        name,
        sizeBytes: bytes.length,
        digest: createHash('sha256').update(bytes).digest('hex'),
        contentType: 'text/html; charset=utf-8',
        isWhole: true,
        open: async () => Readable.from([bytes]),
      };
    },
    interaction: ({ params, query }) => profiles.interaction(params.versionId, query.x, query.y),
  };
}
