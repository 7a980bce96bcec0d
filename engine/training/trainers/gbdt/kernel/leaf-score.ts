import type { Kernel, NodeLimits, NodeSums, SearchLimits } from './kernel.ts';

export function plus(a: NodeSums, b: NodeSums): NodeSums {
  return { gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian, rows: a.rows + b.rows };
}

export function minus(a: NodeSums, b: NodeSums): NodeSums {
  return { gradient: a.gradient - b.gradient, hessian: a.hessian - b.hessian, rows: a.rows - b.rows };
}

/** What a leaf with these sums adds to the raw score, before the learning rate: −G/(H + λ), shrunk by l1 and kept in bounds. */
export function leafOutput(
  sums: NodeSums,
  step: Kernel['step'],
  search: SearchLimits,
  limits: Pick<NodeLimits, 'lower' | 'upper'>,
  l2: number,
): number {
  const hessian = sums.hessian * step.hessian;
  if (hessian + l2 <= 0) return 0;
  return outputOf(sums.gradient * step.gradient, hessian, search, limits, l2);
}

/**
 * What a split of the node gains by its left sums: second-order gain GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ) (Chen and Guestrin
 * 2016), or with the outputs kept in bounds where there are any; −∞ when the split is not allowed. `l2` is that of the children.
 */
export function splitGain(
  node: NodeSums,
  step: Kernel['step'],
  search: SearchLimits,
  limits: Pick<NodeLimits, 'lower' | 'upper'>,
): (left: NodeSums, monotone: number, l2: number) => number {
  const { l1, maxStep, minLeafRows, minLeafHessian } = search;
  const bounded =
    maxStep < Number.POSITIVE_INFINITY ||
    limits.lower > Number.NEGATIVE_INFINITY ||
    limits.upper < Number.POSITIVE_INFINITY;
  const parent = parentScore(
    node.gradient * step.gradient,
    node.hessian * step.hessian,
    search,
    limits,
    bounded,
  );
  return (left, monotone, l2) => {
    if (left.rows < minLeafRows || node.rows - left.rows < minLeafRows) return Number.NEGATIVE_INFINITY;
    const leftHessian = left.hessian * step.hessian;
    const rightHessian = (node.hessian - left.hessian) * step.hessian;
    if (leftHessian < minLeafHessian || rightHessian < minLeafHessian) return Number.NEGATIVE_INFINITY;
    if (leftHessian + l2 <= 0 || rightHessian + l2 <= 0) return Number.NEGATIVE_INFINITY;
    const leftGradient = left.gradient * step.gradient;
    const rightGradient = (node.gradient - left.gradient) * step.gradient;
    if (!bounded && monotone === 0) {
      const l = shrunk(leftGradient, l1);
      const r = shrunk(rightGradient, l1);
      return (l * l) / (leftHessian + l2) + (r * r) / (rightHessian + l2) - parent;
    }
    const low = outputOf(leftGradient, leftHessian, search, limits, l2);
    const high = outputOf(rightGradient, rightHessian, search, limits, l2);
    if ((monotone > 0 && low > high) || (monotone < 0 && low < high)) return Number.NEGATIVE_INFINITY;
    return (
      scoreAt(leftGradient, leftHessian, low, l1, l2) +
      scoreAt(rightGradient, rightHessian, high, l1, l2) -
      parent
    );
  };
}

function parentScore(
  gradient: number,
  hessian: number,
  search: SearchLimits,
  limits: Pick<NodeLimits, 'lower' | 'upper'>,
  bounded: boolean,
): number {
  const { l1, l2 } = search;
  if (hessian + l2 <= 0) return 0;
  if (bounded) return scoreAt(gradient, hessian, outputOf(gradient, hessian, search, limits, l2), l1, l2);
  const g = shrunk(gradient, l1);
  return (g * g) / (hessian + l2);
}

function shrunk(gradient: number, l1: number): number {
  if (l1 === 0) return gradient;
  const size = Math.max(Math.abs(gradient) - l1, 0);
  return gradient < 0 ? -size : size;
}

function outputOf(
  gradient: number,
  hessian: number,
  { l1, maxStep }: SearchLimits,
  { lower, upper }: Pick<NodeLimits, 'lower' | 'upper'>,
  l2: number,
): number {
  const step = -shrunk(gradient, l1) / (hessian + l2);
  return Math.min(Math.max(Math.min(Math.max(step, -maxStep), maxStep), lower), upper);
}

function scoreAt(gradient: number, hessian: number, output: number, l1: number, l2: number): number {
  return -(2 * shrunk(gradient, l1) * output + (hessian + l2) * output * output);
}
