export type SecretTables = {
  /** AES-256-GCM; see engine/secrets. */
  secrets: {
    name: string;
    key_id: string;
    nonce: Uint8Array;
    sealed: Uint8Array;
    created_at_ms: number;
    updated_at_ms: number;
  };
};
