/** Whether one trial is at least as good as another in all objectives, and better in one. Lower is better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.every((value, i) => value <= (b[i] ?? Number.NaN)) && a.some((value, i) => value < (b[i] ?? Number.NaN))
  );
}

/**
 * The indices of trials, the best first: by fronts that nobody outside them dominates (non-dominated sorting, Deb et al. 2002);
 * within a front, those in emptier places first (crowding distance). With one objective that is the order of its values.
 * Ties keep their order. O(n² · objectives).
 */
export function rankedTrials(losses: readonly (readonly number[])[]): number[] {
  if ((losses[0]?.length ?? 1) <= 1) {
    return losses.map((_, i) => i).sort((a, b) => (losses[a]?.[0] ?? 0) - (losses[b]?.[0] ?? 0) || a - b);
  }
  return frontsOf(losses).flatMap((front) => {
    const distance = crowding(losses, front);
    return [...front].sort((a, b) => (distance.get(b) ?? 0) - (distance.get(a) ?? 0) || a - b);
  });
}

/** Indices by front, the undominated first. */
export function frontsOf(losses: readonly (readonly number[])[]): number[][] {
  let left = losses.map((_, i) => i);
  const fronts: number[][] = [];
  while (left.length > 0) {
    const front = left.filter((i) => !left.some((j) => dominates(losses[j] ?? [], losses[i] ?? [])));
    // Losses that are no numbers dominate nothing and are dominated by nothing: they end up here together.
    fronts.push(front);
    const taken = new Set(front);
    left = left.filter((i) => !taken.has(i));
  }
  return fronts;
}

function crowding(losses: readonly (readonly number[])[], front: readonly number[]): Map<number, number> {
  const distance = new Map(front.map((i) => [i, 0]));
  const objectives = losses[0]?.length ?? 0;
  for (let m = 0; m < objectives; m++) {
    const value = (i: number | undefined) => (i === undefined ? Number.NaN : (losses[i]?.[m] ?? 0));
    const order = [...front].sort((a, b) => value(a) - value(b) || a - b);
    const span = value(order.at(-1)) - value(order[0]);
    order.forEach((i, place) => {
      const isEnd = place === 0 || place === order.length - 1;
      const gap = isEnd
        ? Number.POSITIVE_INFINITY
        : (value(order[place + 1]) - value(order[place - 1])) / (span || 1);
      distance.set(i, (distance.get(i) ?? 0) + gap);
    });
  }
  return distance;
}
