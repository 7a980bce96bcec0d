import type { MultivariateDrift } from '../../../local-api/contract/index.ts';
import { seededRandom, shuffle, welchTTest } from '../../statistics/index.ts';
import { tellApart } from '../multivariate/domain-classifier.ts';
import { jointMatrix } from '../multivariate/joint-matrix.ts';
import { fitReconstruction } from '../multivariate/reconstruction-error.ts';
import { type Frame, pickRows } from '../windows/frame.ts';

const LEVEL = 0.05;
/** Below this an area under the curve is no more than a shade, however many rows show it. */
const LEAST_AUC = 0.55;
/** Change of the mean error in standard deviations of the rows. */
const LEAST_CHANGE = 0.1;
const FEWEST_ROWS = 50;
const MOST_ROWS = 6000;
/** Columns that the components are made of: their covariance is looked at in whole. */
const MOST_COLUMNS = 200;
const CHUNKS = 10;

export type MultivariateOptions = {
  names: readonly string[];
  seed: number;
  signal: AbortSignal;
  onStep(done: number): void;
};

/** All columns together: a classifier that tells the windows apart, and the error of principal components. */
export async function multivariateDrift(
  whole: { reference: Frame; current: Frame },
  options: MultivariateOptions,
): Promise<MultivariateDrift> {
  const { names, seed, signal, onStep } = options;
  const reference = someRows(whole.reference, MOST_ROWS, seed);
  const current = someRows(whole.current, MOST_ROWS, seed + 1);
  if (Math.min(reference.rows, current.rows) < FEWEST_ROWS || names.length < 2) {
    return {
      status: 'skipped',
      reason:
        names.length < 2
          ? 'There is one column only: nothing to look at together.'
          : `Fewer than ${FEWEST_ROWS} rows on a side: a model could not tell the windows apart.`,
    };
  }
  const matrix = jointMatrix(reference, current, names);
  const apart = await tellApart(matrix, { seed, signal, onFold: (done) => onStep(0.7 * done) });
  const domain = {
    auc: apart.auc,
    low: apart.low,
    high: apart.high,
    pValue: apart.pValue,
    drifted: apart.pValue <= LEVEL && apart.auc >= LEAST_AUC,
    importances: matrix.columns
      .map(({ name }, i) => ({ column: name, share: apart.importances[i] as number }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share || (a.column < b.column ? -1 : 1))
      .slice(0, 20),
  };
  onStep(0.8);
  const reconstruction = reconstructionDrift(reference, current, names.slice(0, MOST_COLUMNS));
  const drifted = domain.drifted || (reconstruction?.drifted ?? false);
  const [top] = domain.importances;
  return {
    status: 'done',
    drifted,
    finding: domain.drifted
      ? `A model tells the windows apart with an AUC of ${domain.auc.toFixed(3)}${top === undefined ? '' : `, most of all by ${top.column}`}.`
      : drifted
        ? 'The columns go together in another way than before.'
        : `A model cannot tell the windows apart (AUC ${domain.auc.toFixed(3)}).`,
    rows: { reference: reference.rows, current: current.rows },
    columns: matrix.width,
    domain,
    reconstruction,
  };
}

function reconstructionDrift(reference: Frame, current: Frame, names: readonly string[]) {
  const fitted = fitReconstruction(reference, names);
  if (fitted === null) return null;
  const after = fitted.errorsOf(current);
  const chunks = chunkMeans(fitted.errorsOf(reference));
  const mean = meanOf(chunks);
  const spread = Math.sqrt(chunks.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (chunks.length - 1));
  // Rows that the components were not made of: those they were made of look better than new ones ever could.
  const before = crossFitted(reference, names);
  const test = before === null ? null : welchTTest(before, after, 0.95);
  const size =
    before === null ? 0 : Math.abs(meanOf(after) - meanOf(before)) / Math.max(1e-12, deviationOf(before));
  const pValue = test === null || !Number.isFinite(test.pValue) ? 1 : test.pValue;
  return {
    components: fitted.components,
    explained: fitted.explained,
    reference: before === null ? mean : meanOf(before),
    current: meanOf(after),
    low: Math.max(0, mean - 3 * spread),
    high: mean + 3 * spread,
    pValue,
    drifted: pValue <= LEVEL && size >= LEAST_CHANGE,
  };
}

function crossFitted(frame: Frame, names: readonly string[]): Float64Array | null {
  const errors = new Float64Array(frame.rows);
  for (const half of [0, 1]) {
    const rows = Int32Array.from({ length: frame.rows }, (_, row) => row);
    const own = rows.filter((row) => row % 2 === half);
    const fitted = fitReconstruction(
      pickRows(
        frame,
        rows.filter((row) => row % 2 !== half),
      ),
      names,
    );
    if (fitted === null) return null;
    fitted.errorsOf(pickRows(frame, own)).forEach((error, i) => {
      errors[own[i] as number] = error;
    });
  }
  return errors;
}

function chunkMeans(values: Float64Array): number[] {
  return Array.from({ length: CHUNKS }, (_, chunk) =>
    meanOf(
      values.subarray(
        Math.floor((chunk * values.length) / CHUNKS),
        Math.floor(((chunk + 1) * values.length) / CHUNKS),
      ),
    ),
  );
}

/** At most so many rows, drawn at random, in their order. */
export function someRows(frame: Frame, most: number, seed: number): Frame {
  if (frame.rows <= most) return frame;
  const rows = Int32Array.from({ length: frame.rows }, (_, row) => row);
  shuffle(rows, seededRandom(seed, 'drift/some-rows'));
  return pickRows(frame, rows.slice(0, most).sort());
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

function deviationOf(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
