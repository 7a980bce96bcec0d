import type { Answers } from './held-out.ts';

/** A model that an ensemble may be made of, with what it said of held-out rows. */
export type Voter = { name: string; answers: Answers };

export type GreedyMean = {
  /** Share of the mean by place among the voters; they sum to 1, most are 0. */
  weights: number[];
  /** Of the mean, on the rows that it was chosen on. */
  loss: number;
};

/** Rounds of the selection: a member's weight is a multiple of one in so many, at most. */
const ROUNDS = 30;

/**
 * Greedy ensemble selection with replacement (Caruana, Niculescu-Mizil, Crew and Ksikes 2004): begins with the best voter and adds,
 * round by round, the one that makes the mean best; the mean of the best round counts. `loss` is of the folds given by `folds`.
 * Ties go to the earlier voter. O(rounds · voters · rows).
 */
export function greedyMean(
  voters: readonly Voter[],
  folds: readonly number[],
  lossOfFold: (fold: number, answers: Float32Array) => number,
): GreedyMean {
  const counts = new Array<number>(voters.length).fill(0);
  const sums = folds.map((fold) => new Float64Array(voters[0]?.answers[fold]?.length ?? 0));
  const scratch = folds.map((_, i) => new Float32Array(sums[i]?.length ?? 0));
  const lossWith = (voter: Voter, round: number): number => {
    let total = 0;
    for (const [i, fold] of folds.entries()) {
      const [sum, mean, own] = [sums[i], scratch[i], voter.answers[fold]];
      if (sum === undefined || mean === undefined || own === undefined) return Number.NaN;
      for (let j = 0; j < mean.length; j++) mean[j] = ((sum[j] as number) + (own[j] as number)) / round;
      total += lossOfFold(fold, mean);
    }
    return total / folds.length;
  };
  let best: GreedyMean | null = null;
  for (let round = 1; round <= ROUNDS; round++) {
    let chosen = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const [place, voter] of voters.entries()) {
      const loss = lossWith(voter, round);
      if (loss < least) [chosen, least] = [place, loss];
    }
    const voter = voters[chosen];
    if (voter === undefined) break;
    counts[chosen] = (counts[chosen] ?? 0) + 1;
    for (const [i, fold] of folds.entries()) {
      const [sum, own] = [sums[i], voter.answers[fold]];
      if (sum && own) for (let j = 0; j < sum.length; j++) sum[j] = (sum[j] as number) + (own[j] as number);
    }
    // A gain in the last digits is none.
    if (best === null || least < best.loss - 1e-12 * Math.abs(best.loss)) {
      best = { loss: least, weights: counts.map((count) => count / round) };
    }
  }
  return best ?? { loss: Number.NaN, weights: counts };
}

/** The weighted mean of answers, as the model file works it out: in float32, member by member. */
export function weightedMean(answers: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const mean = new Float32Array(answers[0]?.length ?? 0);
  for (const [member, own] of answers.entries()) {
    const weight = Math.fround(weights[member] ?? 0);
    for (let i = 0; i < mean.length; i++)
      mean[i] = (mean[i] as number) + Math.fround(weight * (own[i] as number));
  }
  return mean;
}
