import type { Store } from '../store/index.ts';

/** More names than this are no key space but values by mistake; the cache starts again. */
const maxCached = 100_000;

/**
 * The integers that stand for key names in the metric, param and tag tables. `id` makes a new one and has to be called in
 * a transaction; `forget` is for one that was rolled back.
 */
export function createKeyIds({ sqlite }: Pick<Store, 'sqlite'>) {
  const known = new Map<string, number>();
  let fresh: string[] = [];
  const select = sqlite.prepare<[string], { id: number }>('SELECT id FROM keys WHERE name = ?');
  const insert = sqlite.prepare<[string]>('INSERT INTO keys (name) VALUES (?)');

  return {
    id(name: string): number {
      const cached = known.get(name);
      if (cached !== undefined) return cached;
      const id = select.get(name)?.id ?? Number(insert.run(name).lastInsertRowid);
      if (known.size >= maxCached) known.clear();
      known.set(name, id);
      fresh.push(name);
      return id;
    },
    keep(): void {
      fresh = [];
    },
    forget(): void {
      for (const name of fresh) known.delete(name);
      fresh = [];
    },
  };
}
export type KeyIds = ReturnType<typeof createKeyIds>;
