import type {
  DriftReport,
  DriftReportRow,
  DriftRequest,
  DriftWindow,
  Job,
  ListQuery,
  Page,
  WindowLook,
} from '../../local-api/contract/index.ts';

export type DriftService = {
  /** Submits a drift job whose result is { reportId }. */
  start(request: DriftRequest, parentJobId?: string | null): Promise<Job>;
  /** A condition that cannot be used is told, not thrown. */
  look(window: DriftWindow, model?: string): Promise<WindowLook>;
  list(query: ListQuery): Promise<Page<DriftReportRow>>;
  get(reportId: string): Promise<DriftReport>;
  delete(reportId: string): Promise<void>;
};
