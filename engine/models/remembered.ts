/** More references than anyone uses at once; a caller who makes them up must not fill the memory. */
const most = 1000;

/**
 * Remembers what `load` answered until `forget`, which every change calls once it is committed: a prediction then costs no query.
 * An answer that was on its way during a change is given but not kept. Failures are not kept.
 */
export function remembered<T>(load: (key: string) => Promise<T>): {
  get(key: string): Promise<T>;
  forget(): void;
} {
  const known = new Map<string, T>();
  let changes = 0;
  return {
    async get(key) {
      const found = known.get(key);
      if (found !== undefined) return found;
      const before = changes;
      const value = await load(key);
      if (changes === before && known.size < most) known.set(key, value);
      return value;
    },
    forget() {
      changes += 1;
      known.clear();
    },
  };
}
