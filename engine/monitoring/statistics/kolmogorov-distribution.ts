/**
 * Chance that the one-sample, two-sided Kolmogorov–Smirnov statistic of n values is at least d: the finite-n law, not
 * the limit.
 *
 * Where it comes from (following Simard & L'Ecuyer 2011, "Computing the two-sided Kolmogorov–Smirnov distribution"):
 * closed forms at both ends; in the tail twice the one-sided law (Miller 1956); for n ≤ 140 or chances near 1 the
 * matrix of Marsaglia, Tsang & Wang (2003); else the expansion of Pelz & Good (1976). Agrees with SciPy 1.17
 * (`kstwo.sf`) to 1e-8; Pelz & Good itself is within 3e-6 of the exact law. Cost: up to linear in n.
 */
export function kolmogorovSurvival(n: number, d: number): number {
  if (d <= 0 || n * d <= 0.5) return 1;
  if (d >= 1) return 0;
  const t = n * d;
  if (t <= 1) return 1 - smallestDistance(n, t);
  if (t >= n - 1) return 2 * (1 - d) ** n;
  const square = n * d * d;
  if (square >= 18 * 20) return 0;
  if (square >= (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * smirnovSurvival(n, d));
  const isExactAffordable = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4);
  return isExactAffordable ? 1 - marsagliaTsangWang(n, d) : 1 - pelzGood(n, d);
}

/** P(D < d) for n·d in [1/2, 1]: n!/n^n · (2·n·d − 1)^n. */
function smallestDistance(n: number, t: number): number {
  let product = 1;
  for (let i = 1; i <= n; i++) product *= (i / n) * (2 * t - 1);
  return product;
}

/**
 * Chance that the one-sided statistic is at least d: d Σ_j C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j) (Smirnov
 * 1944). Every term is positive, so nothing cancels.
 */
export function smirnovSurvival(n: number, d: number): number {
  const last = Math.floor(n * (1 - d));
  if (n >= MANY) return Math.min(1, d * smoothSum(n, d, last));
  let logChoose = 0;
  let sum = 0;
  for (let j = 0; j <= last; j++) {
    const up = d + j / n;
    const down = 1 - up;
    if (down > 0) sum += Math.exp(logChoose + (j - 1) * Math.log(up) + (n - j) * Math.log(down));
    else if (j === n) sum += Math.exp(logChoose + (j - 1) * Math.log(up));
    logChoose += Math.log((n - j) / (j + 1));
  }
  return Math.min(1, d * sum);
}

/** From so many values on the terms of Smirnov's sum are a smooth curve over j that ends flat at both ends. */
const MANY = 50_000;
const POINTS = 5000;

/**
 * The same sum from every s-th term, s times: the trapezoidal rule, which is exact to 1e-12 for such a curve. The terms by
 * Stirling's series and the deviance, which lose no digits to large logarithms (Loader 2000).
 */
function smoothSum(n: number, d: number, last: number): number {
  const step = Math.floor(n / POINTS);
  let sum = 0;
  for (let j = step; j <= last && j < n; j += step) {
    const [u, rest] = [j / n, n - j];
    if (1 - u - d <= 0) break;
    const deviance = -j * Math.log1p(d / u) - rest * Math.log1p(-d / (1 - u));
    const series = stirlingRest(n) - stirlingRest(j) - stirlingRest(rest);
    sum += (Math.sqrt(n / (2 * Math.PI * j * rest)) * Math.exp(series - deviance)) / (u + d);
  }
  return step * sum;
}

/** log n! less Stirling's formula. */
function stirlingRest(n: number): number {
  return 1 / (12 * n) - 1 / (360 * n ** 3);
}

/** P(D < d) as an entry of the n-th power of a (2k−1)² matrix, k = ⌈n·d⌉. */
function marsagliaTsangWang(n: number, d: number): number {
  const k = Math.floor(n * d) + 1;
  const size = 2 * k - 1;
  const h = k - n * d;
  const start = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) start[i * size + j] = i - j + 1 < 0 ? 0 : 1;
  }
  for (let i = 0; i < size; i++) {
    start[i * size] = (start[i * size] as number) - h ** (i + 1);
    const bottom = (size - 1) * size + i;
    start[bottom] = (start[bottom] as number) - h ** (size - i);
  }
  const corner = (size - 1) * size;
  if (2 * h - 1 > 0) start[corner] = (start[corner] as number) + (2 * h - 1) ** size;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let entry = start[i * size + j] as number;
      for (let g = 2; g <= i - j + 1; g++) entry /= g;
      start[i * size + j] = entry;
    }
  }
  const raised = matrixPower(start, size, n);
  let value = raised.matrix[(k - 1) * size + k - 1] as number;
  let exponent = raised.exponent;
  for (let i = 1; i <= n; i++) {
    value *= i / n;
    if (value < 1e-140) {
      value *= 1e140;
      exponent -= 140;
    }
  }
  return value * 10 ** exponent;
}

type Scaled = { matrix: Float64Array; exponent: number };

function matrixPower(matrix: Float64Array, size: number, power: number): Scaled {
  let base: Scaled = { matrix, exponent: 0 };
  let result: Scaled | null = null;
  for (let rest = power; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? base : multiply(result, base, size);
    if (rest > 1) base = multiply(base, base, size);
  }
  return result ?? base;
}

function multiply(a: Scaled, b: Scaled, size: number): Scaled {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const left = a.matrix[i * size + k] as number;
      if (left === 0) continue;
      for (let j = 0; j < size; j++) {
        product[i * size + j] = (product[i * size + j] as number) + left * (b.matrix[k * size + j] as number);
      }
    }
  }
  let exponent = a.exponent + b.exponent;
  const middle = Math.floor(size / 2);
  // The entries grow like n^n / n!: they are scaled back before they overflow.
  if ((product[middle * size + middle] as number) > 1e140) {
    for (let i = 0; i < product.length; i++) product[i] = (product[i] as number) * 1e-140;
    exponent += 140;
  }
  return { matrix: product, exponent };
}

/** P(D < d) by the first four terms of an expansion in 1/√n; the sums converge within a few terms. */
function pelzGood(n: number, d: number): number {
  const root = Math.sqrt(n);
  const z = root * d;
  const [z2, z4, z6, z8] = [z ** 2, z ** 4, z ** 6, z ** 8];
  const pi2 = Math.PI ** 2;
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k3 = 0;
  for (let k = 0; k < 40; k++) {
    // Each half-integer stands for itself and its negative.
    const m = pi2 * (k + 0.5) ** 2;
    const weight = 2 * Math.exp(-m / (2 * z2));
    k0 += weight;
    k1 += weight * (m - z2);
    k2 += weight * (6 * z6 + 2 * z4 + m * (2 * z4 - 5 * z2) + m * m * (1 - 2 * z2));
    k3 +=
      weight *
      (m ** 3 * (5 - 30 * z2) + m * m * (-60 * z2 + 212 * z4) + m * (135 * z4 - 96 * z6) - 30 * z6 - 90 * z8);
    if (weight === 0) break;
  }
  let even2 = 0;
  let even3 = 0;
  for (let k = 1; k < 40; k++) {
    const m = pi2 * k * k;
    const weight = 2 * Math.exp(-m / (2 * z2));
    even2 += weight * m;
    even3 += weight * (3 * m * z2 - m * m);
    if (weight === 0) break;
  }
  const half = Math.sqrt(Math.PI / 2);
  const terms =
    (half / z) * k0 +
    ((half / (6 * z4)) * k1) / root +
    (half * (k2 / (72 * z ** 7) - even2 / (36 * z ** 3))) / n +
    (half * (k3 / (6480 * z ** 10) + even3 / (216 * z6))) / (n * root);
  return Math.min(1, Math.max(0, terms));
}
