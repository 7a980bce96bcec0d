import type { Generated } from 'kysely';
import type { ReleaseTransition } from '../../../local-api/contract/releases.ts';

/** `policy` and `body` hold JSON text; versions in the history are texts such as 1.2.0. */
export type ReleaseTables = {
  environment_versions: {
    model_id: number;
    environment: string;
    version_id: number;
    transition_id: string;
  };
  release_transitions: {
    pk: Generated<number>;
    id: string;
    model_id: number;
    kind: ReleaseTransition['kind'];
    environment: string | null;
    version: string;
    from_version: string | null;
    actor: string;
    reason: string;
    override_reason: string | null;
    gate_report_id: string | null;
    at_ms: number;
  };
  release_policies: { model_id: number; environment: string; policy: string; updated_at_ms: number };
  gate_reports: {
    pk: Generated<number>;
    id: string;
    model_id: number;
    version: string;
    environment: string;
    passed: 0 | 1;
    /** Digest of everything that the verdicts were made of. */
    basis: string;
    body: string;
    created_at_ms: number;
  };
  release_pushes: {
    pk: Generated<number>;
    transition_id: string;
    target: string;
    push_id: string | null;
    error: string | null;
  };
  awaited_promotions: { version_id: number };
};
