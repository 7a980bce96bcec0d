import type {
  Column,
  DatasetDiff,
  DatasetDiffRequest,
  DiffRow,
  DiffRowKind,
  Job,
} from '../../local-api/contract/index.ts';
import type { DifferingVersions } from './differing-rows.ts';

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
  /** What it takes to find all rows that differ again. Errors: datasets/diff-not-found, datasets/version-not-found. */
  differing(diffId: string): Promise<DifferingVersions>;
};
