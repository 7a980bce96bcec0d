/** Area under the ROC curve: how often a positive row scores above a negative one, ties counting half. O(n log n). */
export function rocAuc(scores: Float64Array, y: Float64Array): number {
  const order = [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let negatives = 0;
  let pairs = 0;
  let positives = 0;
  for (let i = 0; i < order.length; ) {
    let end = i;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (; end < order.length && scores[order[end] ?? 0] === scores[order[i] ?? 0]; end++) {
      if (y[order[end] ?? 0] === 1) tiedPositives++;
      else tiedNegatives++;
    }
    pairs += tiedPositives * (negatives + tiedNegatives / 2);
    negatives += tiedNegatives;
    positives += tiedPositives;
    i = end;
  }
  return pairs / (positives * negatives);
}
