/** Words of a text in lower case; runs of letters, digits and apostrophes, marks included. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu) ?? [];
}

export type WordScore = { word: string; score: number };

/** Of many texts: how often each word occurs, each text counting a word once. */
export type WordCounts = { texts: number; counts: ReadonlyMap<string, number> };

const LEAST_TEXTS = 3;

export function countWords(texts: readonly (readonly string[])[]): WordCounts {
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { texts: texts.length, counts };
}

/**
 * The words that are typical of each side: the log-odds ratio of a word with the counts of both sides as the prior, over its
 * standard error (Monroe, Colaresi and Quinn 2008, "Fightin' words"). Words of fewer than three texts are left out.
 */
export function typicalWords(
  reference: WordCounts,
  current: WordCounts,
  most: number,
): { reference: WordScore[]; current: WordScore[] } {
  const words = new Set([...reference.counts.keys(), ...current.counts.keys()]);
  const total = (side: WordCounts) => Array.from(side.counts.values()).reduce((sum, count) => sum + count, 0);
  const [m, n] = [total(reference), total(current)];
  const scores: WordScore[] = [];
  for (const word of words) {
    const a = reference.counts.get(word) ?? 0;
    const b = current.counts.get(word) ?? 0;
    if (a + b < LEAST_TEXTS) continue;
    // A prior as strong as a tenth of what was seen.
    const prior = (a + b) / 10;
    const all = (m + n) / 10;
    const odds = (count: number, of: number) =>
      Math.log((count + prior) / Math.max(of + all - count - prior, 1e-9));
    const variance = 1 / (a + prior) + 1 / (b + prior);
    scores.push({ word, score: (odds(b, n) - odds(a, m)) / Math.sqrt(variance) });
  }
  scores.sort((x, y) => y.score - x.score || (x.word < y.word ? -1 : 1));
  return {
    current: scores.filter(({ score }) => score > 1.96).slice(0, most),
    reference: scores
      .filter(({ score }) => score < -1.96)
      .slice(-most)
      .reverse()
      .map(({ word, score }) => ({ word, score: -score })),
  };
}
