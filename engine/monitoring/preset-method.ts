import type { ColumnType, DriftMethod, DriftPreset } from '../../local-api/contract/index.ts';

/** What a preset looks at when it chooses. */
export type ColumnFacts = {
  type: ColumnType;
  kind: 'number' | 'category';
  /** Values of the reference. */
  referenceSize: number;
  /** Different values of the reference, and of both windows together. */
  referenceDistinct: number;
  distinct: number;
};

/** Evidently's border between small and large references. */
const LARGE = 1000;
/** Whole numbers of so few values are labels to Evidently. */
const LABELS = 10;
const GRADES = 5;

/** The method that a preset lets decide about a column; null where it is not left to one method. */
export function presetMethod(preset: DriftPreset, facts: ColumnFacts): DriftMethod | null {
  switch (preset) {
    case 'honest':
      return null;
    case 'nannyml':
      return 'nannyml-js';
    case 'whylogs':
      return facts.kind === 'number' ? 'ks' : 'chi2-one-sample';
    case 'evidently':
      return evidentlyMethod(facts);
  }
}

/** As `_get_default_stattest` of Evidently 0.7 chooses; only the size of the reference counts. */
function evidentlyMethod({
  type,
  kind,
  referenceSize,
  referenceDistinct,
  distinct,
}: ColumnFacts): DriftMethod {
  const isLabels = kind === 'category' || (type === 'integer' && referenceDistinct <= LABELS);
  if (referenceSize > LARGE) return isLabels || distinct <= GRADES ? 'js' : 'wasserstein';
  if (!isLabels && distinct > GRADES) return 'ks';
  return distinct > 2 ? 'chi2-one-sample' : 'z-test';
}
