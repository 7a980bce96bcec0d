import type { TrainingTable } from '../table.ts';
import {
  type Codes,
  candidatesOf,
  informationOn,
  informationRows,
  targetCodes,
  thinned,
} from './feature-information.ts';
import type { FittedFeature } from './fitted.ts';

/** From this share of what there is to tell on, a single column hardly tells it by merit. */
const suspectShare = 0.97;

/** With fewer rows many columns tell the target by chance. */
const minRows = 100;

/** Fine bins, so that a number of which the target is a threshold shows. */
const mostBins = 256;
const rowsPerBin = 10;

/**
 * Features that alone tell almost all of the target over the training rows, with the share of it that they tell: mutual information over the
 * target's entropy, both less what chance gives (as the adjusted mutual information of Vinh et al. 2010, by shuffles). They may be made
 * of the target, or known only after it.
 */
export function featuresThatTellAll(options: {
  features: readonly FittedFeature[];
  table: TrainingTable;
  rows: Int32Array;
  seed: number;
}): { name: string; share: number }[] {
  const { features, table, seed } = options;
  if (options.rows.length < minRows) return [];
  const rows = thinned(options.rows, informationRows);
  const target = targetCodes(table, rows);
  const bins = Math.min(mostBins, Math.floor(rows.length / rowsPerBin));
  const candidates = candidatesOf(features, table, rows, bins);
  const most = entropyOf(target);
  return [...informationOn(target, candidates, seed)].flatMap(([{ name }, { found, byChance }]) => {
    const share = (found - byChance) / (most - byChance);
    // Where chance tells nearly all, as for an id, there is nothing left to judge by.
    return byChance < most / 2 && share >= suspectShare ? [{ name, share }] : [];
  });
}

function entropyOf({ codes, count }: Codes): number {
  const counts = new Float64Array(count);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  return counts.reduce((sum, rows) => {
    const share = rows / codes.length;
    return share === 0 ? sum : sum - share * Math.log(share);
  }, 0);
}
