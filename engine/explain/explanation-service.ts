import type {
  ExplainRequest,
  ExplainRowsRequest,
  Explanation,
  ExplanationRow,
  Job,
  ListQuery,
  Page,
  RowExplanations,
} from '../../local-api/contract/index.ts';

export type ExplanationService = {
  /** Submits an `explain` job whose result is { explanationId }. Errors: those of the contract. */
  start(request: ExplainRequest, parentJobId?: string | null): Promise<Job>;
  /** Why a model answers some rows as it does, at once. */
  rows(request: ExplainRowsRequest, signal?: AbortSignal): Promise<RowExplanations>;
  list(query: ListQuery): Promise<Page<ExplanationRow>>;
  get(explanationId: string): Promise<Explanation>;
  delete(explanationId: string): Promise<void>;
  /** Gives the memory of models back that were opened to explain rows. */
  close(): Promise<void>;
};
