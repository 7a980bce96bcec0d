import type {
  ApprovalRequest,
  DeprecateRequest,
  EnvironmentState,
  GateReport,
  GateReportRow,
  Job,
  ListQuery,
  Page,
  PromoteRequest,
  ReleasePolicy,
  ReleaseTransition,
  RollbackRequest,
} from '../../../local-api/contract/index.ts';

/**
 * Which version of a model is in which environment, how it got there and what it had to pass. Every change is one
 * transaction with its line in the history; the alias of the environment and MLflow's stages move in the same one.
 */
export type ReleaseService = {
  board(model: string): Promise<EnvironmentState[]>;
  history(model: string, query: ListQuery): Promise<Page<ReleaseTransition>>;
  /**
   * Waits for the gates where the environment has a policy.
   * Throws releases/gates-failed with every gate that failed, releases/changed when somebody was faster.
   */
  promote(model: string, request: PromoteRequest, parentJobId?: string | null): Promise<ReleaseTransition>;
  rollback(model: string, request: RollbackRequest): Promise<ReleaseTransition>;
  withdraw(model: string, request: Omit<RollbackRequest, 'to'>): Promise<ReleaseTransition>;
  approve(model: string, request: ApprovalRequest): Promise<ReleaseTransition>;
  deprecate(model: string, version: string, request: DeprecateRequest): Promise<ReleaseTransition>;
  undeprecate(model: string, version: string): Promise<void>;
  setPolicy(model: string, environment: string, policy: ReleasePolicy): Promise<ReleasePolicy>;
  deletePolicy(model: string, environment: string): Promise<void>;
  /** Submits a job whose result is { reportId }. */
  runGates(model: string, version: string, environment: string, parentJobId?: string | null): Promise<Job>;
  gateReports(model: string, query: ListQuery): Promise<Page<GateReportRow>>;
  gateReport(reportId: string): Promise<GateReport>;
  /** Takes up what an engine that ended in the middle has left: pushes to submit, new versions to promote. */
  start(): Promise<void>;
  /** Resolves when promotions that policies ask for after a registration are through: for an orderly close. */
  idle(): Promise<void>;
};
