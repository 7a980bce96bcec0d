import type { Generated } from 'kysely';

/** `body` of a schema is a DataSchema; `summary` of a check a DataValidationRow, its `body` the whole DataValidation: JSON text. */
export type ValidationTables = {
  data_schemas: {
    pk: Generated<number>;
    dataset_id: number;
    version: number;
    is_active: 0 | 1;
    body: string;
    note: string;
    author: string;
    origin: string;
    created_at_ms: number;
  };
  data_check_settings: { dataset_id: number; settings: string };
  data_validations: {
    pk: Generated<number>;
    id: string;
    dataset_id: number;
    version_id: string | null;
    verdict: string;
    summary: string;
    body: string;
    created_at_ms: number;
  };
};
