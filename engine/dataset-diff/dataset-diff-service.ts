import type {
  Column,
  DatasetDiff,
  DatasetDiffRequest,
  DiffRow,
  DiffRowKind,
  Job,
} from '../../local-api/contract/index.ts';

export type DatasetDiffService = {
  /** Compares a version (id or reference) with a newer one: a job whose result is { diffId }. */
  start(versionId: string, request: DatasetDiffRequest, parentJobId?: string | null): Promise<Job>;
  /** What was found before about these two versions, newest first. */
  find(baseVersionId: string, otherVersionId: string): Promise<DatasetDiff[]>;
  /** Errors: datasets/diff-not-found. */
  get(diffId: string): Promise<DatasetDiff>;
  /** Errors: datasets/diff-not-found. */
  rows(
    diffId: string,
    kind: DiffRowKind,
    offset: number,
    limit: number,
  ): Promise<{ columns: Column[]; rows: DiffRow[]; offset: number; total: number }>;
};
