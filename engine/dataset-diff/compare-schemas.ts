import type { Column } from '../../local-api/contract/index.ts';

type Typed = Pick<Column, 'name' | 'type'>;

/** A column of the one version, of the other, or of both. */
export type PairedColumn = { before: Typed | null; after: Typed | null };

/**
 * Which column of the one version is which of the other: by name, and where a name is gone and another is new, by `isSame`
 * (the same values in the same rows). In the order of the newer version, then those that are gone.
 */
export function pairColumns(
  before: readonly Typed[],
  after: readonly Typed[],
  isSame: (before: number, after: number) => boolean,
): PairedColumn[] {
  const places = new Map(before.map(({ name }, index) => [name, index]));
  const newNames = new Set(after.map(({ name }) => name));
  const gone = before.map((_, index) => index).filter((index) => !newNames.has(before[index]?.name ?? ''));
  const taken = new Set<number>();
  const pairs = after.map((column, index): PairedColumn => {
    const place =
      places.get(column.name) ??
      gone.find((old) => !taken.has(old) && before[old]?.type === column.type && isSame(old, index));
    if (place === undefined) return { before: null, after: column };
    taken.add(place);
    return { before: before[place] ?? null, after: column };
  });
  for (const [index, column] of before.entries())
    if (!taken.has(index)) pairs.push({ before: column, after: null });
  return pairs;
}

/** Whether the common columns stand in another order. */
export function columnsMoved(before: readonly Typed[], pairs: readonly PairedColumn[]): boolean {
  const places = new Map(before.map(({ name }, index) => [name, index]));
  const order = pairs.flatMap((pair) =>
    pair.before !== null && pair.after !== null ? [places.get(pair.before.name) ?? 0] : [],
  );
  return order.some((place, index) => index > 0 && place < (order[index - 1] ?? 0));
}
