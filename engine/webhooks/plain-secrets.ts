import type { SecretStore } from '../secrets/index.ts';
import type { Store } from '../store/index.ts';

/** Under which name the secret of a webhook is kept. */
export function secretName(webhookId: string): string {
  return `webhooks/${webhookId}`;
}

/**
 * Seals what a version before kept as plain text, and overwrites it in the file: once, when a workspace is opened. Gives
 * how many there were. Backups made before still hold them.
 */
export async function sealPlainSecrets(store: Store, secrets: SecretStore): Promise<number> {
  const plain = await store.db
    .selectFrom('webhooks')
    .select(['id', 'secret'])
    .where('secret', 'is not', null)
    .execute();
  if (plain.length === 0) return 0;
  for (const { id, secret } of plain) if (secret !== null) await secrets.set(secretName(id), secret);
  store.sqlite.pragma('secure_delete = ON');
  try {
    await store.db.updateTable('webhooks').set({ secret: null }).where('secret', 'is not', null).execute();
  } finally {
    store.sqlite.pragma('secure_delete = OFF');
  }
  // The log that is written ahead held them too.
  store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  return plain.length;
}
