import type { Generated } from 'kysely';
import type { EndpointChange } from '../../../local-api/contract/index.ts';

export type EndpointTables = {
  serving_endpoints: {
    id: Generated<number>;
    name: string;
    /** JSON: EndpointSettings. */
    settings: string;
    /** JSON: the state of the canary; null when the route is none. */
    canary: string | null;
    revision: number;
    created_at_ms: number;
    updated_at_ms: number;
  };
  endpoint_changes: {
    id: Generated<number>;
    endpoint_id: number;
    revision: number;
    kind: EndpointChange['kind'];
    actor: string;
    reason: string;
    /** JSON: EndpointSettings. */
    before: string | null;
    after: string;
    at_ms: number;
  };
  endpoint_requests: {
    id: Generated<number>;
    endpoint_id: number;
    request_id: string;
    at_ms: number;
    arm: string;
    model: string;
    version: string;
    rows: number;
    milliseconds: number;
    /** JSON, redacted; null when it was too large. */
    input: string | null;
    /** JSON: label or value of each row. */
    answers: string;
  };
  endpoint_truths: {
    request_pk: number;
    /** -1: the outcome of the request as a whole; `loss` is then the outcome. */
    row: number;
    /** JSON: text or number. */
    value: string;
    loss: number;
    at_ms: number;
  };
};
