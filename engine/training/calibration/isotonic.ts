import type { GraphBuilder, Value } from '../../onnx/index.ts';
import type { CalibrationRows, Calibrator } from './calibrator.ts';
import { type ClassCurve, oneAgainstRest } from './one-against-rest.ts';

/** Knots nearer to each other than this, in log-odds, become one. */
const LEAST_GAP = 0.01;
/**
 * So do knots between which the line would rise more steeply: probabilities are float32 with an error of some 1e-7, which is as
 * many log-odds as it is divided by the smaller of p and 1 − p, and is to move no answer by 1e-5.
 */
const GAP_OF_RISE = 0.03;

/**
 * Isotonic calibration on log-odds: the rising step function of least squared error (pool adjacent violators, Ayer et al. 1955),
 * drawn as straight lines between the middles of its steps (centred isotonic regression, Oron and Flournoy 2017), so that rows
 * keep their order, and level beyond the ends. Never answers exactly 0 or 1: the ends stay 1 / (rows + 2) away.
 */
export function isotonicCalibrator(rows: CalibrationRows): Calibrator {
  let knots = 0;
  const { addToGraph, apply } = oneAgainstRest(rows, (z, cameTrue, weights) => {
    const line = centred(poolAdjacentViolators(z, cameTrue, weights), z.length);
    knots += line.x.length;
    return lineCurve(line);
  });
  return { method: 'isotonic', addToGraph, apply, info: { knots } };
}

/** `from` and `to`: the smallest and the largest x. */
type Step = { weight: number; x: number; y: number; from: number; to: number };

/** The steps of the isotonic fit, ascending: weight, mean x and mean y of each. O(n log n). */
export function poolAdjacentViolators(
  x: Float64Array,
  y: ArrayLike<number>,
  weights: Float64Array | null,
): Step[] {
  const order = Uint32Array.from(x, (_, i) => i).sort((a, b) => (x[a] as number) - (x[b] as number));
  const steps: Step[] = [];
  for (let place = 0; place < order.length; ) {
    // Equal x are one point from the start.
    const at = x[order[place] as number] as number;
    let next: Step = { weight: 0, x: at, y: 0, from: at, to: at };
    for (; place < order.length && x[order[place] as number] === at; place++) {
      const row = order[place] as number;
      const weight = weights?.[row] ?? 1;
      if (weight > 0) next = pooled(next, { weight, x: at, y: y[row] as number, from: at, to: at });
    }
    if (next.weight === 0) continue;
    for (let last = steps.at(-1); last !== undefined && last.y >= next.y; last = steps.at(-1)) {
      next = pooled(last, next);
      steps.pop();
    }
    steps.push(next);
  }
  return steps;
}

function pooled(a: Step, b: Step): Step {
  const weight = a.weight + b.weight;
  const mean = (one: number, other: number) => (one * a.weight + other * b.weight) / weight;
  return { weight, x: mean(a.x, b.x), y: mean(a.y, b.y), from: a.from, to: b.to };
}

type Line = { x: Float32Array; y: Float32Array };

function centred(steps: readonly Step[], rows: number): Line {
  const knots: Step[] = [];
  for (const step of steps) {
    let next = step;
    for (let last = knots.at(-1); last !== undefined && isTooSteep(last, next); last = knots.at(-1)) {
      next = pooled(last, next);
      knots.pop();
    }
    knots.push(next);
  }
  const margin = 1 / (rows + 2);
  return {
    x: Float32Array.from(knots, ({ x }) => x),
    y: Float32Array.from(knots, ({ y }) => Math.min(1 - margin, Math.max(margin, y))),
  };
}

function isTooSteep(a: Step, b: Step): boolean {
  const odds = Math.exp(-Math.max(Math.abs(a.x), Math.abs(b.x)));
  const smaller = odds / (1 + odds);
  return b.x - a.x < Math.max(LEAST_GAP, (GAP_OF_RISE * (b.y - a.y)) / smaller);
}

function lineCurve({ x, y }: Line): ClassCurve {
  const first = y[0] as number;
  const widths = Float32Array.from(
    { length: x.length - 1 },
    (_, i) => (x[i + 1] as number) - (x[i] as number),
  );
  const rises = Float32Array.from(
    { length: x.length - 1 },
    (_, i) => (y[i + 1] as number) - (y[i] as number),
  );
  return {
    at(z) {
      let sum = first;
      for (let i = 0; i < rises.length; i++) {
        const share = (z - (x[i] as number)) / (widths[i] as number);
        if (share <= 0) break;
        sum += Math.min(share, 1) * (rises[i] as number);
      }
      return sum;
    },
    addToGraph: (graph, z) => addLine(graph, z, { starts: x.subarray(0, -1), widths, rises, first }),
  };
}

/** The first height, and of each stretch the rise by the share that lies behind. */
function addLine(
  graph: GraphBuilder,
  z: Value,
  line: { starts: Float32Array; widths: Float32Array; rises: Float32Array; first: number },
): Value {
  const { starts, widths, rises, first } = line;
  const scalar = (value: number) => graph.constant(Float32Array.of(value), []);
  const stretches = rises.length;
  if (stretches === 0) return graph.node('Add', [graph.node('Mul', [z, scalar(0)]), scalar(first)]);
  const away = graph.node('Sub', [z, graph.constant(starts.slice(), [1, stretches])]);
  const shares = graph.node('Clip', [
    graph.node('Div', [away, graph.constant(widths, [1, stretches])]),
    scalar(0),
    scalar(1),
  ]);
  // No MatMul: what looks for the linear step that decides is not to find one here.
  const parts = graph.node('Mul', [shares, graph.constant(rises, [1, stretches])]);
  const risen = graph.node('ReduceSum', [parts, graph.constant(BigInt64Array.of(1n))], { keepdims: 1 });
  return graph.node('Add', [risen, scalar(first)]);
}
