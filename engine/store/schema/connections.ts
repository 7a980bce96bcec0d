export type ConnectionTables = {
  connections: {
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
};
