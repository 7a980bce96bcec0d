import { seededRandom, shuffle } from '../../statistics/index.ts';
import type { TableColumn, TrainingTable } from '../table.ts';
import { datetimeNumber } from './datetime-parts.ts';
import { isInstant, operate } from './fit-interaction.ts';
import { pick } from './fit-options.ts';
import type { CategoryEncoding, CrossedColumn, FittedFeature, NumberColumn } from './fitted.ts';
import { binned, mutualInformation } from './mutual-information.ts';

/** What is told of the target is told by no more rows than this. */
export const informationRows = 20_000;

/** Bins of a target that is a number. */
const targetBins = 16;

/** Shuffles of the target that tell what a feature seems to tell by chance. */
const shuffles = 5;

/** What can be looked at for itself: a feature, or one number of a date. */
export type Candidate = {
  name: string;
  feature: FittedFeature;
  /** The number of a date that it is. */
  column: NumberColumn | null;
  /** NaN is missing. */
  values: Float64Array | null;
  codes: Int32Array;
  count: number;
};

/** At most so many of the rows, at even distances. */
export function thinned(rows: Int32Array, maxRows: number): Int32Array {
  const step = Math.max(1, rows.length / maxRows);
  return Int32Array.from(
    { length: Math.floor(rows.length / step) },
    (_, index) => rows[Math.floor(index * step)] as number,
  );
}

/** Features as codes of bins and categories, over some rows. Numbers become `bins` bins of equal counts. */
export function candidatesOf(
  features: readonly FittedFeature[],
  table: TrainingTable,
  rows: Int32Array,
  bins: number,
): Candidate[] {
  return features.flatMap((feature) => candidatesOfOne(feature, table, rows, bins));
}

function candidatesOfOne(
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

export type Codes = { codes: Int32Array; count: number };

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

/** The target as codes: its classes, or bins of equal counts. */
export function targetCodes({ target }: TrainingTable, rows: Int32Array): Codes {
  if (target.task !== 'classification') return binned(pick(target.values, rows), targetBins);
  return {
    codes: Int32Array.from(rows, (row) => target.codes[row] as number),
    count: target.classes.length,
  };
}

/**
 * What each candidate tells of the target, in nats, and what it seems to tell of a shuffled one: of an id the two are the same.
 * Cost: six times linear in rows × candidates, and in the product of their codes with the target's.
 */
export function informationOn(
  target: Codes,
  candidates: readonly Candidate[],
  seed: number,
): ReadonlyMap<Candidate, { found: number; byChance: number }> {
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
      return [candidate, { found: on(target.codes), byChance }];
    }),
  );
}
