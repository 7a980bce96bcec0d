import { normalSurvival } from '../../statistics/index.ts';
import { type PooledGaps, UNTIED_VARIANCE } from './pooled-gaps.ts';

/** Standard deviation of A² for two very large samples, whose mean is 1. */
const LIMIT_DEVIATION = Math.sqrt(UNTIED_VARIANCE);

/**
 * A² of two samples of m and n values less its mean, in its standard deviations (Scholz & Stephens 1987). At least four values
 * in all. Cost: linear in m + n once for a size.
 */
export function standardisedAndersonDarling(statistic: number, m: number, n: number): number {
  return (statistic - 1) / Math.sqrt(varianceOf(m, n));
}

/**
 * The same with the variance that the ties of the values leave it; its mean stays 1. Scholz and Stephens' variance is for values
 * without ties: counts of few values would alarm twice as often as they should.
 */
export function tiedAndersonDarling(
  { andersonDarling, andersonDarlingVariance }: PooledGaps,
  m: number,
  n: number,
): number {
  const forSize = varianceOf(m, n) / UNTIED_VARIANCE;
  return (andersonDarling - 1) / Math.sqrt(andersonDarlingVariance * forSize);
}

function varianceOf(m: number, n: number): number {
  const size = m + n;
  const { h, g } = sumsOf(size);
  const inverse = 1 / m + 1 / n;
  const a = (4 * g - 6) * 1 + (10 - 6 * g) * inverse;
  const b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverse + 4 * h;
  const d = (2 * h + 6) * 4 - 8 * h;
  return (a * size ** 3 + b * size ** 2 + c * size + d) / ((size - 1) * (size - 2) * (size - 3));
}

let known = { size: 0, h: 0, g: 0 };

/** h = Σ 1/i below N, g = Σ_i Σ_{j>i} 1/((N − i) j); columns of a window share their size. */
function sumsOf(size: number): { h: number; g: number } {
  if (known.size === size) return known;
  let h = 0;
  let g = 0;
  for (let i = size - 1; i >= 1; i--) {
    if (i <= size - 2) g += h / (size - i);
    h += 1 / i;
  }
  known = { size, h, g };
  return known;
}

/** Critical values of the standardised statistic of two samples, and their levels. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the table's figure, not e.
const CRITICAL = [0.325, 1.226, 1.961, 2.718, 3.752, 4.592, 6.546];
const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];

/**
 * The p-value as SciPy's `anderson_ksamp` interpolates it: a quadratic through the logarithms of the tabled levels; 0.25 where it is
 * larger, 0.001 where it is smaller.
 */
export function tabledPValue(standardised: number): number {
  if (standardised < (CRITICAL[0] as number)) return 0.25;
  if (standardised > (CRITICAL.at(-1) as number)) return 0.001;
  const [constant, slope, curve] = quadraticThrough(CRITICAL, LEVELS.map(Math.log));
  return Math.exp(constant + slope * standardised + curve * standardised ** 2);
}

/** Least squares of a quadratic by the normal equations (Cramer's rule); seven points, so precision is no question. */
function quadraticThrough(x: readonly number[], y: readonly number[]): [number, number, number] {
  const power = (p: number) => x.reduce((sum, value) => sum + value ** p, 0);
  const moment = (p: number) => x.reduce((sum, value, i) => sum + value ** p * (y[i] as number), 0);
  const [s0, s1, s2, s3, s4] = [power(0), power(1), power(2), power(3), power(4)];
  const [t0, t1, t2] = [moment(0), moment(1), moment(2)];
  const minor = (
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
    h: number,
    i: number,
  ) => a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const whole = minor(s0, s1, s2, s1, s2, s3, s2, s3, s4);
  return [
    minor(t0, s1, s2, t1, s2, s3, t2, s3, s4) / whole,
    minor(s0, t0, s2, s1, t1, s3, s2, t2, s4) / whole,
    minor(s0, s1, t0, s1, s2, t1, s2, s3, t2) / whole,
  ];
}

/**
 * The p-value over the whole range, from the law of A² for large samples, to which that of two samples is brought by its mean and
 * standard deviation. Never below the share of the two most extreme of all arrangements.
 */
export function andersonDarlingPValue(standardised: number, m: number, n: number): number {
  const p = limitSurvival(1 + LIMIT_DEVIATION * standardised);
  return Math.min(1, Math.max(p, rarestArrangement(m, n)));
}

/** 2 / C(m + n, m), 0 where that is below 1e-12. */
function rarestArrangement(m: number, n: number): number {
  const smaller = Math.min(m, n);
  let share = 2;
  for (let i = 1; i <= smaller && share > 1e-12; i++) share *= i / (m + n - smaller + i);
  return share > 1e-12 ? share : 0;
}

const STEP = 0.1;

/**
 * Chance that the limiting A² is above z: the series of Anderson & Darling (1954), its integrals by the trapezoidal rule, which
 * converges exponentially here; far out by the leading term √3 erfc(√z).
 */
export function limitSurvival(z: number): number {
  if (z <= 0.05) return 1;
  if (z < 25) {
    let below = 0;
    let binomial = 1;
    for (let j = 0; j < 60; j++) {
      if (j > 0) binomial *= -(j - 0.5) / j;
      const a = ((4 * j + 1) * Math.PI) ** 2 / (8 * z);
      if (a > 700) break;
      let integral = Math.exp(z / 8) / 2;
      for (let w = STEP; a * w * w < 45 + z / 8; w += STEP) {
        integral += Math.exp(z / (8 * (w * w + 1)) - a * w * w);
      }
      const term = binomial * (4 * j + 1) * Math.exp(-a) * integral * STEP;
      below += term;
      if (Math.abs(term) < 1e-18) break;
    }
    const survival = 1 - (Math.sqrt(2 * Math.PI) / z) * below;
    if (survival > 1e-11) return Math.min(1, survival);
  }
  return Math.sqrt(3) * 2 * normalSurvival(Math.sqrt(2 * z));
}
