import type { DatetimePart } from '../../../local-api/contract/index.ts';
import type { InputColumn } from '../../onnx/index.ts';

/**
 * `scaled`: dense and complete, for linear models and networks: missing numbers are filled in and numbers standardised.
 * `unscaled`: for trees: missing numbers stay NaN and numbers keep their units.
 */
export type MatrixView = 'scaled' | 'unscaled';

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

/** Name of each column of the matrix, in order: numbers, missing indicators, then 0/1 columns: `origin=ATL`, `date.hour`. */
export function featureNames(fitted: FittedPreprocessing): string[] {
  const numbers = numberColumns(fitted);
  const oneHot = fitted.features.flatMap((feature) => {
    if (feature.kind !== 'category' || feature.oneHot === null) return [];
    const { categories, rare, missing } = feature.oneHot;
    return [
      ...categories.map((category) => `${feature.name}=${category}`),
      ...(rare ? [`${feature.name} (rare)`] : []),
      ...(missing ? [`${feature.name} (missing)`] : []),
    ];
  });
  const indicators = numbers.flatMap(({ indicator }) => (indicator === null ? [] : [indicator]));
  return [...numbers.map(({ name }) => name), ...indicators, ...oneHot];
}
