import { type SeededRandom, sampleIndices, seededRandom } from '../../statistics/index.ts';
import type { Coalition } from '../model/row-set.ts';
import { type CoalitionGame, relativeError, type Sampling, type ShapleyEstimate } from './coalition-game.ts';
import { solveSymmetric } from './solve-symmetric.ts';

/**
 * KernelSHAP (Lundberg and Lee 2017) with paired sampling (Covert and Lee 2021): coalitions are drawn by the Shapley kernel, each
 * with its complement, and the values are the least-squares fit that adds up to the answer. Standard errors are those of the fit
 * with pairs as clusters (sandwich). Drawing goes on until they are small enough, or `most` coalitions are used up.
 */
export async function kernelShap(
  game: CoalitionGame,
  { most, tolerance, seed }: Sampling,
): Promise<ShapleyEstimate> {
  const { players, k } = game;
  const random = seededRandom(seed, 'explain/kernel');
  const ends = [new Uint8Array(players), new Uint8Array(players).fill(1)];
  const [base, full] = (await game.worth(ends)) as [Float64Array, Float64Array];
  if (players === 1) {
    const values = full.map((worth, c) => worth - (base[c] as number));
    return { base, values, standardErrors: null, isConverged: true };
  }
  const pick = sizePicker(players);
  const coalitions: Coalition[] = [];
  const worths: Float64Array[] = [];
  let wanted = Math.min(most, 8 * players + 32);
  for (;;) {
    const drawn: Coalition[] = [];
    while (coalitions.length + drawn.length < wanted) {
      const coalition = drawCoalition(players, pick(random), random);
      drawn.push(
        coalition,
        coalition.map((member) => 1 - member),
      );
    }
    coalitions.push(...drawn);
    worths.push(...(await game.worth(drawn)));
    const fitted = fitPairs({ coalitions, worths, base, full, players, k });
    const isConverged = fitted !== null && relativeError(fitted, k) <= tolerance;
    if (fitted !== null && (isConverged || coalitions.length >= most))
      return { base, ...fitted, isConverged };
    // Too few different coalitions to tell the players apart, even at the end: go on all the same.
    wanted = Math.ceil(coalitions.length * 1.5);
    if (fitted !== null) wanted = Math.min(most, wanted);
  }
}

/** Sizes 1 … players − 1 with the kernel's weight, (players − 1) / (size · (players − size)). */
function sizePicker(players: number): (random: SeededRandom) => number {
  const weights = Array.from({ length: players - 1 }, (_, i) => 1 / ((i + 1) * (players - i - 1)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (random) => {
    let left = random.next() * total;
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i] as number;
      if (left < 0) return i + 1;
    }
    return players - 1;
  };
}

function drawCoalition(players: number, size: number, random: SeededRandom): Coalition {
  const coalition = new Uint8Array(players);
  for (const player of sampleIndices(players, size, random)) coalition[player] = 1;
  return coalition;
}

type Fit = {
  coalitions: readonly Coalition[];
  worths: readonly Float64Array[];
  base: Float64Array;
  full: Float64Array;
  players: number;
  k: number;
};

/** The last player takes what the others leave of the total; so the fit has players − 1 unknowns. Null when they are not determined. */
function fitPairs({ coalitions, worths, base, full, players, k }: Fit) {
  const m = players - 1;
  const x = coalitions.map((coalition) =>
    Float64Array.from({ length: m }, (_, j) => member(coalition, j) - member(coalition, m)),
  );
  const gram = new Float64Array(m * m);
  const right = new Float64Array(m * k);
  const target = (i: number, c: number) =>
    (worths[i]?.[c] as number) -
    (base[c] as number) -
    member(coalitions[i] as Coalition, m) * ((full[c] as number) - (base[c] as number));
  x.forEach((row, i) => {
    for (let a = 0; a < m; a++) {
      const value = row[a] as number;
      if (value === 0) continue;
      for (let b = 0; b < m; b++) gram[a * m + b] = (gram[a * m + b] as number) + value * (row[b] as number);
      for (let c = 0; c < k; c++) right[a * k + c] = (right[a * k + c] as number) + value * target(i, c);
    }
  });
  const inverse = solveSymmetric(gram, m);
  if (inverse === null) return null;
  const values = new Float64Array(players * k);
  for (let c = 0; c < k; c++) {
    let left = (full[c] as number) - (base[c] as number);
    for (let a = 0; a < m; a++) {
      let value = 0;
      for (let b = 0; b < m; b++) value += (inverse[a * m + b] as number) * (right[b * k + c] as number);
      values[a * k + c] = value;
      left -= value;
    }
    values[m * k + c] = left;
  }
  const standardErrors = new Float64Array(players * k);
  const pairs = x.length / 2;
  const correction = pairs / Math.max(1, pairs - m);
  const score = new Float64Array(m);
  for (let c = 0; c < k; c++) {
    for (let pair = 0; pair < pairs; pair++) {
      score.fill(0);
      for (const i of [2 * pair, 2 * pair + 1]) {
        const row = x[i] as Float64Array;
        let residual = target(i, c);
        for (let a = 0; a < m; a++) residual -= (row[a] as number) * (values[a * k + c] as number);
        for (let a = 0; a < m; a++) score[a] = (score[a] as number) + residual * (row[a] as number);
      }
      let last = 0;
      for (let a = 0; a < m; a++) {
        let influence = 0;
        for (let b = 0; b < m; b++) influence += (inverse[a * m + b] as number) * (score[b] as number);
        standardErrors[a * k + c] = (standardErrors[a * k + c] as number) + influence * influence;
        last -= influence;
      }
      standardErrors[m * k + c] = (standardErrors[m * k + c] as number) + last * last;
    }
  }
  return { values, standardErrors: standardErrors.map((variance) => Math.sqrt(variance * correction)) };
}

const member = (coalition: Coalition, player: number) => coalition[player] as number;
