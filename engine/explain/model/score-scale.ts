import type { ExplanationScale } from '../../../local-api/contract/index.ts';

/**
 * How scores become answers, found by trying: `column` gives the score that speaks for a class (or the number), and whether it
 * speaks against it. Null when no known way makes these answers of these scores.
 */
export type ScoreScale = { scale: ExplanationScale; column(output: number): { score: number; sign: 1 | -1 } };

/** Models answer in float32. */
const tolerance = 2e-4;

/**
 * Compares the scores [n, k] of some rows with the answers [n, outputs] to them. `isClassification` with one score and two
 * outputs: the score speaks for the second class, or against it.
 */
export function scoreScale(options: {
  scores: Float64Array;
  k: number;
  answers: Float64Array;
  outputs: number;
  isClassification: boolean;
}): ScoreScale | null {
  const { scores, k, answers, outputs, isClassification } = options;
  const n = answers.length / outputs;
  const isSame = (of: (row: number, output: number) => number): boolean => {
    for (let row = 0; row < n; row++) {
      for (let output = 0; output < outputs; output++) {
        const answer = answers[row * outputs + output] as number;
        // A comparison that NaN fails.
        if (!(Math.abs(of(row, output) - answer) <= tolerance * Math.max(1, Math.abs(answer)))) return false;
      }
    }
    return true;
  };
  const score = (row: number, c: number) => scores[row * k + c] as number;
  const own: ScoreScale['column'] = (output) => ({ score: output, sign: 1 });
  if (k === outputs) {
    if (isSame(score)) return { scale: isClassification ? 'probability' : 'value', column: own };
    if (!isClassification) {
      if (isSame((row) => Math.exp(score(row, 0)))) return { scale: 'log', column: own };
    } else if (isSame((row, c) => softmax(scores, row, k, c))) return { scale: 'score', column: own };
  }
  if (isClassification && k === 1 && outputs === 2) {
    for (const positive of [1, 0]) {
      const column: ScoreScale['column'] = (output) => ({ score: 0, sign: output === positive ? 1 : -1 });
      const of = (link: (s: number) => number) =>
        isSame((row, output) => {
          const p = link(score(row, 0));
          return output === positive ? p : 1 - p;
        });
      if (of((s) => s)) return { scale: 'probability', column };
      if (of((s) => 1 / (1 + Math.exp(-s)))) return { scale: 'log-odds', column };
      if (rises(scores, answers, outputs, positive)) return { scale: 'score', column };
    }
  }
  if (!isClassification && k === 1 && rises(scores, answers, 1, 0)) return { scale: 'score', column: own };
  return null;
}

function softmax(scores: Float64Array, row: number, k: number, c: number): number {
  const own = scores.subarray(row * k, (row + 1) * k);
  const top = Math.max(...own);
  const sum = own.reduce((total, s) => total + Math.exp(s - top), 0);
  return Math.exp((own[c] as number) - top) / sum;
}

/** Whether answers never fall where the score rises: what comes after the scores (a calibration) keeps their order. */
function rises(scores: Float64Array, answers: Float64Array, outputs: number, output: number): boolean {
  const order = Array.from(scores, (_, row) => row).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  let before = Number.NEGATIVE_INFINITY;
  for (const row of order) {
    const answer = answers[row * outputs + output] as number;
    if (!(answer >= before - 1e-6)) return false;
    before = Math.max(before, answer);
  }
  return scores.length >= 20 && new Set(answers).size > 2;
}
