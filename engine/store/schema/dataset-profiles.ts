import type { Generated } from 'kysely';

/** `body` is a ProfileDetails where `target` is empty, else a TargetProfile, as JSON text; `format` tells which parts it has. */
export type DatasetProfileTables = {
  dataset_profiles: {
    pk: Generated<number>;
    version_id: string;
    target: string;
    format: number;
    body: string;
    created_at_ms: number;
  };
};
