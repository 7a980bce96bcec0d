import type { Generated } from 'kysely';
import type { TransformRun } from '../../../local-api/contract/index.ts';

export type TransformTables = {
  transforms: {
    pk: Generated<number>;
    id: string;
    name: string;
    description: string;
    auto: 0 | 1;
    /** Number of the newest definition. */
    version: number;
    created_at_ms: number;
    updated_at_ms: number;
  };
  transform_versions: {
    transform_pk: number;
    version: number;
    digest: string;
    /** JSON: TransformDefinition. */
    definition: string;
    note: string;
    created_at_ms: number;
  };
  transform_runs: {
    pk: Generated<number>;
    id: string;
    transform_pk: number;
    version: number;
    state: TransformRun['state'];
    trigger: TransformRun['trigger'];
    cached: 0 | 1;
    job_id: string | null;
    /** Digest of the definition and of its inputs. */
    key: string;
    /** JSON: TransformEnd[], as is `outputs`. */
    inputs: string;
    outputs: string;
    /** JSON: JobError. */
    error: string | null;
    created_at_ms: number;
    ended_at_ms: number | null;
  };
};
