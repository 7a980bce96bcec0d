import type { GraphBuilder, Value } from '../../onnx/index.ts';
import { addColumn, addLogOdds, type CalibrationRows, type Calibrator, logOddsOf } from './calibrator.ts';

/** A rising function from log-odds to a probability, fitted to one class. */
export type ClassCurve = {
  at(logOdds: number): number;
  /** From float [N, 1] to float [N, 1]. */
  addToGraph(graph: GraphBuilder, logOdds: Value): Value;
};

/** Fits a curve to log-odds beside whether the event came true. */
export type CurveFit = (
  logOdds: Float64Array,
  cameTrue: Uint8Array,
  weights: Float64Array | null,
) => ClassCurve;

/**
 * A calibrator that corrects each class against the rest and brings the sum back to 1 (Zadrozny and Elkan 2002); with two
 * classes the second one alone. A class without a row, or with nothing else, keeps its probabilities.
 */
export function oneAgainstRest(
  rows: CalibrationRows,
  fitCurve: CurveFit,
): Pick<Calibrator, 'addToGraph' | 'apply'> & { curves: readonly (ClassCurve | null)[] } {
  const { classes: k, probabilities, truth, weights } = rows;
  const fitClass = (c: number): ClassCurve | null => {
    const cameTrue = Uint8Array.from(truth, (label) => (label === c ? 1 : 0));
    if (!cameTrue.includes(0) || !cameTrue.includes(1)) return null;
    return fitCurve(
      Float64Array.from(truth, (_, i) => logOddsOf(probabilities[i * k + c] as number)),
      cameTrue,
      weights,
    );
  };
  if (k === 2) return secondClass(fitClass(1));
  const curves = Array.from({ length: k }, (_, c) => fitClass(c));
  return {
    curves,
    addToGraph(graph, given) {
      const odds = addLogOdds(graph, given);
      const columns = curves.map((curve, c) =>
        curve === null ? addColumn(graph, given, c) : curve.addToGraph(graph, addColumn(graph, odds, c)),
      );
      const all = graph.node('Concat', columns, { axis: 1 });
      const sum = graph.node('ReduceSum', [all, graph.constant(BigInt64Array.of(1n))], { keepdims: 1 });
      return graph.node('Div', [all, sum]);
    },
    apply(given) {
      const out = new Float32Array(given.length);
      for (let at = 0; at < given.length; at += k) {
        let sum = 0;
        const row = curves.map((curve, c) => {
          const p = given[at + c] as number;
          const corrected = curve === null ? p : curve.at(logOddsOf(p));
          sum += corrected;
          return corrected;
        });
        row.forEach((p, c) => {
          out[at + c] = p / sum;
        });
      }
      return out;
    },
  };
}

function secondClass(curve: ClassCurve | null): ReturnType<typeof oneAgainstRest> {
  return {
    curves: [null, curve],
    addToGraph(graph, given) {
      if (curve === null) return given;
      const corrected = curve.addToGraph(graph, addColumn(graph, addLogOdds(graph, given), 1));
      const rest = graph.node('Sub', [graph.constant(Float32Array.of(1)), corrected]);
      return graph.node('Concat', [rest, corrected], { axis: 1 });
    },
    apply(given) {
      if (curve === null) return given;
      return given.map((_, i) => {
        const corrected = curve.at(logOddsOf(given[i | 1] as number));
        return i % 2 === 1 ? corrected : 1 - corrected;
      });
    },
  };
}
