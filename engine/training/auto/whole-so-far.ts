import { greedyMean } from './greedy.ts';
import type { HeldOut } from './held-out.ts';
import type { AutoModel } from './search.ts';
import { votersAmong } from './voters.ts';

/** Work that is done after every model: voters × held-out numbers × rounds. */
const MOST_WORK = 6e7;

export type WholeSoFar = { members: { name: string; weight: number }[]; loss: number };

/**
 * What models would give together: the greedy mean where it may be made and its members can be fitted in the time (`fits`), else the
 * best alone; null without a model. Its weights were chosen on the rows that its loss is of.
 */
export function wholeSoFar(
  models: readonly AutoModel[],
  held: HeldOut,
  options: { isSingle: boolean; fits(names: readonly string[]): boolean },
): WholeSoFar | null {
  const [best] = models.toSorted((a, b) => a.loss - b.loss);
  if (best === undefined) return null;
  const single = { members: [{ name: best.candidate.name, weight: 1 }], loss: best.loss };
  const numbers = best.answers.reduce((sum, part) => sum + part.length, 0);
  if (options.isSingle || models.length * numbers * 30 > MOST_WORK) return single;
  const voters = votersAmong(models);
  const { weights, loss } = greedyMean(voters, [...held.folds.keys()], held.lossOfFold);
  const members = voters.flatMap(({ name }, i) => {
    const weight = weights[i] ?? 0;
    return weight > 0 ? [{ name, weight }] : [];
  });
  return options.fits(members.map(({ name }) => name)) ? { members, loss } : single;
}
