import { resolve } from 'node:path';
import { createSettings } from '../config/index.ts';
import { openSecretStore } from '../secrets/index.ts';
import {
  backupStore,
  checkStore,
  downgradeStore,
  listBackups,
  type OpenStoreOptions,
  openStore,
  restoreStore,
  type StoreStatus,
  storeStatus,
  upgradeStore,
} from '../store/index.ts';
import { type Clock, type Logger, silentLogger, systemClock } from '../system/index.ts';
import { workspacePaths } from './workspace-folder.ts';
import { lockWorkspace } from './workspace-lock.ts';

/** What `assay db` does to a workspace that no engine holds. Each method but `status` and `backups` takes the lock meanwhile. */
export type DatabaseTools = {
  /** Which migrations are there, pending, or of a newer version. Also of a workspace that is open elsewhere. */
  status(): Promise<StoreStatus>;
  /** Names of the migrations applied. A backup is made first. */
  upgrade(): Promise<string[]>;
  /** Takes migrations back until `to` (a number, or the last name to keep) is the newest. A backup is made first. */
  downgrade(to: number | string): Promise<string[]>;
  backup(file: string): Promise<void>;
  /** Puts a backup in the place of the database; what was there is kept, and its path is in `replaced`. */
  restore(file: string): Promise<{ schemaVersion: number; replaced: string | null }>;
  /** What is wrong with the database; empty when it is sound. */
  check(): Promise<string[]>;
  /** Makes a new key and seals every secret with it; see `SecretStore.rotate`. Gives how many there were. */
  rotateKey(): Promise<number>;
  /** Automatic backups, newest first. */
  backups(): Promise<{ path: string; sizeBytes: number }[]>;
};

/** Throws workspace/locked from each method that needs the folder when an engine holds it. */
export function databaseTools(
  workspaceDir: string,
  options: { clock?: Clock; logger?: Logger } = {},
): DatabaseTools {
  const dir = resolve(workspaceDir);
  const paths = workspacePaths(dir);
  const { clock = systemClock, logger = silentLogger } = options;

  const storeOptions = (): OpenStoreOptions => {
    const settings = createSettings({ dir, environment: process.env, logger });
    settings.close();
    const keepBackups = settings.current().backups.keep;
    return { path: paths.database, clock, logger, backupsDir: paths.backups, keepBackups };
  };
  const locked = async <T>(work: () => Promise<T>): Promise<T> => {
    const lock = lockWorkspace(dir);
    try {
      return await work();
    } finally {
      lock.release();
    }
  };

  return {
    status: () => storeStatus(paths.database),
    upgrade: () => locked(() => upgradeStore(storeOptions())),
    downgrade: (to) => locked(() => downgradeStore(storeOptions(), to)),
    backup: (file) => locked(() => backupStore(paths.database, resolve(file))),
    restore: (file) => locked(() => restoreStore(storeOptions(), resolve(file))),
    check: () => locked(() => checkStore(paths.database)),
    rotateKey: () =>
      locked(async () => {
        const store = await openStore(storeOptions());
        try {
          return await (await openSecretStore({ store, keyFile: paths.secretsKey, clock })).rotate();
        } finally {
          await store.close();
        }
      }),
    backups: () => listBackups(paths.backups),
  };
}
