import type { Generated } from 'kysely';

/** `signature`, `metrics` and `tags` hold JSON text. */
export type ModelTables = {
  models: {
    id: Generated<number>;
    name: string;
    description: Generated<string>;
    tags: Generated<string>;
    created_at_ms: number;
    updated_at_ms: number;
    /** The highest number ever given to a version, deleted ones included. */
    last_number: Generated<number>;
  };
  model_versions: {
    id: Generated<number>;
    model_id: number;
    number: number;
    major: number;
    minor: number;
    patch: number;
    /** NULL without an ONNX file, as are `size_bytes` and `signature`. */
    digest: string | null;
    size_bytes: number | null;
    /** An archived version keeps the stage it had. */
    status: Generated<'ready' | 'archived'>;
    stage: Generated<'none' | 'staging' | 'production'>;
    source: string;
    /** Where the files really are, when `source` is a name for it. */
    storage_location: string | null;
    run_id: string | null;
    run_link: Generated<string>;
    logged_model_id: string | null;
    dataset_version_id: string | null;
    trainer: Generated<string>;
    signature: string | null;
    metrics: Generated<string>;
    card: Generated<string>;
    description: Generated<string>;
    tags: Generated<string>;
    /** JSON of `ModelVersion['deprecation']`. */
    deprecation: Generated<string | null>;
    /** JSON of the fields of the card that are kept apart from its text. */
    card_fields: Generated<string>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  model_aliases: { model_id: number; alias: string; version_id: number };
  webhooks: {
    pk: Generated<number>;
    id: string;
    name: string;
    description: Generated<string>;
    url: string;
    events: string;
    /** Only until the workspace is opened by a version that seals secrets; null from then on. */
    secret: string | null;
    status: 'active' | 'disabled';
    created_at_ms: number;
    updated_at_ms: number;
  };
  webhook_deliveries: {
    pk: Generated<number>;
    webhook_id: string;
    event: string;
    at_ms: number;
    duration_ms: number;
    status: number | null;
    failure: string | null;
  };
};
