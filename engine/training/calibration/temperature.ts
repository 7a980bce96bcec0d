import { addLog, type CalibrationRows, type Calibrator, logOf } from './calibrator.ts';

/** Factors beyond these would say that the model knows nothing, or everything. */
const [LEAST_FACTOR, MOST_FACTOR] = [0.01, 100];
const HALVINGS = 50;

/**
 * Temperature scaling (Guo et al. 2017): log-probabilities times one factor, 1 / temperature, and their softmax; keeps the order of
 * the classes. The loss is convex in the factor, whose slope is halved down to 0. O(rows · classes) a halving.
 */
export function temperatureCalibrator(rows: CalibrationRows): Calibrator {
  const factor = Math.fround(fitFactor(rows));
  const k = rows.classes;
  return {
    method: 'temperature',
    info: { temperature: 1 / factor },
    addToGraph(graph, given) {
      const scaled = graph.node('Mul', [addLog(graph, given), graph.constant(Float32Array.of(factor))]);
      return graph.node('Softmax', [scaled], { axis: 1 });
    },
    apply(given) {
      const out = new Float32Array(given.length);
      for (let at = 0; at < given.length; at += k) {
        let most = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < k; c++) most = Math.max(most, factor * logOf(given[at + c] as number));
        let sum = 0;
        for (let c = 0; c < k; c++) sum += Math.exp(factor * logOf(given[at + c] as number) - most);
        for (let c = 0; c < k; c++)
          out[at + c] = Math.exp(factor * logOf(given[at + c] as number) - most) / sum;
      }
      return out;
    },
  };
}

function fitFactor(rows: CalibrationRows): number {
  const logs = Float64Array.from(rows.probabilities, logOf);
  let [low, high] = [Math.log(LEAST_FACTOR), Math.log(MOST_FACTOR)];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (slopeAt(logs, rows, Math.exp(middle)) > 0) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Derivative of the log loss by the factor: expected less actual log-probability. */
function slopeAt(
  logs: Float64Array,
  { classes: k, truth, weights }: CalibrationRows,
  factor: number,
): number {
  let slope = 0;
  for (let i = 0; i < truth.length; i++) {
    const at = i * k;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < k; c++) most = Math.max(most, factor * (logs[at + c] as number));
    let sum = 0;
    let expected = 0;
    for (let c = 0; c < k; c++) {
      const log = logs[at + c] as number;
      const e = Math.exp(factor * log - most);
      sum += e;
      expected += e * log;
    }
    slope += (weights?.[i] ?? 1) * (expected / sum - (logs[at + (truth[i] as number)] as number));
  }
  return slope;
}
