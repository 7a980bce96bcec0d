import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type DriftService, writeDriftReport } from '../../engine/monitoring/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function reportExportRoutes(drift: Pick<DriftService, 'get'>): Handlers<typeof api.reportExports> {
  return {
    async drift({ params, query }) {
      const { bytes, contentType, fileName } = await writeDriftReport(
        await drift.get(params.reportId),
        query.format,
      );
      return {
        name: fileName,
        sizeBytes: bytes.byteLength,
        digest: createHash('sha256').update(bytes).digest('hex'),
        contentType,
        isWhole: true,
        open: async () => Readable.from([bytes]),
      };
    },
  };
}
