import type { ComparedVersion, Signature } from '../../../local-api/contract/index.ts';
import type { SnapshotComparison } from '../../monitoring/index.ts';

/** A version with what is needed to measure it. */
export type Contestant = Omit<ComparedVersion, 'latency' | 'problem'> & {
  signature: Signature;
  model: Uint8Array;
};

/** Rows with their truth. `file` is a snapshot, as its files, or the bytes of a predictions file. */
export type ComparisonRows = {
  source: string;
  datasetVersionId: string | null;
  file: readonly string[] | Uint8Array;
  /** The columns of the file that a model may read. */
  columns: string[];
  targetSql: string;
  where: string | null;
};

/** How the data of a version differ from those of the first: known, to be compared, or why not. */
export type ComparisonData = { version: string } & (
  | { state: 'same' }
  | { state: 'compared'; drift: SnapshotComparison }
  | { state: 'unknown'; reason: string }
);

/** What the job of a comparison works on; the first contestant is the one that the others are held against. */
export type VersionComparisonInput = {
  model: string;
  confidence: number;
  contestants: Contestant[];
  rows: ComparisonRows | null;
  data: ComparisonData[];
  notes: string[];
};
