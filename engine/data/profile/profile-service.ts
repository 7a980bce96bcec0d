import type { ColumnInteraction, Job, VersionProfile } from '../../../local-api/contract/index.ts';

/** Everything that describes a dataset version: what its import counted, the details, and how columns go together. */
export type ProfileService = {
  /**
   * The profile of a version; `details`, and `target` for the target named, are null until they were computed.
   * Errors: `datasets/version-not-found`, `datasets/column-not-found`.
   */
  get(versionId: string, target?: string): Promise<VersionProfile>;
  /** Starts the job that computes what is not there yet. Errors: as `get`. */
  compute(versionId: string, target?: string, parentJobId?: string | null): Promise<Job>;
  /** The whole profile as one HTML file. Errors: as `get`; `datasets/not-profiled`. */
  html(versionId: string, target?: string): Promise<{ name: string; html: string }>;
  /** Two columns against each other, counted by DuckDB off the event loop: one scan of both. Errors: as `get`. */
  interaction(versionId: string, x: string, y: string): Promise<ColumnInteraction>;
};
