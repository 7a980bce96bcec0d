import type { Coefficient, CoefficientError, ModelCoefficients } from '../../local-api/contract/index.ts';
import { normalSurvival, studentPValue, studentQuantile } from '../statistics/index.ts';
import { type FittedPreprocessing, type MatrixColumn, numberColumns } from './preprocessing/fitted.ts';
import type { FittedCoefficients } from './trainers/trainer.ts';

/** The normal distribution has 95 % within this many standard deviations. */
const NORMAL_95 = 1.959963984540054;

type CoefficientsInput = {
  coefficients: FittedCoefficients;
  columns: readonly MatrixColumn[];
  fitted: Pick<FittedPreprocessing, 'features'>;
  /** Names of the classes; null for numbers. */
  classes: readonly string[] | null;
  rows: number;
};

/** The coefficients of a linear model with names, errors, tests and 95 % intervals, as its run keeps them. */
export function modelCoefficients({
  coefficients,
  columns,
  fitted,
  classes,
  rows,
}: CoefficientsInput): ModelCoefficients {
  const { k, link, loss, values, errors, undefinedBecause } = coefficients;
  const width = columns.length;
  const units = unitsOf(fitted);
  const terms = Array.from(values, (value, i): Coefficient => {
    const column = columns[i % (width + 1)];
    const of = (standardErrors: Float64Array | null | undefined) =>
      errors === null || !standardErrors ? null : errorOf(value, standardErrors[i] as number, errors);
    return {
      score: k > 1 ? (classes?.[Math.floor(i / (width + 1))] ?? null) : null,
      column: column?.name ?? null,
      feature: column?.feature ?? null,
      value,
      unit: column === undefined ? null : (units[i % (width + 1)] ?? (isFlag(column) ? 1 : null)),
      error: of(errors?.model),
      robust: of(errors?.robust),
    };
  });
  return {
    link,
    loss,
    positive: link === 'logit' ? (classes?.[1] ?? null) : null,
    rows,
    errors:
      errors === null
        ? null
        : { statistic: errors.statistic, degrees: errors.degrees, dispersion: errors.dispersion },
    undefinedBecause,
    terms,
  };
}

const isFlag = ({ kind }: MatrixColumn): boolean => kind === 'onehot' || kind === 'indicator';

/** Of the columns of numbers, which come first: what one unit is in the data; null where a curve lies between. */
function unitsOf(fitted: Pick<FittedPreprocessing, 'features'>): (number | null)[] {
  return numberColumns(fitted.features).map(({ transform, scale }) => (transform === null ? scale : null));
}

function errorOf(
  value: number,
  standardError: number,
  { statistic: kind, degrees }: { statistic: 't' | 'z'; degrees: number },
): CoefficientError | null {
  if (!Number.isFinite(standardError)) return null;
  const statistic = standardError > 0 ? value / standardError : 0;
  const isT = kind === 't';
  const reach = standardError * (isT ? studentQuantile(0.975, degrees) : NORMAL_95);
  return {
    standardError,
    statistic,
    pValue: isT ? studentPValue(statistic, degrees) : 2 * normalSurvival(Math.abs(statistic)),
    low: value - reach,
    high: value + reach,
  };
}
