/** Runs work of the same key one after the other, and of different keys at once. */
export type KeyedLock = { run<T>(key: string, work: () => Promise<T>): Promise<T> };

/** Locks of this process; a key costs memory only while it is in use. */
export function keyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(key, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      tails.set(key, mine);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === mine) tails.delete(key);
      }
    },
  };
}
