import type { CheckModelRequest, ImportModelRequest, Job } from '../../local-api/contract/index.ts';

/** Models that were made elsewhere, taken over as versions. */
export type ModelImportService = {
  /** Submits a job whose result is a ModelImportReport. Errors: uploads/not-found. */
  check(request: CheckModelRequest, parentJobId?: string | null): Promise<Job>;
  /** Submits a job whose result is a ModelImportResult. Errors: uploads/not-found. */
  import(request: ImportModelRequest, parentJobId?: string | null): Promise<Job>;
};
