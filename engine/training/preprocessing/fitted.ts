import type { DatetimePart } from '../../../local-api/contract/index.ts';
import type { InputColumn } from '../../onnx/index.ts';

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
  /** The raw column that it was made of. */
  feature: string;
  kind: 'number' | 'indicator' | 'onehot' | 'code';
  /** How many codes a column of kind `code` can hold; 0 for the others. */
  codes: number;
};

/** A column of numbers in the matrix: `(x − shift) / scale`, where a missing x is `fill` first (NaN: it stays missing). */
export type NumberColumn = {
  name: string;
  fill: number;
  shift: number;
  scale: number;
  /** Name of a further 0/1 column that tells where x was missing; null: none. */
  indicator: string | null;
};

/** One 0/1 column a category, then one for `rare` (also for what training never saw), then one for `missing`. */
export type OneHotColumns = { categories: readonly string[]; rare: boolean; missing: boolean };

/** A number a category. `other` is for rare and unseen ones; NaN is missing to `column`, as is a missing text. */
export type CategoryCode = {
  /** `code`: the numbers only tell categories apart. */
  kind: 'number' | 'code';
  categories: readonly string[];
  values: Float32Array;
  other: number;
  column: NumberColumn;
};

export type FittedFeature = InputColumn &
  (
    | { kind: 'number'; column: NumberColumn }
    | { kind: 'datetime'; parts: readonly { part: DatetimePart; column: NumberColumn }[] }
    | { kind: 'category'; oneHot: OneHotColumns | null; code: CategoryCode | null }
  );

/** What preprocessing learnt from the training part: everything `addPreprocessing` needs to write the graph. */
export type FittedPreprocessing = {
  view: MatrixView;
  /** The model's inputs, in order. */
  features: readonly FittedFeature[];
  /** Columns, and parts of datetimes, that the model does not use, with the reason for people. */
  dropped: readonly { name: string; reason: string }[];
};

export function numberColumns(fitted: FittedPreprocessing): NumberColumn[] {
  return fitted.features.flatMap((feature) => {
    if (feature.kind === 'number') return [feature.column];
    if (feature.kind === 'datetime') return feature.parts.map(({ column }) => column);
    return feature.code === null ? [] : [feature.code.column];
  });
}

/** The columns of the matrix, in order: numbers and codes, missing indicators, then 0/1 columns: `origin=ATL`, `date.hour`. */
export function matrixColumns(fitted: FittedPreprocessing): MatrixColumn[] {
  const numbers = fitted.features.flatMap(numberColumnsOf);
  const indicators = numbers.flatMap(({ feature, indicator }): MatrixColumn[] =>
    indicator === null ? [] : [{ name: indicator, feature, kind: 'indicator', codes: 0 }],
  );
  const oneHot = fitted.features.flatMap((feature): MatrixColumn[] => {
    if (feature.kind !== 'category' || feature.oneHot === null) return [];
    const { categories, rare, missing } = feature.oneHot;
    const names = [
      ...categories.map((category) => `${feature.name}=${category}`),
      ...(rare ? [`${feature.name} (rare)`] : []),
      ...(missing ? [`${feature.name} (missing)`] : []),
    ];
    return names.map((name) => ({ name, feature: feature.name, kind: 'onehot', codes: 0 }));
  });
  return [
    ...numbers.map(({ name, feature, kind, codes }): MatrixColumn => ({ name, feature, kind, codes })),
    ...indicators,
    ...oneHot,
  ];
}

function numberColumnsOf(feature: FittedFeature) {
  const plain = ({ name, indicator }: NumberColumn) =>
    ({ name, feature: feature.name, indicator, kind: 'number', codes: 0 }) as const;
  if (feature.kind === 'number') return [plain(feature.column)];
  if (feature.kind === 'datetime') return feature.parts.map(({ column }) => plain(column));
  if (feature.code === null) return [];
  const { kind, column, categories } = feature.code;
  return [{ ...plain(column), kind, codes: kind === 'code' ? categories.length + 1 : 0 }];
}
