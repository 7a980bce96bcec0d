import type { Voter } from './greedy.ts';
import type { AutoModel } from './search.ts';

/** Of one kind; near copies of each other only give weights room to fit the noise. */
const MOST_OF_A_KIND = 3;
/** Share of what the best gains on the baseline that a model has to reach. */
const LEAST_SHARE = 0.5;

/**
 * The models that an ensemble may be made of, in the order in which they were fitted: the best few of each kind, and none that is hardly
 * better than the baseline (pruning, as Caruana, Munson and Niculescu-Mizil 2006 advise). The members of what it leads to
 * lead to the same by themselves.
 */
export function votersAmong(models: readonly AutoModel[]): Voter[] {
  const ranked = models.filter(({ loss }) => Number.isFinite(loss)).toSorted((a, b) => a.loss - b.loss);
  const baseline = models.find(({ recipe }) => recipe.trainer.kind === 'prior');
  const least = ranked[0]?.loss ?? 0;
  const worst =
    baseline === undefined ? Number.POSITIVE_INFINITY : baseline.loss - LEAST_SHARE * (baseline.loss - least);
  const counts = new Map<string, number>();
  const kept = new Set(
    ranked.filter(({ loss, recipe: { trainer } }) => {
      const count = (counts.get(trainer.kind) ?? 0) + 1;
      counts.set(trainer.kind, count);
      return loss === least || (count <= MOST_OF_A_KIND && loss <= worst);
    }),
  );
  return models
    .filter((model) => kept.has(model))
    .map(({ candidate, answers }) => ({ name: candidate.name, answers }));
}
