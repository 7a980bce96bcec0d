import { AssayError } from '../../errors.ts';
import { pearson, seededRandom, shuffle } from '../../statistics/index.ts';
import type { TableColumn, TrainingTable } from '../table.ts';
import { datetimeNumber } from './datetime-parts.ts';
import { isInstant, operate } from './fit-interaction.ts';
import { type Dropped, type FitOptions, pick } from './fit-options.ts';
import type { CategoryEncoding, CrossedColumn, FittedFeature, NumberColumn } from './fitted.ts';
import { binned, mutualInformation } from './mutual-information.ts';
import { numberStatistics } from './statistics.ts';

/** Selection looks at no more rows than this, at even distances. */
const maxRows = 20_000;

/** Bins of numbers for mutual information: at most so many, and so few that a cell holds some rows. */
const mostBins = 32;
const targetBins = 16;
const rowsPerCell = 5;

/** Shuffles of the target that tell what a feature seems to tell by chance. */
const shuffles = 5;

/** Something that selection can leave out: a feature, or one number of a date. */
type Candidate = {
  name: string;
  feature: FittedFeature;
  /** The number of a date that it is. */
  column: NumberColumn | null;
  /** NaN is missing. */
  values: Float64Array | null;
  codes: Int32Array;
  count: number;
};

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
  const { minVariance, maxCorrelation, top } = options.preprocessing.selection;
  if (minVariance === 0 && maxCorrelation === 1 && top === undefined) return { kept: features, dropped: [] };
  const rows = thinned(options.rows);
  const target = targetCodes(options, rows);
  const bins = Math.min(mostBins, Math.max(2, Math.floor(rows.length / (rowsPerCell * target.count))));
  const dropped: Dropped[] = [];
  let candidates = features.flatMap((feature) => candidatesOf(feature, options.table, rows, bins));
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
  const tells = informationOn(target, candidates, options.seed);
  const byWorth = () => [...candidates].sort((a, b) => (tells.get(b) ?? 0) - (tells.get(a) ?? 0));
  if (maxCorrelation < 1) {
    const repeats = correlated(byWorth(), maxCorrelation);
    keep((candidate) => repeats.get(candidate) ?? null);
  }
  if (top !== undefined) {
    const best = new Set(byWorth().slice(0, top));
    keep((candidate) =>
      best.has(candidate)
        ? null
        : `it is not among the ${top} features that tell most of the target (${shown(tells.get(candidate) ?? 0)} nats)`,
    );
  }
  if (candidates.length === 0)
    throw new AssayError('training/bad-recipe', 'The selection of features leaves none to learn from.', {
      problems: [{ path: '/preprocessing/selection', message: 'no feature is left' }],
    });
  const kept = new Set(candidates.map(({ column, feature }) => column ?? feature));
  return { kept: features.flatMap((feature) => withKept(feature, kept)), dropped };
}

/** What each candidate tells of the target, less what it seems to tell of a shuffled one: an id tells nothing. */
function informationOn(
  target: Codes,
  candidates: readonly Candidate[],
  seed: number,
): ReadonlyMap<Candidate, number> {
  const random = seededRandom(seed, 'feature selection');
  const shuffled = Array.from({ length: shuffles }, () => {
    const codes = target.codes.slice();
    shuffle(codes, random);
    return codes;
  });
  return new Map(
    candidates.map((candidate) => {
      const on = (codes: Int32Array) =>
        mutualInformation(candidate.codes, candidate.count, codes, target.count);
      const byChance = shuffled.reduce((sum, codes) => sum + on(codes), 0) / shuffles;
      return [candidate, Math.max(0, on(target.codes) - byChance)];
    }),
  );
}

function withKept(feature: FittedFeature, kept: ReadonlySet<NumberColumn | FittedFeature>): FittedFeature[] {
  if (feature.kind !== 'datetime') return kept.has(feature) ? [feature] : [];
  const values = feature.values.filter(({ column }) => kept.has(column));
  return values.length === 0 ? [] : [{ ...feature, values }];
}

function thinned(rows: Int32Array): Int32Array {
  const step = Math.max(1, rows.length / maxRows);
  return Int32Array.from(
    { length: Math.floor(rows.length / step) },
    (_, index) => rows[Math.floor(index * step)] as number,
  );
}

function candidatesOf(
  feature: FittedFeature,
  table: TrainingTable,
  rows: Int32Array,
  bins: number,
): Candidate[] {
  const columnNamed = (name: string): TableColumn => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new RangeError(`the table has no column "${name}"`);
    return column;
  };
  const numbersOf = (name: string): Float64Array => {
    const column = columnNamed(name);
    if (column.role === 'category') throw new RangeError(`"${name}" holds no numbers`);
    return pick(column.values, rows);
  };
  const number = (name: string, values: Float64Array, column: NumberColumn | null): Candidate => {
    const { codes, count } = binned(values, bins);
    return { name, feature, column, values, codes, count };
  };
  switch (feature.kind) {
    case 'number':
      return [number(feature.name, numbersOf(feature.name), null)];
    case 'datetime': {
      const instants = numbersOf(feature.name);
      return feature.values.map(({ value, column }) =>
        number(
          column.name,
          instants.map((ms) => (Number.isNaN(ms) ? ms : datetimeNumber(value, ms))),
          column,
        ),
      );
    }
    case 'interaction': {
      const [first, second] = feature.of;
      const other = numbersOf(second.name);
      const values = numbersOf(first.name).map((a, index) =>
        operate(feature.operation, isInstant(first), a, other[index] as number),
      );
      return [number(feature.name, values, null)];
    }
    case 'category': {
      const ranks = keptRanks(columnNamed(feature.name), rows, categoriesOf(feature));
      return [{ name: feature.name, feature, column: null, values: null, ...ranks }];
    }
    case 'cross':
      return [
        {
          name: feature.name,
          feature,
          column: null,
          values: null,
          ...crossRanks(feature, rows, columnNamed),
        },
      ];
  }
}

function categoriesOf({ means, code, oneHot }: CategoryEncoding): readonly string[] {
  return (means ?? code ?? oneHot)?.categories ?? [];
}

type Codes = { codes: Int32Array; count: number };

/** Codes of the categories, then one for all others, then one for missing. */
function keptRanks(column: TableColumn, rows: Int32Array, categories: readonly string[]): Codes {
  if (column.role !== 'category') throw new RangeError(`"${column.name}" holds no categories`);
  const rankOf = new Map(categories.map((category, rank) => [category, rank]));
  const byCode = Int32Array.from(column.categories, (category) => rankOf.get(category) ?? categories.length);
  const codes = Int32Array.from(rows, (row) => {
    const code = column.codes[row] as number;
    return code < 0 ? categories.length + 1 : (byCode[code] as number);
  });
  return { codes, count: categories.length + 2 };
}

function crossRanks(
  feature: FittedFeature & { kind: 'cross' },
  rows: Int32Array,
  columnNamed: (name: string) => TableColumn,
): Codes {
  const side = ({ name, categories }: CrossedColumn) => keptRanks(columnNamed(name), rows, categories);
  const [first, second] = [side(feature.of[0]), side(feature.of[1])];
  const kept = categoriesOf(feature);
  const rankOf = new Map(kept.map((pair, rank) => [Number(pair), rank]));
  const codes = first.codes.map((a, index) => {
    const b = second.codes[index] as number;
    if (a === first.count - 1 || b === second.count - 1) return kept.length + 1;
    return rankOf.get(a * (second.count - 1) + b) ?? kept.length;
  });
  return { codes, count: kept.length + 2 };
}

function targetCodes({ table: { target } }: FitOptions, rows: Int32Array): Codes {
  if (target.task === 'regression') return binned(pick(target.values, rows), targetBins);
  return {
    codes: Int32Array.from(rows, (row) => target.codes[row] as number),
    count: target.classes.length,
  };
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
