import type { DatetimePart, HolidayCountry, Interaction } from '../../../local-api/contract/index.ts';
import type { InputColumn } from '../../onnx/index.ts';
import type { NumberTransform } from './number-transform.ts';

/** How a trainer wants to see the rows. */
export type MatrixView = {
  /**
   * `scaled`: dense and complete, for linear models and networks: missing numbers are filled in and numbers standardised.
   * `unscaled`: for trees: missing numbers stay NaN and numbers keep their units.
   */
  numbers: 'scaled' | 'unscaled';
  /**
   * `encoded`: as numbers that mean something. `codes`: one column a feature that holds whole numbers 0 … `codes − 1`, the
   * most frequent category first and the last for rare and unseen ones; NaN is missing. For trainers that treat categories as such.
   */
  categories: 'encoded' | 'codes';
};

/** A column of the matrix. */
export type MatrixColumn = {
  name: string;
  /** The raw column that it was made of, or the interaction's name. */
  feature: string;
  kind: 'number' | 'indicator' | 'onehot' | 'code';
  /** How many codes a column of kind `code` can hold; 0 for the others. */
  codes: number;
};

export type NumberRange = { min: number; max: number };

/**
 * A column of numbers in the matrix: x is brought into `clip`, a missing x becomes `fill` (NaN: it stays missing), then comes
 * `transform`, then `(x − shift) / scale`.
 */
export type NumberColumn = {
  name: string;
  clip: NumberRange | null;
  fill: number;
  transform: NumberTransform | null;
  shift: number;
  scale: number;
  /** Name of a further 0/1 column that tells where x was missing; null: none. */
  indicator: string | null;
};

/** One 0/1 column a category, then one for `rare` (also for what training never saw), then one for `missing`. */
export type OneHotColumns = {
  categories: readonly string[];
  rare: boolean;
  missing: boolean;
  /** The category that a missing one becomes, as an index; null: it has a column, or none. */
  fill: number | null;
};

/** A number a category. `other` is for rare and unseen ones; NaN is missing to `column`, as is a missing text. */
export type CategoryCode = {
  /** `code`: the numbers only tell categories apart. */
  kind: 'number' | 'code';
  categories: readonly string[];
  values: Float32Array;
  other: number;
  /** What a missing category counts as; NaN: missing. */
  missing: number;
  column: NumberColumn;
};

/** Means of the target by category; one column, or one a class. */
export type TargetMeans = {
  categories: readonly string[];
  columns: readonly {
    /** A mean a category, then the one for rare and unseen ones, then the one for missing (NaN: missing to `column`). */
    values: Float64Array;
    column: NumberColumn;
  }[];
};

export type CategoryEncoding = {
  oneHot: OneHotColumns | null;
  code: CategoryCode | null;
  means: TargetMeans | null;
};

/** A number that is worked out from an instant. */
export type DatetimeNumber =
  | { of: 'part'; part: DatetimePart; form: 'number' | 'sine' | 'cosine' }
  | { of: 'holiday'; country: HolidayCountry }
  | { of: 'daysSince'; originMs: number };

/** A category column as one side of a cross: its categories are numbered, then come rare and unseen ones as one. */
export type CrossedColumn = InputColumn & { categories: readonly string[] };

export type FittedFeature =
  | (InputColumn & { kind: 'number'; column: NumberColumn })
  | (InputColumn & { kind: 'datetime'; values: readonly { value: DatetimeNumber; column: NumberColumn }[] })
  | (InputColumn & { kind: 'category' } & CategoryEncoding)
  | {
      kind: 'interaction';
      name: string;
      operation: Exclude<Interaction['kind'], 'cross'>;
      of: readonly [InputColumn, InputColumn];
      column: NumberColumn;
    }
  | ({
      kind: 'cross';
      name: string;
      of: readonly [CrossedColumn, CrossedColumn];
      /** The categories of the encoding are pairs, `first × (numbers of the second) + second` as text; names for people. */
      labels: ReadonlyMap<string, string>;
    } & CategoryEncoding);

/** What preprocessing learnt from the training part: everything `addPreprocessing` needs to write the graph. */
export type FittedPreprocessing = {
  view: MatrixView;
  /** The model's inputs, in order. */
  inputs: readonly InputColumn[];
  features: readonly FittedFeature[];
  /** Columns, and parts of datetimes, that the model does not use, with the reason for people. */
  dropped: readonly { name: string; reason: string }[];
  /**
   * What a column holds for the training rows, in their order, instead of what serving gives: encodings by the target that
   * a row's own target had no part in. Before `column` brings them into the matrix.
   */
  outOfFold: ReadonlyMap<NumberColumn, Float64Array>;
};

export function numberColumns(features: readonly FittedFeature[]): NumberColumn[] {
  return features.flatMap((feature) => numbersOf(feature).map(({ column }) => column));
}

/** The columns of the matrix, in order: numbers and codes, missing indicators, then 0/1 columns: `origin=ATL`, `date.hour`. */
export function matrixColumns({ features }: Pick<FittedPreprocessing, 'features'>): MatrixColumn[] {
  const numbers = features.flatMap((feature) =>
    numbersOf(feature).map((number) => ({ ...number, feature: feature.name })),
  );
  const indicators = numbers.flatMap(({ feature, column }): MatrixColumn[] =>
    column.indicator === null ? [] : [{ name: column.indicator, feature, kind: 'indicator', codes: 0 }],
  );
  return [
    ...numbers.map(
      ({ column, feature, kind, codes }): MatrixColumn => ({ name: column.name, feature, kind, codes }),
    ),
    ...indicators,
    ...features.flatMap(oneHotNames),
  ];
}

function oneHotNames(feature: FittedFeature): MatrixColumn[] {
  if ((feature.kind !== 'category' && feature.kind !== 'cross') || feature.oneHot === null) return [];
  const { categories, rare, missing } = feature.oneHot;
  const label = (category: string) =>
    feature.kind === 'cross' ? (feature.labels.get(category) ?? category) : category;
  const names = [
    ...categories.map((category) => `${feature.name}=${label(category)}`),
    ...(rare ? [`${feature.name} (rare)`] : []),
    ...(missing ? [`${feature.name} (missing)`] : []),
  ];
  return names.map((name) => ({ name, feature: feature.name, kind: 'onehot', codes: 0 }));
}

function numbersOf(
  feature: FittedFeature,
): { column: NumberColumn; kind: 'number' | 'code'; codes: number }[] {
  const plain = (column: NumberColumn) => ({ column, kind: 'number', codes: 0 }) as const;
  switch (feature.kind) {
    case 'number':
    case 'interaction':
      return [plain(feature.column)];
    case 'datetime':
      return feature.values.map(({ column }) => plain(column));
    case 'category':
    case 'cross': {
      const { code, means } = feature;
      const codes = code?.kind === 'code' ? code.categories.length + 1 : 0;
      return [
        ...(code === null ? [] : [{ column: code.column, kind: code.kind, codes }]),
        ...(means === null ? [] : means.columns.map(({ column }) => plain(column))),
      ];
    }
  }
}
