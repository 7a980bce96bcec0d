/**
 * The search for the best split of a node over its histogram; see index.ts for the shape of a bin and `plain-kernel.ts` for
 * the same in TypeScript.
 */

// What the search knows, set by `findSplit` before the columns are walked.
let nodeGradient: i64 = 0;
let nodePacked: i64 = 0;
let nodeRows: i64 = 0;
let countBits: i64 = 0;
let countMask: i64 = 0;
let gradientScale: f64 = 0;
let hessianScale: f64 = 0;
let l1: f64 = 0;
let l2: f64 = 0;
let maxStep: f64 = 0;
let minRows: i64 = 0;
let minHessian: f64 = 0;
let lower: f64 = 0;
let upper: f64 = 0;
let bounded: bool = false;
let parentScore: f64 = 0;

let bestGain: f64 = 0;
let bestColumn: i32 = 0;
let bestBin: i32 = 0;
let bestMissingLeft: bool = false;
let bestGradient: i64 = 0;
let bestPacked: i64 = 0;

/**
 * `columnsAt`: i32 first bin, thresholds, slot and monotone sign a column; thresholds −1: not looked at. `maskAt`: a byte a column.
 * `paramsAt`: 14 f64, see below. `outAt`: gain, column (−1: none), bin, missing left, left gradient, left hessian and left
 * rows as f64. Of equal gains the first column and lowest bin win.
 */
export function findSplit(
  histogramAt: usize,
  columnsAt: usize,
  columns: i32,
  maskAt: usize,
  paramsAt: usize,
  outAt: usize,
): void {
  countBits = <i64>load<f64>(paramsAt, 40);
  countMask = ((<i64>1) << countBits) - 1;
  nodeGradient = <i64>load<f64>(paramsAt);
  nodeRows = <i64>load<f64>(paramsAt, 16);
  nodePacked = ((<i64>load<f64>(paramsAt, 8)) << countBits) | nodeRows;
  gradientScale = load<f64>(paramsAt, 24);
  hessianScale = load<f64>(paramsAt, 32);
  l1 = load<f64>(paramsAt, 48);
  l2 = load<f64>(paramsAt, 56);
  maxStep = load<f64>(paramsAt, 64);
  minRows = <i64>load<f64>(paramsAt, 72);
  minHessian = load<f64>(paramsAt, 80);
  bestGain = load<f64>(paramsAt, 88);
  lower = load<f64>(paramsAt, 96);
  upper = load<f64>(paramsAt, 104);
  bounded = maxStep < Infinity || lower > -Infinity || upper < Infinity;
  parentScore = scoreOf(<f64>nodeGradient * gradientScale, <f64>(nodePacked >> countBits) * hessianScale);
  bestColumn = -1;
  for (let column = 0; column < columns; column++) {
    const at = columnsAt + ((<usize>column) << 4);
    const thresholds = load<i32>(at, 4);
    if (thresholds < 0 || load<u8>(maskAt + column) == 0) continue;
    const bin = histogramAt + ((<usize>load<i32>(at)) << 4);
    const slot = load<i32>(at, 8);
    if (slot > 0) trySet(column, bin + ((<usize>slot) << 4));
    else tryThresholds(column, bin, thresholds, load<i32>(at, 12));
  }
  store<f64>(outAt, bestGain);
  store<f64>(outAt, <f64>bestColumn, 8);
  store<f64>(outAt, <f64>bestBin, 16);
  store<f64>(outAt, bestMissingLeft ? 1 : 0, 24);
  store<f64>(outAt, <f64>bestGradient, 32);
  store<f64>(outAt, <f64>(bestPacked >> countBits), 40);
  store<f64>(outAt, <f64>(bestPacked & countMask), 48);
}

/** A bundled column: its set rows are one bin, the others are the rest of the node. */
function trySet(column: i32, bin: usize): void {
  const packed = nodePacked - load<i64>(bin, 8);
  const followsLarger = (packed & countMask) << 1 >= nodeRows;
  consider(column, 0, followsLarger, nodeGradient - load<i64>(bin), packed, 0);
}

function tryThresholds(column: i32, bins: usize, thresholds: i32, monotone: i32): void {
  const missing = bins + ((<usize>(thresholds + 1)) << 4);
  if ((load<i64>(missing, 8) & countMask) != 0) {
    tryBothSides(column, bins, thresholds, monotone, load<i64>(missing), load<i64>(missing, 8));
  } else if (bounded || monotone != 0 || l1 != 0) {
    tryOneByOne(column, bins, thresholds, monotone);
  } else {
    tryPlain(column, bins, thresholds);
  }
}

/** The usual case, with everything at hand: nothing missing, no bounds. Sums of whole steps are exact in f64 too. */
function tryPlain(column: i32, bins: usize, thresholds: i32): void {
  const gradientStep = gradientScale;
  const hessianStep = hessianScale;
  const bits = countBits;
  const mask = countMask;
  const allRows = nodeRows;
  const leastRows = minRows;
  const leastHessian = minHessian;
  const ridge = l2;
  const parent = parentScore;
  const allGradient = <f64>nodeGradient * gradientStep;
  const allHessian = <f64>(nodePacked >> bits) * hessianStep;
  let gradient: i64 = 0;
  let packed: i64 = 0;
  let best = bestGain;
  for (let bin = 0; bin < thresholds; bin++, bins += 16) {
    const binPacked = load<i64>(bins, 8);
    if (binPacked == 0) continue;
    gradient += load<i64>(bins);
    packed += binPacked;
    const rows = packed & mask;
    if (rows < leastRows) continue;
    if (allRows - rows < leastRows) return;
    const leftHessian = <f64>(packed >> bits) * hessianStep;
    const rightHessian = allHessian - leftHessian;
    if (leftHessian < leastHessian) continue;
    if (rightHessian < leastHessian) return;
    const leftWeight = leftHessian + ridge;
    const rightWeight = rightHessian + ridge;
    if (leftWeight <= 0 || rightWeight <= 0) continue;
    const leftGradient = <f64>gradient * gradientStep;
    const rightGradient = allGradient - leftGradient;
    const gain =
      (leftGradient * leftGradient) / leftWeight + (rightGradient * rightGradient) / rightWeight - parent;
    if (gain <= best) continue;
    best = gain;
    bestGain = gain;
    bestColumn = column;
    bestBin = bin;
    bestMissingLeft = rows << 1 >= allRows;
    bestGradient = gradient;
    bestPacked = packed;
  }
}

function tryOneByOne(column: i32, bins: usize, thresholds: i32, monotone: i32): void {
  let gradient: i64 = 0;
  let packed: i64 = 0;
  for (let bin = 0; bin < thresholds; bin++, bins += 16) {
    const binPacked = load<i64>(bins, 8);
    if (binPacked == 0) continue;
    gradient += load<i64>(bins);
    packed += binPacked;
    consider(column, bin, (packed & countMask) << 1 >= nodeRows, gradient, packed, monotone);
  }
}

/** Each threshold twice, with the missing values on either side; and all values against the missing ones. */
function tryBothSides(
  column: i32,
  bins: usize,
  thresholds: i32,
  monotone: i32,
  missingGradient: i64,
  missingPacked: i64,
): void {
  let gradient: i64 = 0;
  let packed: i64 = 0;
  for (let bin = 0; bin <= thresholds; bin++, bins += 16) {
    const binPacked = load<i64>(bins, 8);
    if (binPacked == 0) continue;
    gradient += load<i64>(bins);
    packed += binPacked;
    consider(column, bin, false, gradient, packed, monotone);
    if (bin < thresholds) {
      consider(column, bin, true, gradient + missingGradient, packed + missingPacked, monotone);
    }
  }
}

/** Takes the split with these left sums when it is allowed and beats the best so far. */
function consider(column: i32, bin: i32, missingLeft: bool, gradient: i64, packed: i64, monotone: i32): void {
  const rows = packed & countMask;
  if (rows < minRows || nodeRows - rows < minRows) return;
  const leftHessian = <f64>(packed >> countBits) * hessianScale;
  const rightHessian = <f64>((nodePacked - packed) >> countBits) * hessianScale;
  if (leftHessian < minHessian || rightHessian < minHessian) return;
  if (leftHessian + l2 <= 0 || rightHessian + l2 <= 0) return;
  const leftGradient = <f64>gradient * gradientScale;
  const rightGradient = <f64>(nodeGradient - gradient) * gradientScale;
  let gain: f64;
  if (bounded || monotone != 0) {
    const left = outputOf(leftGradient, leftHessian);
    const right = outputOf(rightGradient, rightHessian);
    if ((monotone > 0 && left > right) || (monotone < 0 && left < right)) return;
    gain =
      scoreAt(leftGradient, leftHessian, left) + scoreAt(rightGradient, rightHessian, right) - parentScore;
  } else {
    const l = shrunk(leftGradient);
    const r = shrunk(rightGradient);
    gain = (l * l) / (leftHessian + l2) + (r * r) / (rightHessian + l2) - parentScore;
  }
  if (gain <= bestGain) return;
  bestGain = gain;
  bestColumn = column;
  bestBin = bin;
  bestMissingLeft = missingLeft;
  bestGradient = gradient;
  bestPacked = packed;
}

function shrunk(gradient: f64): f64 {
  if (l1 == 0) return gradient;
  return copysign(max(abs(gradient) - l1, 0), gradient);
}

function outputOf(gradient: f64, hessian: f64): f64 {
  const step = -shrunk(gradient) / (hessian + l2);
  return min(max(min(max(step, -maxStep), maxStep), lower), upper);
}

function scoreAt(gradient: f64, hessian: f64, output: f64): f64 {
  return -(2 * shrunk(gradient) * output + (hessian + l2) * output * output);
}

function scoreOf(gradient: f64, hessian: f64): f64 {
  if (hessian + l2 <= 0) return 0;
  if (bounded) return scoreAt(gradient, hessian, outputOf(gradient, hessian));
  const g = shrunk(gradient);
  return (g * g) / (hessian + l2);
}
