import { seededRandom, shuffle } from '../../statistics/index.ts';
import type { Coalition } from '../model/row-set.ts';
import { type CoalitionGame, relativeError, type Sampling, type ShapleyEstimate } from './coalition-game.ts';

/**
 * Shapley values by sampling orders of the players (Castro, Gómez, Tejada 2009), each followed by its reverse (antithetic; Mitchell et
 * al. 2022) and beginning at one reference row drawn at random. Unbiased; standard errors from the spread of the pairs.
 */
export async function permutationShap(
  game: CoalitionGame,
  { most, tolerance, seed }: Sampling,
): Promise<ShapleyEstimate> {
  const { players, k, references } = game;
  const random = seededRandom(seed, 'explain/permutation');
  const sums = new Float64Array(players * k);
  const squares = new Float64Array(players * k);
  const [base] = (await game.worth([new Uint8Array(players)])) as [Float64Array];
  let pairs = 0;
  let steps = 0;
  for (;;) {
    const round = Math.min(64, Math.max(8, pairs >> 1));
    const orders = Array.from({ length: round }, () => {
      const order = Int32Array.from({ length: players }, (_, p) => p);
      shuffle(order, random);
      return { order, reference: random.integer(references) };
    });
    for (const gains of await gainsAlong(game, orders)) {
      gains.forEach((gain, at) => {
        sums[at] = (sums[at] as number) + gain;
        squares[at] = (squares[at] as number) + gain * gain;
      });
    }
    pairs += round;
    steps += round * 2 * players;
    const values = sums.map((sum) => sum / pairs);
    const standardErrors = squares.map((square, at) => {
      const mean = values[at] as number;
      return Math.sqrt(Math.max(0, square / pairs - mean * mean) / (pairs - 1));
    });
    const isConverged = relativeError({ values, standardErrors }, k) <= tolerance;
    if (isConverged || steps >= most) return { base, values, standardErrors, isConverged };
  }
}

type Order = { order: Int32Array; reference: number };

/** What each player adds when it comes in turn, mean of an order and its reverse; [players, k] an order. */
async function gainsAlong(game: CoalitionGame, orders: readonly Order[]): Promise<Float64Array[]> {
  const { players, k } = game;
  const walks = orders.flatMap(({ order, reference }) => [
    { order, reference },
    { order: order.slice().reverse(), reference },
  ]);
  const coalitions = walks.flatMap(({ order }) => {
    const walk: Coalition[] = [new Uint8Array(players)];
    for (const player of order) walk.push(withPlayer(walk.at(-1) as Coalition, player));
    return walk;
  });
  const references = Int32Array.from(
    coalitions,
    (_, i) => walks[Math.floor(i / (players + 1))]?.reference as number,
  );
  const answers = await game.single(coalitions, references);
  const gains = orders.map(() => new Float64Array(players * k));
  walks.forEach(({ order }, walk) => {
    const own = gains[walk >> 1] as Float64Array;
    order.forEach((player, step) => {
      const at = walk * (players + 1) + step;
      const [before, after] = [answers[at], answers[at + 1]] as [Float64Array, Float64Array];
      for (let c = 0; c < k; c++)
        own[player * k + c] =
          (own[player * k + c] as number) + ((after[c] as number) - (before[c] as number)) / 2;
    });
  });
  return gains;
}

function withPlayer(coalition: Coalition, player: number): Coalition {
  const longer = coalition.slice();
  longer[player] = 1;
  return longer;
}
