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
  };
  model_versions: {
    id: Generated<number>;
    model_id: number;
    number: number;
    major: number;
    minor: number;
    patch: number;
    digest: string;
    size_bytes: number;
    status: Generated<'ready' | 'archived'>;
    run_id: string | null;
    dataset_version_id: string | null;
    trainer: Generated<string>;
    signature: string;
    metrics: Generated<string>;
    card: Generated<string>;
    description: Generated<string>;
    tags: Generated<string>;
    created_at_ms: number;
  };
  model_aliases: { model_id: number; alias: string; version_id: number };
};
