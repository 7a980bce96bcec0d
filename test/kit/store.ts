import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type OpenStoreOptions, openStore, type Store } from '../../engine/store/index.ts';
import { silentLogger, systemClock } from '../../engine/system/index.ts';
import { tempFolder } from './temp-folder.ts';

/** Options for a database in `dir`, with its backups beside it. */
export function storeOptions(dir: string, options: Partial<OpenStoreOptions> = {}): OpenStoreOptions {
  return {
    path: join(dir, 'assay.db'),
    clock: systemClock,
    logger: silentLogger,
    backupsDir: join(dir, 'backups'),
    keepBackups: 3,
    ...options,
  };
}

/** A real database of the running test, closed and removed after it. */
export async function tempStore(options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  const store = await openStore(storeOptions(tempFolder(), options));
  onTestFinished(() => store.close());
  return store;
}
