import { LinearTrainer } from '../../../local-api/contract/index.ts';
import type { GraphBuilder, Value } from '../../onnx/index.ts';
import { addColumn, addLogOdds, logOddsOf } from '../calibration/calibrator.ts';
import type { MatrixColumn } from '../preprocessing/fitted.ts';
import { linearTrainer } from '../trainers/linear/linear.ts';
import type { FittedModel } from '../trainers/trainer.ts';

/** A linear model on the answers of others (stacked generalisation, Wolpert 1992). */
export type Stack = {
  /** From the answers of the members, float32 [N, classes] or [N, 1] each, to one of the same shape. */
  addToGraph(graph: GraphBuilder, answers: readonly Value[]): Value;
  /** The same, computed here, row-major; the graph agrees with it. */
  apply(answers: readonly Float32Array[]): Float32Array;
};

export type StackRows = {
  /** Of each member, row-major. */
  answers: readonly Float32Array[];
  /** Class index or number, a row each. */
  truth: Float64Array;
  weights: Float64Array | null;
  /** 0 for regression. */
  classes: number;
};

/** What a member tells the stack: log-odds of the classes (of two the second), or the number in deviations of the target. */
type Scale = { classes: number; mean: number; deviation: number };

/**
 * Learns from answers to rows that the members were not fitted on: multinomial regression on their log-odds, or least squares on
 * their numbers, with the usual penalty. Errors: those of the linear trainer.
 */
export async function fitStack(rows: StackRows, signal: AbortSignal): Promise<Stack> {
  const scale = scaleOf(rows);
  const { x, width } = featuresOf(rows.answers, scale);
  const n = rows.truth.length;
  const y = rows.classes > 0 ? rows.truth : rows.truth.map((value) => (value - scale.mean) / scale.deviation);
  const model = await linearTrainer.fit({
    x,
    y,
    n,
    weights: rows.weights,
    width,
    columns: Array.from({ length: width }, (_, i): MatrixColumn => {
      return { name: `answer ${i + 1}`, feature: `answer ${i + 1}`, kind: 'number', codes: 0 };
    }),
    task: rows.classes > 0 ? 'classification' : 'regression',
    classes: rows.classes,
    positiveClass: 1,
    validation: { x: new Float32Array(0), y: new Float64Array(0), n: 0, weights: null },
    seed: 0,
    settings: LinearTrainer.parse({ kind: 'linear', maxIterations: 500 }),
    report() {},
    signal,
  });
  return stackOf(model, scale);
}

function stackOf(model: FittedModel, scale: Scale): Stack {
  const { classes, mean, deviation } = scale;
  return {
    addToGraph(graph, answers) {
      const parts = answers.map((answer) => {
        if (classes > 2) return addLogOdds(graph, answer);
        if (classes === 2) return addLogOdds(graph, addColumn(graph, answer, 1));
        return addShifted(graph, answer, -mean, 1 / deviation);
      });
      const told = model.addToGraph(graph, graph.node('Concat', parts, { axis: 1 }));
      if (classes > 0) return told;
      const scaled = graph.node('Mul', [told, graph.constant(Float32Array.of(deviation))]);
      return graph.node('Add', [scaled, graph.constant(Float32Array.of(mean))]);
    },
    apply(answers) {
      const { x } = featuresOf(answers, scale);
      const told = model.predict(x, (answers[0]?.length ?? 0) / Math.max(1, classes));
      return classes > 0
        ? told
        : told.map((value) => Math.fround(value * Math.fround(deviation)) + Math.fround(mean));
    },
  };
}

function addShifted(graph: GraphBuilder, value: Value, shift: number, factor: number): Value {
  const moved = graph.node('Add', [value, graph.constant(Float32Array.of(shift))]);
  return graph.node('Mul', [moved, graph.constant(Float32Array.of(factor))]);
}

function scaleOf({ truth, classes }: StackRows): Scale {
  if (classes > 0) return { classes, mean: 0, deviation: 1 };
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const variance = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / truth.length;
  return { classes, mean, deviation: Math.sqrt(variance) || 1 };
}

function featuresOf(answers: readonly Float32Array[], { classes, mean, deviation }: Scale) {
  const each = classes > 2 ? classes : 1;
  const width = each * answers.length;
  const stride = Math.max(1, classes);
  const n = (answers[0]?.length ?? 0) / stride;
  const x = new Float32Array(n * width);
  for (const [member, own] of answers.entries()) {
    for (let i = 0; i < n; i++) {
      const to = i * width + member * each;
      if (classes === 2) x[to] = logOddsOf(own[2 * i + 1] as number);
      else if (classes === 0)
        x[to] = Math.fround((own[i] as number) - Math.fround(mean)) * Math.fround(1 / deviation);
      else for (let c = 0; c < classes; c++) x[to + c] = logOddsOf(own[i * classes + c] as number);
    }
  }
  return { x, width };
}
