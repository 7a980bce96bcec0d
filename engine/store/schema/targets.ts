import type { Generated } from 'kysely';
import type { Push, RemoteState } from '../../../local-api/contract/index.ts';

export type TargetTables = {
  targets: {
    id: string;
    name: string;
    kind: string;
    /** JSON, without secrets. */
    config: string;
    /** JSON: TargetCheck. */
    last_check: string | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
  pushes: {
    pk: Generated<number>;
    id: string;
    target_id: string | null;
    target: string;
    kind: string;
    model: string;
    version: string;
    state: Push['state'];
    job_id: string;
    pushed_by: string;
    verify: number;
    attempts: number;
    next_attempt_at_ms: number | null;
    /** JSON: what an attempt that was cut off left, to go on from there. */
    saved_state: string | null;
    /** JSON: JobError. */
    error: string | null;
    /** JSON: PushReceipt. */
    receipt: string | null;
    /** JSON: PushVerification. */
    verification: string | null;
    remote_state: RemoteState;
    remote_detail: string;
    observed_at_ms: number | null;
    created_at_ms: number;
    ended_at_ms: number | null;
  };
};
