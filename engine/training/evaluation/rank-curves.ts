import type { RankedRows } from './rank-figures.ts';
import { type Curve, thinCurve } from './thin-curve.ts';

/** Curves are drawn with at most this many points. */
const MAX_POINTS = 200;

type Step = { hits: number; others: number; gained: number; place: number };

/** Calls once a distinct score, the highest first, with the rows of the class and others from it on. */
function eachThreshold({ isHit, endsTie }: RankedRows, visit: (step: Step) => void): Step {
  const step = { hits: 0, others: 0, gained: 0, place: 0 };
  for (let i = 0; i < isHit.length; i++) {
    step.gained += isHit[i] as number;
    step.hits += isHit[i] as number;
    step.others = i + 1 - step.hits;
    step.place = i;
    if (endsTie[i] === 0) continue;
    visit(step);
    step.gained = 0;
  }
  return step;
}

/** x: false positive rate, y: true positive rate, from (0, 0) to (1, 1), over all distinct thresholds (Fawcett 2006), thinned. */
export function rocCurve(ranked: RankedRows): Curve {
  const curve: Curve = { x: [0], y: [0] };
  const all = eachThreshold(ranked, ({ hits, others }) => {
    curve.x.push(others);
    curve.y.push(hits);
  });
  return thinCurve(
    { x: curve.x.map((x) => x / all.others), y: curve.y.map((y) => y / all.hits) },
    MAX_POINTS,
  );
}

/** x: recall, y: precision, from recall 0 (precision 1 by convention) to recall 1, thinned. */
export function precisionRecallCurve(ranked: RankedRows): Curve {
  const curve: Curve = { x: [0], y: [1] };
  const all = eachThreshold(ranked, ({ hits, others, gained }) => {
    if (gained === 0 && curve.x.length > 1) return;
    curve.x.push(hits);
    curve.y.push(hits / (hits + others));
  });
  return thinCurve({ x: curve.x.map((x) => x / all.hits), y: curve.y }, MAX_POINTS);
}

/** x: share of the rows, y: share of the class among them, thinned. The lift at x is y / x. */
export function gainCurve(ranked: RankedRows): Curve {
  const n = ranked.isHit.length;
  const curve: Curve = { x: [0], y: [0] };
  const all = eachThreshold(ranked, ({ hits, place }) => {
    curve.x.push((place + 1) / n);
    curve.y.push(hits);
  });
  return thinCurve({ x: curve.x, y: curve.y.map((y) => y / all.hits) }, MAX_POINTS);
}

/** Thresholds that the slider of the workbench offers, besides that of the model. */
const STEPS = 200;

/** Answers at thresholds 0, 0.005 … 1 and at the model's own: rows of the class, and others, from each on. */
export function thresholdCounts({ order, isHit }: RankedRows, scores: Float64Array, own: number) {
  const at = [...new Set([...Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS), own])].sort(
    (a, b) => a - b,
  );
  const truePositives: number[] = [];
  const falsePositives: number[] = [];
  let place = 0;
  let hits = 0;
  for (const threshold of at.toReversed()) {
    // The file compares in float32.
    const least = Math.fround(threshold);
    for (; place < order.length && (scores[order[place] as number] as number) >= least; place++) {
      hits += isHit[place] as number;
    }
    truePositives.unshift(hits);
    falsePositives.unshift(place - hits);
  }
  return { at, truePositives, falsePositives };
}
