import type { Generated } from 'kysely';

/** `summary` is an ExplanationRow, `body` the whole Explanation, both as JSON text. */
export type ExplanationTables = {
  explanations: {
    pk: Generated<number>;
    id: string;
    /** Of the model file. */
    digest: string;
    summary: string;
    body: string;
    created_at_ms: number;
  };
};
