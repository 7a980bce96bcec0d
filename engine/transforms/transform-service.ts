import type {
  ColumnOrigins,
  ListQuery,
  Page,
  Transform,
  TransformCheck,
  TransformDefinition,
  TransformPreview,
  TransformRun,
  TransformVersion,
} from '../../local-api/contract/index.ts';

export type SaveTransform = {
  name: string;
  definition: TransformDefinition;
  description?: string | undefined;
  auto?: boolean | undefined;
  note: string;
};

/** `transform` is a name or an id; `transforms/not-found` can come from each call that takes one. */
export type TransformService = {
  list(query: ListQuery): Promise<Page<Transform>>;
  get(transform: string): Promise<Transform>;
  /**
   * Makes a transform, or gives the one of that name a new version of its definition.
   * Errors: `transforms/bad-definition` with every fault, `transforms/cycle`, `transforms/output-taken`.
   */
  save(transform: SaveTransform): Promise<Transform>;
  update(
    transform: string,
    patch: { description?: string | undefined; auto?: boolean | undefined },
  ): Promise<Transform>;
  delete(transform: string): Promise<void>;
  versions(transform: string): Promise<TransformVersion[]>;
  runs(transform: string, query: ListQuery): Promise<Page<TransformRun>>;
  /** Errors: `transforms/run-not-found`. */
  getRun(runId: string): Promise<TransformRun>;
  /** Takes anything, and tells what is wrong with it. */
  check(definition: unknown): Promise<TransformCheck>;
  /** Where the columns come from that a run has made; null when the transform or an input of it is gone. */
  columnOrigins(runId: string): Promise<ColumnOrigins[] | null>;
  /**
   * The first rows after a step. A query that takes longer than about half a second is given up, and made of the first rows of
   * the inputs instead. Errors: `transforms/bad-definition`.
   */
  preview(
    definition: TransformDefinition,
    options: { step?: number | undefined; part?: string | undefined; limit: number },
  ): Promise<TransformPreview>;
  /**
   * Runs it over its inputs as they are now; gives the run that is there when the same has been computed, unless `force`.
   * Errors: `transforms/version-not-found`, `transforms/bad-definition`.
   */
  run(
    transform: string,
    options?: { version?: number | undefined; force?: boolean; parentJobId?: string | null },
  ): Promise<TransformRun>;
  /** Ends the runs that a killed engine left, and runs what should run by itself. Call when the queue has started. */
  start(): Promise<void>;
  close(): Promise<void>;
};
