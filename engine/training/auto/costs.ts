import type { Recipe, Trainer } from '../../../local-api/contract/index.ts';

/** What a fit is made on. */
export type FitSize = { rows: number; columns: number; classes: number };

/** Seconds of a fit, by what fits of its kind took so far. */
export type Costs = {
  /** Of a fit of a recipe on so much. */
  estimate(recipe: Pick<Recipe, 'trainer'>, size: FitSize): number;
  learn(recipe: Pick<Recipe, 'trainer'>, size: FitSize, seconds: number): void;
};

/** Nothing is done in less: a task goes to a worker and its answers come back. */
const LEAST_SECONDS = 0.02;
/** Fits of one kind that the estimate goes by: the newest ones. */
const REMEMBERED = 6;

/**
 * Estimates by a rough count of the work, which a kind's own fits correct from the first one on: by the largest factor of the
 * newest fits, since what stops early once may not do so the next time.
 */
export function createCosts(): Costs {
  const factors = new Map<string, number[]>();
  return {
    estimate({ trainer }, size) {
      const known = factors.get(trainer.kind) ?? [];
      const factor = known.length === 0 ? 1 : Math.max(...known);
      return LEAST_SECONDS + factor * workOf(trainer, size);
    },
    learn({ trainer }, size, seconds) {
      const known = factors.get(trainer.kind) ?? [];
      const factor = Math.max(0, seconds - LEAST_SECONDS) / workOf(trainer, size);
      factors.set(trainer.kind, [...known, factor].slice(-REMEMBERED));
    },
  };
}

/** Seconds on a common processor, within a factor of about two: measured on tables of 1,000 to 200,000 rows. */
function workOf(trainer: Trainer, { rows, columns, classes }: FitSize): number {
  const cells = rows * columns;
  const outputs = Math.max(1, classes > 2 ? classes : 1);
  switch (trainer.kind) {
    case 'prior':
      return 1e-8 * cells;
    case 'linear':
      return 2e-7 * cells * outputs * (trainer.l1 > 0 ? 4 : 1);
    case 'gbdt':
      return (
        trainer.trees *
        outputs *
        (3e-9 * cells * (0.4 + 0.1 * Math.log2(trainer.leaves)) + 1e-4 * Math.sqrt(trainer.leaves))
      );
    case 'forest': {
      const share = trainer.maxFeatures === 'share' ? trainer.featureShare : classes > 0 ? 0.25 : 1;
      return 7e-8 * cells * (1 + 2.3 * share) * trainer.trees;
    }
    case 'mlp': {
      const units = trainer.hidden.reduce((sum, layer) => sum + layer, 0);
      return 2e-10 * rows * units * (columns + 20) * Math.min(trainer.epochs, 60);
    }
  }
}
