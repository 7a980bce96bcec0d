import type { SearchSpace, TuningMethod } from '../../../local-api/contract/index.ts';
import { rankedTrials } from './front.ts';
import { randomAssignment } from './random.ts';
import type { Proposal, Tried } from './search.ts';

type HalvingOptions = {
  space: SearchSpace;
  seed: number;
  trials: number;
  history: readonly Tried[];
  method: TuningMethod & { kind: 'halving' | 'hyperband' };
};

/** Trials that begin together on a rung, and climb it together: one in `reduction` goes on. */
type Bracket = { trials: number; firstRung: number };

/**
 * The next rung of successive halving (Jamieson and Talwalkar 2016), or of the brackets of Hyperband (Li et al. 2018), which begin with
 * ever fewer trials on ever larger budgets, over and over until the trials are used up. Every rung is fitted from the start with
 * its share of the budget, as these papers count it. Trials are drawn from a Sobol sequence.
 */
export function halvingBatch({ space, seed, trials, history, method }: HalvingOptions): Proposal[] {
  const shares = rungShares(method);
  let at = 0;
  let firstTrial = 0;
  for (let bracket = 0; firstTrial < trials; bracket++) {
    const { trials: most, firstRung } = bracketOf(method, shares.length, bracket, trials);
    const begun = Math.min(most, trials - firstTrial);
    let climbing = Array.from({ length: begun }, (_, i) => firstTrial + i);
    firstTrial += begun;
    for (let rung = firstRung; rung < shares.length; rung++) {
      const share = shares[rung] ?? 1;
      const done = history.slice(at, at + climbing.length);
      if (done.length < climbing.length) {
        return climbing.slice(done.length).map((trial) => ({
          trial,
          rung,
          share,
          values: randomAssignment(space, seed, trial, 'sobol'),
        }));
      }
      at += climbing.length;
      climbing = promoted(done, Math.max(1, Math.floor(climbing.length / method.reduction)));
    }
  }
  return [];
}

/** Budgets from the smallest to all of it, each `reduction` times the one before. */
function rungShares({ smallest, reduction }: { smallest: number; reduction: number }): number[] {
  const shares = [1];
  for (let share = 1 / reduction; share >= smallest * (1 - 1e-9); share /= reduction) shares.unshift(share);
  return shares;
}

function bracketOf(
  method: HalvingOptions['method'],
  rungs: number,
  bracket: number,
  trials: number,
): Bracket {
  if (method.kind === 'halving') return { trials, firstRung: 0 };
  const firstRung = bracket % rungs;
  const left = rungs - 1 - firstRung;
  return { trials: Math.ceil((rungs / (left + 1)) * method.reduction ** left), firstRung };
}

/** The best of a rung, by trial number. Failed trials climb no further. */
function promoted(rung: readonly Tried[], count: number): number[] {
  const told = rung.filter(({ losses }) => losses !== null);
  return rankedTrials(told.map(({ losses }) => losses ?? []))
    .slice(0, count)
    .flatMap((i) => told[i]?.trial ?? [])
    .sort((a, b) => a - b);
}
