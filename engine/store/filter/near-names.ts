/** Edit distance with adjacent transpositions counted once (restricted Damerau–Levenshtein). Cost: length × length. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substituted, (previous[j] as number) + 1, (current[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] as number) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] as number;
}

/** Up to three of `names` that somebody who wrote `name` may have meant, nearest first. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const wanted = name.slice(0, 64).toLowerCase();
  const snakeless = wanted.replace(/[_-]/g, '');
  return names
    .map((candidate) => {
      const known = candidate.toLowerCase();
      const isPart = wanted.length >= 3 && (known.startsWith(snakeless) || snakeless.startsWith(known));
      return { candidate, distance: isPart ? 1 : editDistance(snakeless, known) };
    })
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** What to tell somebody who named something that is not there. */
export function expectedNames(name: string, names: readonly string[]): string {
  const near = nearNames(name, names);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `one of ${names.join(', ')}`;
}
