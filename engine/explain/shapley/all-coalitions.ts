import type { Coalition } from '../model/row-set.ts';
import type { CoalitionGame, ShapleyEstimate } from './coalition-game.ts';

/** Shapley values by their definition, from all 2^players coalitions: exact for the reference rows. */
export async function allCoalitions(game: CoalitionGame): Promise<ShapleyEstimate> {
  const { players, k } = game;
  const coalitions = Array.from({ length: 2 ** players }, (_, set): Coalition => {
    const members = new Uint8Array(players);
    for (let p = 0; p < players; p++) members[p] = (set >> p) & 1;
    return members;
  });
  const worths = await game.worth(coalitions);
  // 1 / (players · (players − 1 over size)): the share of the orders in which exactly this set comes before a player.
  const shares = new Float64Array(players);
  let choices = 1;
  for (let size = 0; size < players; size++) {
    shares[size] = 1 / (players * choices);
    choices = (choices * (players - 1 - size)) / (size + 1);
  }
  const values = new Float64Array(players * k);
  coalitions.forEach((members, set) => {
    const size = members.reduce((sum, member) => sum + member, 0);
    for (let p = 0; p < players; p++) {
      if (members[p] === 1) continue;
      const with_ = worths[set | (1 << p)] as Float64Array;
      const without = worths[set] as Float64Array;
      for (let c = 0; c < k; c++)
        values[p * k + c] =
          (values[p * k + c] as number) +
          (shares[size] as number) * ((with_[c] as number) - (without[c] as number));
    }
  });
  return { base: worths[0] as Float64Array, values, standardErrors: null, isConverged: true };
}
