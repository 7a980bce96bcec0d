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
    /** Bytes of files that no older version of the dataset had when it was made. */
    added_bytes: Generated<number>;
    /** Deleted, and not yet collected. */
    deleted_at_ms: number | null;
  };
  /** The files of a snapshot in the order of their rows; a snapshot in one file has the digest of that file. */
  snapshot_chunks: {
    snapshot_digest: string;
    position: number;
    digest: string;
    row_count: number;
    size_bytes: number;
  };
  dataset_aliases: { dataset_id: number; name: string; version_pk: number; updated_at_ms: number };
  dataset_diffs: {
    pk: Generated<number>;
    id: string;
    base_version_id: string;
    other_version_id: string;
    body: string;
    created_at_ms: number;
  };
  dataset_diff_rows: { diff_pk: number; kind: 'added' | 'removed' | 'changed'; page: number; body: string };
  uploads: { id: string; name: string; digest: string; size_bytes: number; created_at_ms: number };
};
