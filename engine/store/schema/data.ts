import type { Generated } from 'kysely';

/** `columns`, `source`, `options`, `profile` and `tags` hold JSON text. */
export type DataTables = {
  datasets: {
    id: Generated<number>;
    name: string;
    description: Generated<string>;
    tags: Generated<string>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  dataset_versions: {
    pk: Generated<number>;
    id: string;
    dataset_id: number;
    version: number;
    digest: string;
    row_count: number;
    size_bytes: number;
    columns: string;
    source: string;
    source_name: string;
    options: string;
    bad_rows: Generated<number>;
    profile: string;
    note: Generated<string>;
    tags: Generated<string>;
    created_at_ms: number;
  };
  uploads: { id: string; name: string; digest: string; size_bytes: number; created_at_ms: number };
};
