import type { Signature } from '../../local-api/contract/index.ts';
import { createSession, type OnnxSession } from '../onnx/index.ts';
import { createJoinedRuns, type JoinedRuns } from './join-runs.ts';
import { newPace } from './run-batches.ts';
import { warmUp } from './warm-up.ts';

type LoadedModel = { session: OnnxSession; run: JoinedRuns };

export type SessionPool = {
  /** Runs `work` with the model of this digest, loaded and warmed up when it is not yet. */
  use<T>(digest: string, signature: Signature, work: (model: LoadedModel) => Promise<T>): Promise<T>;
  /** Digests of the models that are loaded, the least recently used first. */
  digests(): string[];
  /** Releases a model now, or when its last user is done. */
  evict(digest: string): Promise<void>;
  close(): Promise<void>;
};

type Entry = { model: Promise<LoadedModel>; users: number; isEvicted: boolean };

/**
 * Keeps the sessions that were used last, at most `maxSessions()` of them. A session in use is released when its last user is
 * done. Concurrent first uses of a model share one load; a load that failed is tried again by the next use.
 */
export function createSessionPool(options: {
  read(digest: string): Promise<Uint8Array>;
  maxSessions(): number;
}): SessionPool {
  const entries = new Map<string, Entry>();

  const release = async (entry: Entry): Promise<void> => {
    const loaded = await entry.model.catch(() => null);
    await loaded?.session.release();
  };
  const evict = (digest: string, entry: Entry): Promise<void> => {
    entries.delete(digest);
    entry.isEvicted = true;
    return entry.users === 0 ? release(entry) : Promise.resolve();
  };
  const load = async (digest: string, signature: Signature): Promise<LoadedModel> => {
    const session = await createSession(await options.read(digest));
    await warmUp(session, signature);
    return { session, run: createJoinedRuns(session, signature, newPace()) };
  };
  const enter = (digest: string, signature: Signature): Entry => {
    const known = entries.get(digest);
    const entry = known ?? { model: load(digest, signature), users: 0, isEvicted: false };
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
        const tooMany = entries.size - options.maxSessions();
        if (tooMany > 0)
          for (const [oldest, other] of [...entries].slice(0, tooMany))
            if (other !== entry) await evict(oldest, other);
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
      for (const [digest, entry] of [...entries]) await evict(digest, entry);
    },
  };
}
