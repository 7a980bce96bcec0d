import type { Signature } from '../../local-api/contract/index.ts';
import type { LoadedModel, ModelOpener } from './open-model.ts';

export type SessionPool = {
  /** Runs `work` with the model of this digest, loaded and warmed up when it is not yet. */
  use<T>(digest: string, signature: Signature, work: (model: LoadedModel) => Promise<T>): Promise<T>;
  /** Digests of the models that are loaded, the least recently used first. */
  digests(): string[];
  /** Releases a model now, or when its last user is done. */
  evict(digest: string): Promise<void>;
  /** Releases every model; those that answer in a process of their own stop in the middle. */
  close(): Promise<void>;
};

/** `bytes`: size of the file, 0 while it is being loaded. */
type Entry = { model: Promise<LoadedModel>; bytes: number; users: number; isEvicted: boolean };

/**
 * Keeps the sessions that were used last, as many as `limits()` allow: `maxSessions` of them, `maxBytes` of model files together.
 * A session in use is released when its last user is done. Concurrent first uses of a model share one load; a load that failed
 * is tried again by the next use.
 */
export function createSessionPool(options: {
  read(digest: string): Promise<Uint8Array>;
  opener: ModelOpener;
  limits(): { maxSessions: number; maxBytes: number };
}): SessionPool {
  const entries = new Map<string, Entry>();

  const release = async (entry: Entry): Promise<void> => {
    const loaded = await entry.model.catch(() => null);
    await loaded?.release();
  };
  const evict = (digest: string, entry: Entry): Promise<void> => {
    entries.delete(digest);
    entry.isEvicted = true;
    return entry.users === 0 ? release(entry) : Promise.resolve();
  };
  const makeRoom = async (kept: Entry): Promise<void> => {
    const { maxSessions, maxBytes } = options.limits();
    let bytes = 0;
    for (const entry of entries.values()) bytes += entry.bytes;
    for (const [digest, entry] of [...entries]) {
      if (entries.size <= maxSessions && bytes <= maxBytes) return;
      if (entry === kept) continue;
      bytes -= entry.bytes;
      await evict(digest, entry);
    }
  };
  const load = async (
    digest: string,
    signature: Signature,
    makeRoomFor: (bytes: number) => Promise<void>,
  ) => {
    const file = await options.read(digest);
    // Before it is opened: both at once would be more than the limit.
    await makeRoomFor(file.byteLength);
    return options.opener.open(digest, signature, file);
  };
  const newEntry = (digest: string, signature: Signature): Entry => {
    const entry: Entry = {
      model: load(digest, signature, async (bytes) => {
        entry.bytes = bytes;
        await makeRoom(entry);
      }),
      ...{ bytes: 0, users: 0, isEvicted: false },
    };
    return entry;
  };
  const enter = (digest: string, signature: Signature): Entry => {
    const known = entries.get(digest);
    const entry = known ?? newEntry(digest, signature);
    // Deleting first moves it to the end: the order of the map is the order of use.
    entries.delete(digest);
    entries.set(digest, entry);
    if (known === undefined) entry.model.catch(() => entries.get(digest) === entry && entries.delete(digest));
    return entry;
  };

  return {
    async use(digest, signature, work) {
      const entry = enter(digest, signature);
      entry.users += 1;
      try {
        return await work(await entry.model);
      } finally {
        entry.users -= 1;
        if (entry.isEvicted && entry.users === 0) await release(entry);
      }
    },
    digests: () => [...entries.keys()],
    async evict(digest) {
      const entry = entries.get(digest);
      if (entry !== undefined) await evict(digest, entry);
    },
    async close() {
      options.opener.end();
      for (const [digest, entry] of [...entries]) await evict(digest, entry);
    },
  };
}
