import type { Tuning } from '../../../local-api/contract/index.ts';
import { cmaesBatch } from './cmaes.ts';
import { gridAssignments } from './grid.ts';
import { halvingBatch } from './halving.ts';
import { randomAssignment } from './random.ts';
import type { Assignment } from './space.ts';
import { tpeAssignment } from './tpe.ts';

/** Settings to be tried, with a share of the full budget in (0, 1]; the same trial comes again with more where rungs are climbed. */
export type Proposal = { trial: number; rung: number; share: number; values: Assignment };

/** A proposal that was tried. `losses`: an objective each, lower is better; null where it failed. */
export type Tried = Proposal & {
  losses: readonly number[] | null;
  /** All folds were fitted, with the full budget. */
  isComplete: boolean;
};

/** Trials that know nothing of each other are handed out in such lots. */
const manyAtOnce = 200;

export type Search = { tuning: Tuning; seed: number };

/**
 * What is to be tried next, given everything that was tried, in the order of the proposals; empty at the end. A pure function of
 * its arguments: the same history gives the same proposals, wherever and by how many processes it was made. What it gives at once
 * may be tried at the same time.
 */
export function nextProposals(search: Search, history: readonly Tried[]): Proposal[] {
  const { tuning, seed } = search;
  const { method, space, trials, batch } = tuning;
  const full = (trial: number, values: Assignment): Proposal => ({ trial, rung: 0, share: 1, values });
  const next = history.length;
  // Pruning looks at the batches before, so that all methods have batches then.
  const upTo = (limit: number) => Math.min(limit, next + (tuning.pruning === 'none' ? manyAtOnce : batch));
  switch (method.kind) {
    case 'grid': {
      const grid = gridAssignments(space, method.steps);
      const to = upTo(Math.min(grid.length, trials));
      return grid.slice(next, to).map((values, i) => full(next + i, values));
    }
    case 'random':
      return range(next, upTo(trials)).map((trial) =>
        full(trial, randomAssignment(space, seed, trial, method.sequence)),
      );
    case 'tpe': {
      const startup = Math.min(method.startup, trials);
      if (next < startup) {
        return range(next, upTo(startup)).map((trial) =>
          full(trial, randomAssignment(space, seed, trial, 'sobol')),
        );
      }
      // What was told of the batch that is under way does not count, or its trials would hang on who was first.
      const first = next - ((next - startup) % batch);
      const before = history.slice(0, first);
      return range(next, Math.min(trials, first + batch)).map((trial) =>
        full(trial, tpeAssignment({ space, seed, trial, history: before, ...method })),
      );
    }
    case 'cmaes':
      return cmaesBatch({ space, seed, trials, history, ...method });
    case 'halving':
    case 'hyperband':
      return halvingBatch({ space, seed, trials, history, method });
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
