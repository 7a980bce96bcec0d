import { AssayError } from '../../errors.ts';
import { pearson } from '../../statistics/index.ts';
import {
  type Candidate,
  candidatesOf,
  informationOn,
  informationRows,
  targetCodes,
  thinned,
} from './feature-information.ts';
import type { Dropped, FitOptions } from './fit-options.ts';
import type { FittedFeature, NumberColumn } from './fitted.ts';
import { numberStatistics } from './statistics.ts';

/** Bins of numbers for mutual information: at most so many, and so few that a cell holds some rows. */
const mostBins = 32;
const rowsPerCell = 5;

/**
 * Leaves out features that hardly vary, repeat another or tell little of the target, by the training rows alone.
 *
 * Errors: `training/bad-recipe` when none is left.
 * Cost: over at most 20,000 rows, linear in rows × features, and in the square of the numbers where `maxCorrelation` is below 1.
 */
export function selectFeatures(
  features: readonly FittedFeature[],
  options: FitOptions,
): { kept: readonly FittedFeature[]; dropped: Dropped[] } {
  const { minVariance, maxCorrelation, top, by } = options.preprocessing.selection;
  const { keep: used } = options;
  const isTopHere = top !== undefined && by === 'mutualInformation';
  if (minVariance === 0 && maxCorrelation === 1 && !isTopHere && used === undefined)
    return { kept: features, dropped: [] };
  const rows = thinned(options.rows, informationRows);
  const target = targetCodes(options.table, rows);
  const bins = Math.min(mostBins, Math.max(2, Math.floor(rows.length / (rowsPerCell * target.count))));
  const dropped: Dropped[] = [];
  let candidates = candidatesOf(features, options.table, rows, bins);
  const keep = (reasonAgainst: (candidate: Candidate) => string | null) => {
    candidates = candidates.filter((candidate) => {
      const reason = reasonAgainst(candidate);
      if (reason !== null) dropped.push({ name: candidate.name, reason });
      return reason === null;
    });
  };
  if (minVariance > 0)
    keep((candidate) => {
      const variance = varianceOf(candidate);
      return variance < minVariance ? `its variance is ${shown(variance)}, below ${minVariance}` : null;
    });
  const tells = tellingOf(informationOn(target, candidates, options.seed));
  const byWorth = () => [...candidates].sort((a, b) => (tells.get(b) ?? 0) - (tells.get(a) ?? 0));
  if (maxCorrelation < 1) {
    const repeats = correlated(byWorth(), maxCorrelation);
    keep((candidate) => repeats.get(candidate) ?? null);
  }
  if (isTopHere) {
    const best = new Set(byWorth().slice(0, top));
    keep((candidate) =>
      best.has(candidate)
        ? null
        : `it is not among the ${top} features that tell most of the target (${shown(tells.get(candidate) ?? 0)} nats)`,
    );
  }
  if (used !== undefined)
    keep(({ feature }) =>
      used.has(feature.name)
        ? null
        : `it is not among the ${used.size} features that boosted trees gain most by`,
    );
  if (candidates.length === 0)
    throw new AssayError('training/bad-recipe', 'The selection of features leaves none to learn from.', {
      problems: [{ path: '/preprocessing/selection', message: 'no feature is left' }],
    });
  const kept = new Set(candidates.map(({ column, feature }) => column ?? feature));
  return { kept: features.flatMap((feature) => withKept(feature, kept)), dropped };
}

function withKept(feature: FittedFeature, kept: ReadonlySet<NumberColumn | FittedFeature>): FittedFeature[] {
  if (feature.kind !== 'datetime') return kept.has(feature) ? [feature] : [];
  const values = feature.values.filter(({ column }) => kept.has(column));
  return values.length === 0 ? [] : [{ ...feature, values }];
}

/** Of numbers brought to 0 to 1; of categories the chance that two rows differ, halved, which for two categories is the same. */
function varianceOf({ values, codes, count }: Candidate): number {
  if (values !== null) {
    const { min, max, squares, present, missing } = numberStatistics(values);
    const spread = max > min ? squares / present / (max - min) ** 2 : 0;
    // Where a number is missing tells something too.
    const share = missing / values.length;
    return Math.max(spread, share * (1 - share));
  }
  const counts = new Float64Array(count);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  const alike = counts.reduce((sum, rows) => sum + (rows / codes.length) ** 2, 0);
  return (1 - alike) / 2;
}

/** Less what chance gives: an id tells nothing. */
function tellingOf(information: ReturnType<typeof informationOn>): ReadonlyMap<Candidate, number> {
  return new Map(
    [...information].map(([candidate, { found, byChance }]) => [candidate, Math.max(0, found - byChance)]),
  );
}

/** Numbers that repeat one before them in the order given, with the reason. Missing ones count as the mean. */
function correlated(candidates: readonly Candidate[], limit: number): Map<Candidate, string> {
  const repeats = new Map<Candidate, string>();
  const kept: { name: string; values: Float64Array }[] = [];
  for (const candidate of candidates) {
    if (candidate.values === null) continue;
    const { mean } = numberStatistics(candidate.values);
    const values = candidate.values.map((value) => (Number.isNaN(value) ? mean : value));
    const like = kept.find((other) => Math.abs(pearson(values, other.values)) > limit);
    if (like === undefined) kept.push({ name: candidate.name, values });
    else repeats.set(candidate, `it correlates with "${like.name}" by more than ${limit}`);
  }
  return repeats;
}

const shown = (value: number): string => String(Number(value.toPrecision(3)));
