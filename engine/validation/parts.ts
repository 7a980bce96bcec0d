import type { DataService } from '../data/index.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import type { SchemaStore } from './schema-store.ts';
import type { ValidationStore } from './validation-store.ts';

export type ValidationServiceOptions = {
  store: Store;
  jobs: JobQueue;
  events: EventBus;
  data: DataService;
  clock: Clock;
  tmpDir: string;
  logger: Logger;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
  /** What models that were trained on a dataset predict. */
  targetsOf(dataset: string): Promise<string[]>;
};

export type Parts = ValidationServiceOptions & { schemas: SchemaStore; validations: ValidationStore };

/** What DuckDB may fill for a look at a schema or a page of rows, in the process of the engine. */
export const LOOK_MB = 512;
const MOST_DUCKDB_MB = 1024;

export function duckDbMb(options: ValidationServiceOptions): number {
  return Math.floor(Math.min(MOST_DUCKDB_MB, options.jobMemoryMb() / 2));
}

/** Where the checks of a dataset are shown. */
export function validationLink(dataset: string): string {
  return `/datasets/${encodeURIComponent(dataset)}?tab=validation`;
}
