/** One picture: a metric, or of a single run a metric's training and validation curves. */
export type CardGroup = { title: string; keys: readonly string[] };

/** Cards under one heading: the pinned ones, or those that begin alike ("val/loss", "val/auc"). */
export type CardSection = { name: string; cards: CardGroup[] };

export const PINNED = 'pinned';

/**
 * Puts cards in sections by what stands before the first slash. Those without one come first, in a section without a name;
 * pinned ones are on top of all.
 */
export function sectionsOf(cards: readonly CardGroup[], pinned: readonly string[]): CardSection[] {
  const byPrefix = new Map<string, CardGroup[]>();
  const onTop: CardGroup[] = [];
  for (const card of cards) {
    if (pinned.includes(card.title)) {
      onTop.push(card);
      continue;
    }
    const slash = card.title.indexOf('/');
    const prefix = slash > 0 ? card.title.slice(0, slash) : '';
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), card]);
  }
  const sections = [...byPrefix]
    .map(([name, members]) => ({ name, cards: members }))
    .sort((a, b) => (a.name === '' ? -1 : b.name === '' ? 1 : a.name.localeCompare(b.name)));
  return onTop.length > 0 ? [{ name: PINNED, cards: onTop }, ...sections] : sections;
}
