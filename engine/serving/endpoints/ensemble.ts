import type { EndpointRoute, PredictResponse } from '../../../local-api/contract/index.ts';

type EnsembleRoute = Extract<EndpointRoute, { kind: 'ensemble' }>;

/** The arm under which the answers of an ensemble as a whole are counted and logged. */
export const ensembleArm = 'ensemble';

/**
 * One answer out of those of all members, in the order of the route. Model and version are those of the first; the time in
 * the model is that of the slowest, for members answer side by side.
 *
 * Probabilities are combined by the name of the class, so members may order their classes differently. `vote`: the share of
 * members that give a label stands for its probability; a tie goes to the larger mean probability, then to the class that comes
 * first. Cost: linear in rows × classes × members.
 */
export function combineAnswers(
  { combine, members }: EnsembleRoute,
  answers: readonly PredictResponse[],
): PredictResponse {
  const [first] = answers;
  if (first === undefined) throw new Error('An ensemble without members cannot be.');
  const weights = shares(members.map(({ weight }) => (combine === 'weighted' ? weight : 1)));
  const milliseconds = Math.max(...answers.map((answer) => answer.milliseconds));
  const common = { model: first.model, version: first.version, rows: first.rows, milliseconds };
  const { classes } = first;
  if (classes === undefined) {
    const value = (first.value ?? []).map((_, row) => {
      let sum = 0;
      // A member without a share says nothing: 0 × NaN would be NaN.
      for (const [at, { value: own }] of answers.entries()) {
        const share = weights[at] ?? 0;
        if (share > 0) sum += share * (own?.[row] ?? Number.NaN);
      }
      return sum;
    });
    return { ...common, value };
  }
  const means = meanProbabilities(classes, weights, answers);
  const probabilities = combine === 'vote' ? voteShares(classes, answers) : means;
  const label = probabilities.map((row, at) => classes[largest(row, means[at] ?? row)] ?? '');
  return { ...common, classes, label, probabilities };
}

function shares(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function meanProbabilities(
  classes: readonly string[],
  weights: readonly number[],
  answers: readonly PredictResponse[],
): number[][] {
  const rows = answers[0]?.rows ?? 0;
  const means = Array.from({ length: rows }, () => new Array<number>(classes.length).fill(0));
  for (const [at, answer] of answers.entries()) {
    const share = weights[at] ?? 0;
    if (share === 0) continue;
    const places = classes.map((name) => answer.classes?.indexOf(name) ?? -1);
    for (const [row, mean] of means.entries())
      for (const [k, place] of places.entries())
        mean[k] = (mean[k] ?? 0) + share * (answer.probabilities?.[row]?.[place] ?? 0);
  }
  return means;
}

function voteShares(classes: readonly string[], answers: readonly PredictResponse[]): number[][] {
  const rows = answers[0]?.rows ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    classes.map((name) => answers.filter(({ label }) => label?.[row] === name).length / answers.length),
  );
}

/** The place of the largest value; among equal ones that with the larger tie-breaker, then the first. */
function largest(values: readonly number[], tieBreakers: readonly number[]): number {
  let best = 0;
  for (const [at, value] of values.entries()) {
    const top = values[best] ?? 0;
    const isTied = value === top && (tieBreakers[at] ?? 0) > (tieBreakers[best] ?? 0);
    if (value > top || isTied) best = at;
  }
  return best;
}
