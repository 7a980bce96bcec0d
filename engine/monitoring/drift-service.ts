import type {
  DriftReport,
  DriftReportRow,
  DriftRequest,
  Job,
  ListQuery,
  Page,
} from '../../local-api/contract/index.ts';

export type DriftService = {
  /** Submits a drift job whose result is { reportId }. */
  start(request: DriftRequest, parentJobId?: string | null): Promise<Job>;
  list(query: ListQuery): Promise<Page<DriftReportRow>>;
  get(reportId: string): Promise<DriftReport>;
  delete(reportId: string): Promise<void>;
};
