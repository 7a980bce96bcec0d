import type { CalibrationRows, Calibrator } from './calibrator.ts';
import { type ClassCurve, oneAgainstRest } from './one-against-rest.ts';

const MOST_STEPS = 100;

/**
 * Platt's calibration (1999) on log-odds z: p = 1 / (1 + exp(−(slope · z + shift))), targets moved off 0 and 1 as he has it;
 * fitted by Newton's method (Lin, Lin and Weng 2007). A slope below 0 would turn the order round and is taken for 0.
 */
export function sigmoidCalibrator(rows: CalibrationRows): Calibrator {
  const found: { slope: number; shift: number }[] = [];
  const { addToGraph, apply } = oneAgainstRest(rows, (z, cameTrue, weights) => {
    const line = fitSigmoid(z, cameTrue, weights);
    found.push(line);
    return sigmoidCurve(line);
  });
  const [first] = found;
  const info = found.length === 1 && first ? { slope: first.slope, shift: first.shift } : {};
  return { method: 'sigmoid', addToGraph, apply, info };
}

function sigmoidCurve({ slope, shift }: { slope: number; shift: number }): ClassCurve {
  const [a, b] = [Math.fround(slope), Math.fround(shift)];
  return {
    at: (z) => 1 / (1 + Math.exp(-(a * z + b))),
    addToGraph: (graph, z) => {
      const scaled = graph.node('Mul', [z, graph.constant(Float32Array.of(a))]);
      return graph.node('Sigmoid', [graph.node('Add', [scaled, graph.constant(Float32Array.of(b))])]);
    },
  };
}

/** Slope and shift of least cross-entropy. O(rows) a step, a handful of steps. */
export function fitSigmoid(
  z: Float64Array,
  cameTrue: Uint8Array,
  weights: Float64Array | null,
): { slope: number; shift: number } {
  const weight = (i: number) => weights?.[i] ?? 1;
  let [positives, negatives] = [0, 0];
  cameTrue.forEach((hit, i) => {
    if (hit === 1) positives += weight(i);
    else negatives += weight(i);
  });
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)];
  const target = (i: number) => (cameTrue[i] === 1 ? high : low);
  const lossOf = (a: number, b: number) => {
    let loss = 0;
    for (let i = 0; i < z.length; i++) {
      const s = a * (z[i] as number) + b;
      loss += weight(i) * (Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - target(i) * s);
    }
    return loss;
  };
  let slope = 0;
  let shift = Math.log((positives + 1) / (negatives + 1));
  let loss = lossOf(slope, shift);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { da, db } = newtonStep(z, (i) => weight(i), target, slope, shift);
    let size = 1;
    let next = lossOf(slope + da, shift + db);
    while (next > loss && size > 1e-10) {
      size /= 2;
      next = lossOf(slope + size * da, shift + size * db);
    }
    if (!(next <= loss)) break;
    slope += size * da;
    shift += size * db;
    const gained = loss - next;
    loss = next;
    if (Math.abs(size * da) + Math.abs(size * db) < 1e-12 || (gained === 0 && size < 1)) break;
  }
  if (slope >= 0) return { slope, shift };
  return { slope: 0, shift: Math.log((positives + 1) / (negatives + 1)) };
}

function newtonStep(
  z: Float64Array,
  weight: (i: number) => number,
  target: (i: number) => number,
  slope: number,
  shift: number,
): { da: number; db: number } {
  // A little on the diagonal, for scores that do not vary.
  let [haa, hab, hbb] = [1e-12, 0, 1e-12];
  let [ga, gb] = [0, 0];
  for (let i = 0; i < z.length; i++) {
    const x = z[i] as number;
    const p = 1 / (1 + Math.exp(-(slope * x + shift)));
    const error = weight(i) * (p - target(i));
    const curve = weight(i) * p * (1 - p);
    ga += error * x;
    gb += error;
    haa += curve * x * x;
    hab += curve * x;
    hbb += curve;
  }
  const determinant = haa * hbb - hab * hab;
  return { da: -(hbb * ga - hab * gb) / determinant, db: -(haa * gb - hab * ga) / determinant };
}
