import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type DriftService, writeDriftReport } from '../../engine/monitoring/index.ts';
import { type ValidationService, writeValidation } from '../../engine/validation/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';
import type { Download } from './send-download.ts';

export function reportExportRoutes(
  drift: Pick<DriftService, 'get'>,
  validation: Pick<ValidationService, 'get'>,
): Handlers<typeof api.reportExports> {
  return {
    drift: async ({ params, query }) =>
      download(await writeDriftReport(await drift.get(params.reportId), query.format)),
    validation: async ({ params, query }) =>
      download(await writeValidation(await validation.get(params.validationId), query.format)),
  };
}

function download(written: Awaited<ReturnType<typeof writeDriftReport>>): Download {
  const { bytes, contentType, fileName } = written;
  return {
    name: fileName,
    sizeBytes: bytes.byteLength,
    digest: createHash('sha256').update(bytes).digest('hex'),
    contentType,
    isWhole: true,
    open: async () => Readable.from([bytes]),
  };
}
