type StoredFile = { path: string; storedBytes: number };

/** Number and size of the stored blobs: counted once by walking the folder, kept up to date from then on. */
export type StoredUsage = {
  added(file: StoredFile): void;
  removed(file: StoredFile): void;
  current(): Promise<{ blobs: number; storedBytes: number }>;
};

/** `walk` lists every file; it is called at the first `current()`, and again only if it fails. */
export function storedUsage(walk: () => AsyncIterable<StoredFile>): StoredUsage {
  let totals: { blobs: number; storedBytes: number } | undefined;
  let counting: Promise<{ blobs: number; storedBytes: number }> | undefined;
  // What happens during the walk, which may or may not see it itself.
  const meanwhile = new Map<string, number | undefined>();

  const count = async (): Promise<{ blobs: number; storedBytes: number }> => {
    meanwhile.clear();
    const sizes = new Map<string, number>();
    for await (const file of walk()) sizes.set(file.path, file.storedBytes);
    for (const [path, bytes] of meanwhile) {
      if (bytes === undefined) sizes.delete(path);
      else sizes.set(path, bytes);
    }
    totals = { blobs: sizes.size, storedBytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) };
    return totals;
  };

  const change = (file: StoredFile, sign: 1 | -1): void => {
    if (totals !== undefined) {
      totals = { blobs: totals.blobs + sign, storedBytes: totals.storedBytes + sign * file.storedBytes };
    } else if (counting !== undefined) {
      meanwhile.set(file.path, sign === 1 ? file.storedBytes : undefined);
    }
  };

  return {
    added: (file) => change(file, 1),
    removed: (file) => change(file, -1),
    async current() {
      if (totals !== undefined) return totals;
      counting ??= count().finally(() => {
        counting = undefined;
      });
      return counting;
    },
  };
}
