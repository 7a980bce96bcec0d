import type { GraphBuilder, Value } from '../../onnx/index.ts';
import { integer, number } from './graph-values.ts';
import { type NumberTransform, quantileMargin, zeroPower } from './number-transform.ts';
import type { QuantileKnots } from './quantile-knots.ts';

/**
 * Functions of the same kind, one a column of `x`, float64 `[N, columns]` without NaN; agrees with `transformNumber`.
 * A transform of quantiles takes ten steps of a search whatever the number of rows that made them.
 */
export function addNumberTransform(
  graph: GraphBuilder,
  x: Value,
  transforms: readonly NumberTransform[],
): Value {
  const row = (pick: (transform: NumberTransform) => number) =>
    graph.constant(Float64Array.from(transforms, pick), [1, transforms.length]);
  const lambda = (transform: NumberTransform) => ('lambda' in transform ? transform.lambda : 1);
  const [first] = transforms;
  switch (first?.kind) {
    case undefined:
      return x;
    case 'log1p':
      return graph.node('Mul', [graph.node('Sign', [x]), graph.node('Log', [oneAbove(graph, x)])]);
    case 'boxCox':
      return addPower(graph, x, row(lambda));
    case 'yeoJohnson': {
      const below = graph.node('Less', [x, number(graph, 0)]);
      const exponent = graph.node('Where', [below, row((transform) => 2 - lambda(transform)), row(lambda)]);
      const size = addPower(graph, oneAbove(graph, x), exponent);
      return graph.node('Where', [below, graph.node('Neg', [size]), size]);
    }
    case 'quantile': {
      const share = addShareBelow(
        graph,
        x,
        transforms.flatMap((transform) => ('knots' in transform ? [transform.knots] : [])),
      );
      return first.to === 'uniform' ? share : addNormalQuantile(graph, share);
    }
  }
}

/** |x| + 1 */
function oneAbove(graph: GraphBuilder, x: Value): Value {
  return graph.node('Add', [graph.node('Abs', [x]), number(graph, 1)]);
}

/** (base^exponent − 1) / exponent, which at 0 is the logarithm. */
function addPower(graph: GraphBuilder, base: Value, exponent: Value): Value {
  const isZero = graph.node('Less', [graph.node('Abs', [exponent]), number(graph, zeroPower)]);
  const safe = graph.node('Where', [isZero, number(graph, 1), exponent]);
  const raised = graph.node('Sub', [graph.node('Pow', [base, safe]), number(graph, 1)]);
  return graph.node('Where', [isZero, graph.node('Log', [base]), graph.node('Div', [raised, safe])]);
}

/** A search by halves in the knots of all columns at once, which lie behind each other in one table. */
function addShareBelow(graph: GraphBuilder, x: Value, knots: readonly QuantileKnots[]): Value {
  const longest = Math.max(...knots.map((column) => column.x.length));
  const width = 2 ** Math.ceil(Math.log2(longest + 1));
  const table = (pick: (knots: QuantileKnots) => Float64Array, beyond: number) => {
    const values = new Float64Array(knots.length * width).fill(beyond);
    for (const [index, column] of knots.entries()) values.set(pick(column), index * width);
    return graph.constant(values);
  };
  const row = (pick: (knots: QuantileKnots) => number) =>
    graph.constant(Float64Array.from(knots, pick), [1, knots.length]);
  const lowest = row((column) => column.x[0] as number);
  const highest = row((column) => column.x.at(-1) as number);
  const raised = graph.node('Where', [graph.node('Less', [x, lowest]), lowest, x]);
  const bounded = graph.node('Where', [graph.node('Greater', [raised, highest]), highest, raised]);
  const places = table((column) => column.x, Number.POSITIVE_INFINITY);
  const starts = graph.constant(
    BigInt64Array.from(knots, (_, index) => BigInt(index * width)),
    [1, knots.length],
  );
  // Shape [N, columns] from the first step on.
  let at = starts;
  for (let step = width / 2; step >= 1; step /= 2) {
    const further = graph.node('Add', [at, integer(graph, step)]);
    const isReached = graph.node('LessOrEqual', [graph.node('Gather', [places, further]), bounded]);
    at = graph.node('Where', [isReached, further, at]);
  }
  const knot = graph.node('Gather', [places, at]);
  const along = graph.node('Mul', [
    graph.node('Sub', [bounded, knot]),
    graph.node('Gather', [table((column) => column.slope, 0), at]),
  ]);
  const after = graph.node('Gather', [table((column) => column.after, 1), at]);
  return graph.node('Where', [
    graph.node('Equal', [bounded, knot]),
    graph.node('Gather', [table((column) => column.at, 1), at]),
    graph.node('Add', [after, along]),
  ]);
}

/** Coefficients of Wichura (1988), algorithm AS 241 (PPND16), lowest power first: the middle, then beyond it. */
const middle = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  below: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
const beyond = {
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  below: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

/** The value that a standard normal one stays below with this chance, to 16 digits between the margins. */
function addNormalQuantile(graph: GraphBuilder, chance: Value): Value {
  const low = number(graph, quantileMargin);
  const p = graph.node('Clip', [chance, low, number(graph, 1 - quantileMargin)]);
  const q = graph.node('Sub', [p, number(graph, 0.5)]);
  const polynomial = (x: Value, coefficients: readonly number[]) =>
    coefficients.reduceRight<Value | null>(
      (sum, coefficient) =>
        sum === null
          ? number(graph, coefficient)
          : graph.node('Add', [graph.node('Mul', [sum, x]), number(graph, coefficient)]),
      null,
    );
  const ratio = (x: Value, { above, below }: typeof middle) =>
    graph.node('Div', [polynomial(x, above), polynomial(x, below)]);
  const inner = graph.node('Sub', [number(graph, 0.180625), graph.node('Mul', [q, q])]);
  const central = graph.node('Mul', [q, ratio(inner, middle)]);
  const tail = graph.node('Min', [p, graph.node('Sub', [number(graph, 1), p])]);
  const distance = graph.node('Sqrt', [graph.node('Neg', [graph.node('Log', [tail])])]);
  const outer = ratio(graph.node('Sub', [distance, number(graph, 1.6)]), beyond);
  const isCentral = graph.node('LessOrEqual', [graph.node('Abs', [q]), number(graph, 0.425)]);
  return graph.node('Where', [isCentral, central, graph.node('Mul', [graph.node('Sign', [q]), outer])]);
}
